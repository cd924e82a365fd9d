"""How alike two things are by their tags: the rarer a tag that both have, the more it says.

The weight of a tag is the logarithm of how many things there are for each that has it (inverse document frequency:
Spärck Jones 1972), the likeness of two things the weight of what both have in that of all they have (weighted Jaccard).
"""

import re
from collections.abc import Iterable, Mapping
from math import log2

FORMULA = "tags.v1"
"""Raised when the same tags come to another number."""
_SENSITIVE = frozenset({
    "health", "disease", "disability", "medication", "religion", "faith", "church", "politics", "party", "union",
    "ethnicity", "race", "origin", "sexuality", "orientation", "gender", "biometric", "genetic", "conviction", "crime",
    "income", "debt",
})  # fmt: skip


def tag_key(tag: str) -> str:
    """How a tag is compared: without case, and with single spaces."""
    return " ".join(tag.casefold().split())


def is_addressable(kind: str) -> bool:
    """Whether a kind of tag may be counted and matched at all.

    What the law protects more than the rest (GDPR article 9, PIPL article 28) is not, however many carry it.
    """
    return _SENSITIVE.isdisjoint(re.split(r"[\W_]+", kind.casefold()))


def weights(having: Mapping[str, int], everything: int) -> dict[str, float]:
    """By tag, how much it says, when so many of everything have it. Never nothing, and most for what only one has."""
    return {tag: log2(1 + max(everything, many) / max(many, 1)) for tag, many in having.items()}


def overlap(mine: Iterable[str], theirs: Iterable[str], weight: Mapping[str, float]) -> float:
    """Of the weight of my tags, which part they have as well: 0 to 1."""
    wanted, had = set(mine), set(theirs)
    return _part(wanted & had, wanted, weight)


def likeness(mine: Iterable[str], theirs: Iterable[str], weight: Mapping[str, float]) -> float:
    """Of the weight of all tags of both, which part both have: 0 to 1."""
    one, other = set(mine), set(theirs)
    return _part(one & other, one | other, weight)


def _part(shared: Iterable[str], whole: Iterable[str], weight: Mapping[str, float]) -> float:
    total = sum(weight.get(tag, 1.0) for tag in sorted(whole))
    return sum(weight.get(tag, 1.0) for tag in sorted(shared)) / total if total else 0.0
