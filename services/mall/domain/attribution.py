"""Who earns by a sale: the one rule, as docs/attribution.md tells it. Its version is frozen into every line it decides.

One touch wins: the latest within its window. If that way does not stand any more, nobody earns; an earlier one is
not gone back to. The pool of the listing is split between the community of the shelf and the member of the link,
two recipients at most; who is one alone has all of it. What a recipient may not earn (a purchase of his own) falls
to the seller, never to the other one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from .shares import WHOLE_BPS
from .trail import Touch

__all__ = ["OWN_GOODS", "OWN_PURCHASE", "RULE_VERSION", "Attributed", "Candidate", "Way", "decide", "nobody"]

RULE_VERSION = 1
WON, EARLIER, WINDOW_OVER = "won", "overtaken_by_a_later_one", "window_over"
EARNS, OWN_PURCHASE, OWN_GOODS = "earns", "own_purchase", "own_goods"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a touch leads: a group's shelf, a person's link or shelf, or a link from a group's shelf."""

    group_id: UUID | None = None
    member_id: UUID | None = None
    link_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A touch that is considered; ``obstacle`` is the code of what would refuse it now, None when it stands."""

    touch: Touch
    way: Way | None
    window_days: int
    obstacle: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether its window has passed."""
        return now - self.touch.touched_at > timedelta(days=self.window_days)


@dataclass(frozen=True, slots=True)
class Attributed:
    """What a line is told: by which way it was sold, who earns which part of the pool, and why.

    ``earned`` has "community" and "member", where they are recipients that may earn, in basis points of the pool;
    ``decided`` is what is frozen, ``may_earn`` what would be earned if there were a pool.
    """

    way: Way
    pool_bps: int
    earned: Mapping[str, int]
    touch: Touch | None
    decided: dict[str, Any] | None
    may_earn: Mapping[str, int] | None = None

    @property
    def commission_bps(self) -> int:
        """The pool, when somebody earns of it."""
        return self.pool_bps if self.earned else 0

    def with_pool(self, pool_bps: int) -> "Attributed":
        """The same way with another pool of it, which is split as this one would be."""
        earned = (self.earned if self.may_earn is None else self.may_earn) if pool_bps else {}
        told = self.decided and self.decided | {"pool_bps": pool_bps, "earned_bps": earned}
        return replace(self, pool_bps=pool_bps, earned=earned, decided=told)


def nobody() -> Attributed:
    """Nobody brought the buyer."""
    return Attributed(Way(), 0, {}, None, None)


def decide(
    candidates: Iterable[Candidate], now: datetime, pool_bps: int, member_share_bps: int,
    why_not: Callable[[str, UUID], str | None],
) -> Attributed:  # fmt: skip
    """Which touch wins, and who earns by it.

    ``why_not`` is asked of each recipient, as ``("member", id)``, why it may not earn by this sale, None if it may.
    """
    latest_first = sorted(candidates, key=lambda one: (one.touch.is_named, one.touch.touched_at), reverse=True)
    if not latest_first:
        return nobody()
    last = next((one for one in latest_first if not one.is_over(now)), None)
    way = last.way if last is not None and last.obstacle is None and last.way is not None else Way()
    recipients = {name: why_not(name, one) or EARNS for name, one in _recipients(way).items()}
    earned = {name: part for name, part in _parts(way, member_share_bps).items() if recipients[name] == EARNS}
    decided = {
        "rule_version": RULE_VERSION, "decided_at": now.isoformat(), "pool_bps": pool_bps,
        "member_share_bps": member_share_bps, "recipients": recipients, "earned_bps": earned if pool_bps else {},
        "touches": [_told(one, _outcome(one, last, now)) for one in latest_first],
    }  # fmt: skip
    won = last.touch if last is not None and way != Way() else None
    return Attributed(way, pool_bps, earned if pool_bps else {}, won, decided, earned)


def _recipients(way: Way) -> dict[str, UUID]:
    return {
        name: one for name, one in (("community", way.group_id), ("member", way.member_id)) if one is not None
    }  # fmt: skip


def _parts(way: Way, member_share_bps: int) -> dict[str, int]:
    """In basis points of the pool: two recipients at most, because a way has no more."""
    names = list(_recipients(way))
    if len(names) < 2:
        return dict.fromkeys(names, WHOLE_BPS)
    return {"community": WHOLE_BPS - member_share_bps, "member": member_share_bps}


def _outcome(one: Candidate, last: Candidate | None, now: datetime) -> str:
    if one.is_over(now):
        return WINDOW_OVER
    return EARLIER if one is not last else one.obstacle or WON


def _told(one: Candidate, outcome: str) -> dict[str, Any]:
    touch, way = one.touch, one.way
    named = {
        "link_id": touch.link_id, "group_id": way.group_id if way else touch.group_id,
        "member_id": way.member_id if way else touch.shelf_person_id,
        "post_id": touch.post_id, "gathering_id": touch.gathering_id,
    }  # fmt: skip
    return {
        **{name: str(one) for name, one in named.items() if one is not None},
        "touched_at": touch.touched_at.isoformat(), "named": touch.is_named, "window_days": one.window_days,
        "outcome": outcome,
    }  # fmt: skip
