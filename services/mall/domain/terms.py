"""The mall's terms of business: what sellers pay, how long buyers may return, who may sell."""

from typing import Any, TypedDict
from uuid import UUID

from services.contracts.thresholds import MalformedThreshold, parse
from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .refusals import TermsOutOfBounds, ThresholdNotUsable

__all__ = ["DEFAULT_TERMS", "TERMS_ID", "Terms", "TermsValues"]

TERMS_ID = derived_id("mall", "terms")
FEE_BPS = (0, 3_000)
# Seven days are the least that consumer law allows (Consumer Protection Law of the PRC, Art. 25).
RETURN_DAYS = (7, 365)
RESERVATION_MINUTES = (1, 1_440)


class TermsValues(TypedDict):
    """Terms as an order freezes them; ``version`` 0 are the defaults, before any were set."""

    version: int
    platform_fee_bps: int
    return_window_days: int
    reservation_minutes: int
    seller_threshold: dict[str, Any] | None


DEFAULT_TERMS: TermsValues = {
    "version": 0,
    "platform_fee_bps": 500,
    "return_window_days": 7,
    "reservation_minutes": 15,
    "seller_threshold": {"claim": "real_name", "level": 1},
}
"""What holds until an operator sets terms."""


def _check(field: str, value: int, bounds: tuple[int, int]) -> None:
    least, most = bounds
    if not least <= value <= most:
        raise TermsOutOfBounds(field=field, value=value, least=least, most=most)


def _check_all(
    platform_fee_bps: int,
    return_window_days: int,
    reservation_minutes: int,
    seller_threshold: dict[str, Any] | None,
) -> None:
    _check("platform_fee_bps", platform_fee_bps, FEE_BPS)
    _check("return_window_days", return_window_days, RETURN_DAYS)
    _check("reservation_minutes", reservation_minutes, RESERVATION_MINUTES)
    try:
        parse(seller_threshold)
    except MalformedThreshold as malformed:
        raise ThresholdNotUsable(path=malformed.path, problem=malformed.problem) from malformed


class Terms(AggregateRoot):
    """The terms of the one mall, under ``TERMS_ID``. A change holds for orders placed later."""

    TOPIC = "mall:Terms"

    class Opened(Begun):
        """The first terms. The fee is in basis points of the price; the threshold is an expression or None."""

        TOPIC = "mall:Terms.Opened"
        platform_fee_bps: int
        return_window_days: int
        reservation_minutes: int
        seller_threshold: dict[str, Any] | None

    class Changed(Fact):
        """All values anew, also those that stayed."""

        TOPIC = "mall:Terms.Changed"
        platform_fee_bps: int
        return_window_days: int
        reservation_minutes: int
        seller_threshold: dict[str, Any] | None

    @staticmethod
    def create_id() -> UUID:
        return TERMS_ID

    @classmethod
    def open(
        cls,
        platform_fee_bps: int,
        return_window_days: int,
        reservation_minutes: int,
        seller_threshold: dict[str, Any] | None,
    ) -> "Terms":
        """The first terms. Raises ``TermsOutOfBounds``, ``ThresholdNotUsable``."""
        _check_all(platform_fee_bps, return_window_days, reservation_minutes, seller_threshold)
        return cls(platform_fee_bps, return_window_days, reservation_minutes, seller_threshold)

    @event(Opened)
    def __init__(
        self,
        platform_fee_bps: int,
        return_window_days: int,
        reservation_minutes: int,
        seller_threshold: dict[str, Any] | None,
    ) -> None:
        self.platform_fee_bps = platform_fee_bps
        self.return_window_days = return_window_days
        self.reservation_minutes = reservation_minutes
        self.seller_threshold = seller_threshold

    def change(
        self,
        platform_fee_bps: int,
        return_window_days: int,
        reservation_minutes: int,
        seller_threshold: dict[str, Any] | None,
    ) -> None:
        """New values; the same again record nothing. Raises ``TermsOutOfBounds``, ``ThresholdNotUsable``."""
        _check_all(platform_fee_bps, return_window_days, reservation_minutes, seller_threshold)
        new = (platform_fee_bps, return_window_days, reservation_minutes, seller_threshold)
        if new != (self.platform_fee_bps, self.return_window_days, self.reservation_minutes, self.seller_threshold):
            self._changed(*new)

    @event(Changed)
    def _changed(
        self,
        platform_fee_bps: int,
        return_window_days: int,
        reservation_minutes: int,
        seller_threshold: dict[str, Any] | None,
    ) -> None:
        self.platform_fee_bps = platform_fee_bps
        self.return_window_days = return_window_days
        self.reservation_minutes = reservation_minutes
        self.seller_threshold = seller_threshold

    @property
    def values(self) -> TermsValues:
        """As they are frozen into an order, with the version they had."""
        return {
            "version": self.version,
            "platform_fee_bps": self.platform_fee_bps,
            "return_window_days": self.return_window_days,
            "reservation_minutes": self.reservation_minutes,
            "seller_threshold": self.seller_threshold,
        }
