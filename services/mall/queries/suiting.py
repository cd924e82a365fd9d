"""How well goods suit a community, and why: the formula, which uses figures alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.contracts.likeness import overlap

FORMULA = "suitability.v1"
"""Raised when the same figures come to another score."""
OF_TAGS, OF_PEOPLE, OF_SALES, OFF_FOR_RETURNS = 60.0, 20.0, 20.0, 10.0
"""Out of a hundred: what goods and community are about, what its members carry, what was sold, what came back."""
HALF_AT = 10
"""So many pieces sold give half of the points for sales."""
SUITS_FROM = 25.0
"""Sales alone never come to it: they may say more about a shelf than about the people before it."""
Reason = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of a listing and a community. ``carriers`` are members by tag, of ``audience``."""

    tags: frozenset[str]
    topics: frozenset[str]
    weight: Mapping[str, float]
    having: Mapping[str, int]
    communities: int
    audience: int | None
    carriers: Mapping[str, int]
    units: int
    returned: int


def verdict(figures: Figures) -> dict[str, Any]:
    """The score of 0 to 100, whether it suits, and the reasons with their points."""
    reasons = [_topics(figures), *_people(figures), *_sales(figures)]
    score = max(0.0, round(sum(reason["points"] for reason in reasons), 1))
    return {"score": score, "suits": score >= SUITS_FROM, "by_tags_alone": not figures.units, "reasons": reasons}


def _topics(figures: Figures) -> Reason:
    shared = sorted(figures.tags & figures.topics, key=lambda tag: (figures.having.get(tag, 0), tag))
    points = OF_TAGS * overlap(figures.tags, figures.topics, figures.weight)
    if not shared:
        return _reason("topics", 0.0, "The community is about none of the tags of these goods.")
    said = ", ".join(f"{tag} ({figures.having[tag]} of {figures.communities} communities)" for tag in shared)
    return _reason("topics", points, f"The community is about {said}.", tags=shared)


def _people(figures: Figures) -> list[Reason]:
    if not figures.audience or not figures.carriers:
        return []
    weighed = sum(figures.weight.get(tag, 1.0) * many for tag, many in figures.carriers.items()) / figures.audience
    points = OF_PEOPLE * weighed / sum(figures.weight.get(tag, 1.0) for tag in figures.tags)
    tag, most = max(figures.carriers.items(), key=lambda one: (one[1], one[0]))
    sentence = f"At least {most} of {figures.audience} members carry {tag}."
    return [_reason("people", points, sentence, tags=sorted(figures.carriers), people=most, of_people=figures.audience)]


def _sales(figures: Figures) -> list[Reason]:
    if not figures.units:
        sentence = "No such goods were sold through its shelf yet: this is judged by tags alone."
        return [_reason("no_sales_yet", 0.0, sentence)]
    kept = figures.units - figures.returned
    sold = f"{figures.units} pieces of such goods were sold through its shelf."
    reasons = [_reason("sales", OF_SALES * kept / (kept + HALF_AT), sold, pieces=figures.units)]
    if figures.returned:
        off = -OFF_FOR_RETURNS * figures.returned / figures.units
        back = f"{figures.returned} of {figures.units} pieces came back."
        reasons.append(_reason("returns", off, back, pieces=figures.units, came_back=figures.returned))
    return reasons


def _reason(kind: str, points: float, sentence: str, **more: Any) -> Reason:
    nothing: Reason = {"tags": [], "people": None, "of_people": None, "pieces": None, "came_back": None}
    return nothing | {"kind": kind, "points": round(points, 1), "sentence": sentence} | more
