"""Rules of a tariff: which of them stands, which of them holds for a sale, and whether one is dearer than another.

As docs/commissions.md tells it. Everything here is a function of stored rules and a moment.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

__all__ = [
    "ALL", "SCOPES", "Bounds", "Rule", "Sold", "covers", "frozen", "is_no_dearer", "over_at", "slot_of", "standing",
    "stands_for",
]  # fmt: skip

LISTING, SELLER, COMMUNITY, CATEGORY, ALL = SCOPES = ("listing", "seller", "community", "category", "all")
"""What a rule can be about, the most specific first."""


class Bounds(TypedDict):
    """What a rule says, of whom: parts of the price in basis points, limits of a line in minor units.

    The two parts of a fee are the same. With a currency it is for lines in it alone.
    """

    scope: str
    subject: str | None
    currency: str | None
    least_bps: int
    most_bps: int
    least_minor: int | None
    most_minor: int | None


class Rule(Bounds):
    """A version of what holds for one scope, subject and currency. ``is_lasting`` when it was announced without an
    end, so that it replaces what was before it; ``ends_at`` may have come later."""

    rule_id: str
    number: int
    announced_at: datetime
    begins_at: datetime
    ends_at: datetime | None
    is_lasting: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """What a rule has to know of a line: ``group_id`` is the community through whose shelf or link it was sold."""

    listing_id: UUID
    seller_id: UUID
    group_id: UUID | None
    tags: Sequence[str]
    currency: str

    def subjects(self, scope: str) -> Sequence[str | None]:
        """Whom rules of this scope would have to name; the tags in the order of the alphabet."""
        if scope == ALL:
            return [None]
        if scope == CATEGORY:
            return sorted(set(self.tags))
        named = {LISTING: self.listing_id, SELLER: self.seller_id, COMMUNITY: self.group_id}[scope]
        return [] if named is None else [str(named)]


def slot_of(scope: str, subject: str | None, currency: str | None) -> str:
    """The name under which versions of one rule stand together."""
    return f"{scope} {currency or ''} {subject or ''}"


def standing(versions: Iterable[Rule], at: datetime) -> Rule | None:
    """Of the versions of one rule the one that stands at a moment.

    The latest that has begun; one that was announced with an end gives way to the one before it when it ends, one
    that was announced without gives way to none.
    """
    for rule in sorted(versions, key=_order, reverse=True):
        if rule["begins_at"] > at or _never_holds(rule):
            continue
        if rule["ends_at"] is None or at < rule["ends_at"]:
            return rule
        if rule["is_lasting"]:
            return None
    return None


def over_at(rule: Rule, versions: Iterable[Rule]) -> datetime | None:
    """From when on a rule does not hold any more, by its own end or by what replaces it; None when that is open."""
    later = [one for one in versions if one["is_lasting"] and _order(one) > _order(rule) and not _never_holds(one)]
    ends = [one["begins_at"] for one in later]
    if rule["ends_at"] is not None:
        ends.append(max(rule["begins_at"], rule["ends_at"]))
    return min(ends, default=None)


def stands_for(sold: Sold, find: Callable[[str], Rule | None], cost: Callable[[Bounds], int]) -> Rule | None:
    """The rule that holds for a line: the most specific; one in its currency before one in any; of several categories
    the one that costs the seller least, where they are equal by the alphabet."""
    for scope in SCOPES:
        found = []
        for subject in sold.subjects(scope):
            rule = find(slot_of(scope, subject, sold.currency)) or find(slot_of(scope, subject, None))
            found += [] if rule is None else [rule]
        if found:
            return min(found, key=cost)
    return None


def covers(rule: Bounds, other: Bounds) -> bool:
    """Whether there may be lines for which ``rule`` holds in place of ``other``."""
    if None not in (rule["currency"], other["currency"]) and rule["currency"] != other["currency"]:
        return False
    wider = SCOPES.index(other["scope"]) - SCOPES.index(rule["scope"])
    return wider > 0 or (wider == 0 and rule["subject"] == other["subject"])


def is_no_dearer(rule: Bounds, other: Bounds) -> bool:
    """Whether ``rule`` takes no more than ``other`` of whatever price."""
    most, other_most = rule["most_minor"], other["most_minor"]
    return (
        rule["most_bps"] <= other["most_bps"]
        and (rule["least_minor"] or 0) <= (other["least_minor"] or 0)
        and (other_most is None or (most is not None and most <= other_most))
    )


def frozen(rule: Rule, **more: Any) -> dict[str, Any]:
    """A rule as a line keeps it, for ever."""
    kept = {name: rule[name] for name in Bounds.__annotations__}  # type: ignore[literal-required]
    return {"rule_id": rule["rule_id"], "begins_at": rule["begins_at"].isoformat(), **kept, **more}


def _order(rule: Rule) -> tuple[datetime, int]:
    """Of two rules the one that begins later holds; of those that begin together the one announced later."""
    return rule["begins_at"], rule["number"]


def _never_holds(rule: Rule) -> bool:
    return rule["ends_at"] is not None and rule["ends_at"] <= rule["begins_at"]
