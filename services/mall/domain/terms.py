"""The mall's terms of business: what sellers pay, how long buyers may return, who may sell, how long a touch counts,
who bears which fee when money goes back."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast
from uuid import UUID

from services.contracts.thresholds import MalformedThreshold, parse
from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .refusals import BearingNotUsable, TermsOutOfBounds, ThresholdNotUsable

__all__ = ["BEARINGS", "DEFAULT_TERMS", "NOTICE_DAYS", "TERMS_ID", "Terms", "TermsValues", "bearing"]

TERMS_ID = derived_id("mall", "terms")


class TermsValues(TypedDict):
    """Terms as an order freezes them; ``version`` 0 are the defaults, before any were set.

    ``link_window_days`` and ``shelf_window_days`` are how long a touch counts, ``member_share_bps`` what a member
    gets of a pool that is split with a community. ``platform_fee_on_refund`` and ``dispute_fee_borne_by`` are among
    ``BEARINGS``.
    """

    version: int
    platform_fee_bps: int
    return_window_days: int
    reservation_minutes: int
    seller_threshold: dict[str, Any] | None
    link_window_days: int
    shelf_window_days: int
    member_share_bps: int
    platform_fee_on_refund: str
    dispute_fee_borne_by: str


WAYS_BEFORE = {"link_window_days": 30, "shelf_window_days": 7, "member_share_bps": 5_000}
"""What holds of the attribution where terms say nothing, as those of before there was one."""
NOTICE_DAYS = 7
"""How long before it holds a change of fees or commissions is announced, where the terms say nothing. It is no term of
an order: nothing of it is frozen there."""
BEARINGS_BEFORE = {"platform_fee_on_refund": "returned", "dispute_fee_borne_by": "platform"}
"""Who bears which fee where terms say nothing, as those of orders that were placed before they could."""
DEFAULT_TERMS: TermsValues = {
    "version": 0,
    "platform_fee_bps": 500,
    "return_window_days": 7,
    "reservation_minutes": 15,
    "seller_threshold": {"claim": "real_name", "level": 1},
    "link_window_days": WAYS_BEFORE["link_window_days"],
    "shelf_window_days": WAYS_BEFORE["shelf_window_days"],
    "member_share_bps": WAYS_BEFORE["member_share_bps"],
    "platform_fee_on_refund": BEARINGS_BEFORE["platform_fee_on_refund"],
    "dispute_fee_borne_by": BEARINGS_BEFORE["dispute_fee_borne_by"],
}
"""What holds until an operator sets terms."""
BOUNDS = {
    "platform_fee_bps": (0, 3_000),
    # Seven days are the least that consumer law allows (Consumer Protection Law of the PRC, Art. 25).
    "return_window_days": (7, 365),
    "reservation_minutes": (1, 1_440),
    # Nobody is bound to a way for longer than a season; 0 counts what is named with the order alone.
    "link_window_days": (0, 90),
    "shelf_window_days": (0, 90),
    "member_share_bps": (0, 10_000),
    # Seven days are the least that the law allows (E-Commerce Law of the PRC, Art. 34).
    "notice_days": (7, 90),
}
BEARINGS = {"platform_fee_on_refund": ("returned", "kept"), "dispute_fee_borne_by": ("platform", "seller")}
"""What the platform's fee does when a line is refunded: it goes back with the rest, or stays at the cost of the seller.
And who pays what the provider takes for a dispute that is lost."""


def bearing(terms: Mapping[str, Any], name: str) -> str:
    """Who bears it under the terms of an order."""
    return str(terms.get(name, BEARINGS_BEFORE[name]))


def _check_all(values: dict[str, Any]) -> None:
    for field, (least, most) in BOUNDS.items():
        if not least <= values[field] <= most:
            raise TermsOutOfBounds(field=field, value=values[field], least=least, most=most)
    for field, known in BEARINGS.items():
        if values[field] not in known:
            raise BearingNotUsable(field=field, known=" or ".join(known))
    try:
        parse(values["seller_threshold"])
    except MalformedThreshold as malformed:
        raise ThresholdNotUsable(path=malformed.path, problem=malformed.problem) from malformed


class Terms(AggregateRoot):
    """The terms of the one mall, under ``TERMS_ID``. A change holds for orders placed later."""

    TOPIC = "mall:Terms"
    snapshot_version = 2

    class Opened(Begun):
        """The first terms. The fee is in basis points of the price; the threshold is an expression or None."""

        TOPIC = "mall:Terms.Opened"
        class_version = 3
        platform_fee_bps: int
        return_window_days: int
        reservation_minutes: int
        seller_threshold: dict[str, Any] | None
        link_window_days: int
        shelf_window_days: int
        member_share_bps: int
        notice_days: int
        platform_fee_on_refund: str
        dispute_fee_borne_by: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nothing was remembered of the way yet."""
            state.update(WAYS_BEFORE)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Nothing was said of notice, or of who bears which fee."""
            state.update(BEARINGS_BEFORE, notice_days=NOTICE_DAYS)

    class Changed(Fact):
        """All values anew, also those that stayed."""

        TOPIC = "mall:Terms.Changed"
        class_version = 3
        platform_fee_bps: int
        return_window_days: int
        reservation_minutes: int
        seller_threshold: dict[str, Any] | None
        link_window_days: int
        shelf_window_days: int
        member_share_bps: int
        notice_days: int
        platform_fee_on_refund: str
        dispute_fee_borne_by: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Nothing was remembered of the way yet."""
            state.update(WAYS_BEFORE)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Nothing was said of notice, or of who bears which fee."""
            state.update(BEARINGS_BEFORE, notice_days=NOTICE_DAYS)

    @staticmethod
    def create_id() -> UUID:
        return TERMS_ID

    @classmethod
    def open(cls, **values: Any) -> "Terms":
        """The first terms: ``TermsValues`` without the version; attribution, notice and bearings may be left out.

        Raises ``TermsOutOfBounds``, ``BearingNotUsable``, ``ThresholdNotUsable``.
        """
        values = WAYS_BEFORE | BEARINGS_BEFORE | {"notice_days": NOTICE_DAYS} | values
        _check_all(values)
        return cls(**values)

    @event(Opened)
    def __init__(
        self, platform_fee_bps: int, return_window_days: int, reservation_minutes: int,
        seller_threshold: dict[str, Any] | None, link_window_days: int, shelf_window_days: int, member_share_bps: int,
        notice_days: int, platform_fee_on_refund: str, dispute_fee_borne_by: str,
    ) -> None:  # fmt: skip
        self.platform_fee_bps = platform_fee_bps
        self.return_window_days = return_window_days
        self.reservation_minutes = reservation_minutes
        self.seller_threshold = seller_threshold
        self.link_window_days = link_window_days
        self.shelf_window_days = shelf_window_days
        self.member_share_bps = member_share_bps
        self.notice_days = notice_days
        self.platform_fee_on_refund = platform_fee_on_refund
        self.dispute_fee_borne_by = dispute_fee_borne_by

    def change(self, **values: Any) -> None:
        """New values, as for ``open``; what is left out stays, and the same again record nothing.

        Raises ``TermsOutOfBounds``, ``BearingNotUsable``, ``ThresholdNotUsable``.
        """
        before: dict[str, Any] = {name: value for name, value in self.values.items() if name != "version"}
        before["notice_days"] = self.notice_days
        after = before | values
        _check_all(after)
        if after != before:
            self._changed(**after)

    @event(Changed)
    def _changed(
        self, platform_fee_bps: int, return_window_days: int, reservation_minutes: int,
        seller_threshold: dict[str, Any] | None, link_window_days: int, shelf_window_days: int, member_share_bps: int,
        notice_days: int, platform_fee_on_refund: str, dispute_fee_borne_by: str,
    ) -> None:  # fmt: skip
        self.platform_fee_bps = platform_fee_bps
        self.return_window_days = return_window_days
        self.reservation_minutes = reservation_minutes
        self.seller_threshold = seller_threshold
        self.link_window_days = link_window_days
        self.shelf_window_days = shelf_window_days
        self.member_share_bps = member_share_bps
        self.notice_days = notice_days
        self.platform_fee_on_refund = platform_fee_on_refund
        self.dispute_fee_borne_by = dispute_fee_borne_by

    @property
    def values(self) -> TermsValues:
        """As they are frozen into an order, with the version they had."""
        told = {name: getattr(self, name) for name in TermsValues.__annotations__ if name != "version"}
        return cast(TermsValues, {"version": self.version, **told})
