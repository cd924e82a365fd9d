"""The form that values must have before anything is decided on them."""

from datetime import datetime
from typing import Any, TypedDict

from services.contracts.thresholds import OPEN, MalformedThreshold, parse, to_data

from . import refusals

CAPACITY = (1, 100_000)
HOLD_MINUTES = (1, 1_440)
MOST_SEATS = 20


class Venue(TypedDict):
    """Where it is: a place, an address to join it from elsewhere, or both."""

    venue_name: str | None
    address: str | None
    latitude: float | None
    longitude: float | None
    online_url: str | None


def check_title(title: str) -> None:
    """Raises ``TitleMissing``."""
    if not title.strip():
        raise refusals.TitleMissing()


def check_venue(venue: Venue, recorded: bool = False) -> None:
    """Raises ``VenueMissing``, ``PlaceHalfSaid``. What was recorded elsewhere may lack a venue."""
    if not (recorded or venue["venue_name"] or venue["online_url"]):
        raise refusals.VenueMissing()
    if (venue["latitude"] is None) != (venue["longitude"] is None):
        raise refusals.PlaceHalfSaid()


def check_times(starts_at: datetime, ends_at: datetime, now: datetime | None) -> None:
    """Raises ``TimesNotUsable``. Without ``now``, for what was recorded elsewhere, it may be over or have no length."""
    is_usable = starts_at <= ends_at if now is None else now < starts_at < ends_at
    if not is_usable:
        raise refusals.TimesNotUsable(starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat())


def check_capacity(capacity: int | None) -> None:
    """Raises ``CapacityNotUsable``."""
    least, most = CAPACITY
    if capacity is not None and not least <= capacity <= most:
        raise refusals.CapacityNotUsable(least=least, most=most)


def check_price(price_minor: int, currency: str | None) -> None:
    """Raises ``PriceWithoutCurrency``."""
    if price_minor < 0 or (price_minor > 0) != (currency is not None):
        raise refusals.PriceWithoutCurrency()


def check_party(seats: int, most_seats: int) -> None:
    """Raises ``PartyNotUsable``."""
    if not 1 <= seats <= most_seats:
        raise refusals.PartyNotUsable(most_seats=most_seats)


def check_hold(minutes: int) -> None:
    """Raises ``HoldNotUsable``."""
    least, most = HOLD_MINUTES
    if not least <= minutes <= most:
        raise refusals.HoldNotUsable(least=least, most=most)


def check_reason(reason: str) -> None:
    """Raises ``ReasonMissing``."""
    if not reason.strip():
        raise refusals.ReasonMissing()


def canonical(threshold: object) -> dict[str, Any] | None:
    """The threshold in its one way of being written, None when it is open. Raises ``ThresholdMalformed``."""
    try:
        parsed = parse(threshold)
    except MalformedThreshold as wrong:
        raise refusals.ThresholdMalformed(path=wrong.path, problem=wrong.problem) from wrong
    return None if parsed == OPEN else to_data(parsed)
