"""The mall's terms of business: what sellers pay, how long buyers may return, who may sell, how long a touch counts,
who bears which fee when money goes back. Changes are announced before they hold, and every version is kept."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import terms_facts as facts
from .notice import AT_ONCE, not_before
from .terms_values import (
    BEARINGS,
    BEARINGS_BEFORE,
    BEFORE_ANY,
    BOUNDS,
    DEFAULT_TERMS,
    NOTICE_DAYS,
    WAYS_BEFORE,
    TermsValues,
    TermsVersion,
    bearing,
    check_all,
    frozen,
    holds_at_once,
    told,
)

__all__ = [
    "BEARINGS", "BEFORE_ANY", "BOUNDS", "DEFAULT_TERMS", "NOTICE_DAYS", "TERMS_ID", "Terms", "TermsValues",
    "TermsVersion", "ahead", "bearing", "frozen", "in_force", "told",
]  # fmt: skip

TERMS_ID = derived_id("mall", "terms")


class Terms(AggregateRoot):
    """The terms of the one mall, under ``TERMS_ID``: all ``versions`` for ever, in the order of their announcement.

    A version holds for what is ordered from its beginning on. At most one is still to begin: a later announcement
    says all that is to hold from then on, so that what had not begun never does.
    """

    TOPIC = "mall:Terms"
    snapshot_version = 3
    Opened = facts.Opened
    Changed = facts.Changed

    @staticmethod
    def create_id() -> UUID:
        return TERMS_ID

    @classmethod
    def open(cls, now: datetime, begins_at: datetime | None = None, **values: Any) -> "Terms":
        """The first terms: ``TermsValues`` without the version; attribution, notice and bearings may be left out.

        They hold at once, or from a later time. Raises ``TermsOutOfBounds``, ``BearingNotUsable``,
        ``ThresholdNotUsable``, ``NoticeTooShort``.
        """
        values = WAYS_BEFORE | BEARINGS_BEFORE | {"notice_days": NOTICE_DAYS} | values
        check_all(values)
        return cls(**values, announced_at=now, begins_at=not_before(now, AT_ONCE, begins_at))

    @event(Opened)
    def __init__(
        self, platform_fee_bps: int, return_window_days: int, reservation_minutes: int,
        seller_threshold: dict[str, Any] | None, link_window_days: int, shelf_window_days: int, member_share_bps: int,
        notice_days: int, platform_fee_on_refund: str, dispute_fee_borne_by: str, announced_at: datetime | None,
        begins_at: datetime,
    ) -> None:  # fmt: skip
        self.versions: list[TermsVersion] = []
        self._keep(
            announced_at, begins_at, platform_fee_bps=platform_fee_bps, return_window_days=return_window_days,
            reservation_minutes=reservation_minutes, seller_threshold=seller_threshold,
            link_window_days=link_window_days, shelf_window_days=shelf_window_days, member_share_bps=member_share_bps,
            notice_days=notice_days, platform_fee_on_refund=platform_fee_on_refund,
            dispute_fee_borne_by=dispute_fee_borne_by,
        )  # fmt: skip

    def change(self, now: datetime, begins_at: datetime | None = None, **values: Any) -> datetime:
        """New values, as for ``open``; what is left out stays as it holds. Answers when they begin: as early as can
        be where no time is given.

        What is to nobody's cost may begin at once, all else after the notice of the terms in force. The same again
        record nothing; what holds already takes back what was to come. Raises as ``open``.
        """
        now = max(now, _known_at(self.versions[-1]))  # the clocks of two processes may differ
        before, to_come = self.at(now), self.announced(now)
        after, last = told(before) | values, to_come or before
        check_all(after)
        if after == told(last) and (to_come is None or begins_at in (None, to_come["begins_at"])):
            return _begins_at(last)
        begins_at = not_before(now, self._notice_needed(after, before), begins_at)
        self._changed(**after, announced_at=now, begins_at=begins_at)
        return begins_at

    @event(Changed)
    def _changed(
        self, platform_fee_bps: int, return_window_days: int, reservation_minutes: int,
        seller_threshold: dict[str, Any] | None, link_window_days: int, shelf_window_days: int, member_share_bps: int,
        notice_days: int, platform_fee_on_refund: str, dispute_fee_borne_by: str, announced_at: datetime | None,
        begins_at: datetime,
    ) -> None:  # fmt: skip
        self._keep(
            announced_at, begins_at, platform_fee_bps=platform_fee_bps, return_window_days=return_window_days,
            reservation_minutes=reservation_minutes, seller_threshold=seller_threshold,
            link_window_days=link_window_days, shelf_window_days=shelf_window_days, member_share_bps=member_share_bps,
            notice_days=notice_days, platform_fee_on_refund=platform_fee_on_refund,
            dispute_fee_borne_by=dispute_fee_borne_by,
        )  # fmt: skip

    def at(self, moment: datetime) -> TermsVersion:
        """What holds at a moment, as far as is known today."""
        return next((one for one in reversed(self.versions) if _is_held(one) and _begins_at(one) <= moment), BEFORE_ANY)

    def announced(self, moment: datetime) -> TermsVersion | None:
        """What was announced by a moment and was still to begin then."""
        latest = next((one for one in reversed(self.versions) if _known_at(one) <= moment), BEFORE_ANY)
        return latest if latest is not BEFORE_ANY and _begins_at(latest) > moment else None

    def ends_at(self, version: TermsVersion) -> datetime | None:
        """From when on a version holds no more, as far as is known; before its beginning if it never held."""
        if version["withdrawn_at"] is not None:
            return version["withdrawn_at"]
        later = self.versions[version["version"] :]
        return next((one["begins_at"] for one in later if _is_held(one)), None)

    def _notice_needed(self, after: dict[str, Any], before: TermsVersion) -> int:
        """The guard of notice; tests switch it off to see that they need it."""
        return AT_ONCE if holds_at_once(after, before) else before["notice_days"]

    def _keep(self, announced_at: datetime | None, begins_at: datetime, **values: Any) -> None:
        if announced_at is not None and self.versions and _begins_at(self.versions[-1]) > announced_at:
            self.versions[-1]["withdrawn_at"] = announced_at
        numbered = {"version": len(self.versions) + 1, **values}
        times = {"announced_at": announced_at, "begins_at": begins_at, "withdrawn_at": None}
        self.versions.append(cast(TermsVersion, numbered | times))


def in_force(terms: Terms | None, moment: datetime) -> TermsVersion:
    """What holds at a moment, also where no terms were ever set."""
    return BEFORE_ANY if terms is None else terms.at(moment)


def ahead(terms: Terms | None, moment: datetime) -> list[TermsVersion]:
    """What holds at a moment, and what was announced by then to begin later."""
    to_come = None if terms is None else terms.announced(moment)
    return [in_force(terms, moment), *([] if to_come is None else [to_come])]


def _is_held(version: TermsVersion) -> bool:
    """Whether it has held, or will unless it is replaced before."""
    return version["withdrawn_at"] is None


def _begins_at(version: TermsVersion) -> datetime:
    return cast(datetime, version["begins_at"])


def _known_at(version: TermsVersion) -> datetime:
    return version["announced_at"] or _begins_at(version)
