"""Fields that this set alone has, as values; what cannot be one is refused with file, line and column."""

import re
from datetime import UTC, datetime

from ..fields import Spot
from ..refusals import BadAmount, BadNumber, BadPoints, BadTime, InFuture, UnknownStatus

STATUSES = ("created", "approved", "invoiced", "processing", "shipped", "delivered", "canceled", "unavailable")
_AMOUNT = re.compile(r"(\d{1,9})(?:\.(\d{1,2})0*)?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


def status(spot: Spot, value: str) -> str:
    """What became of an order. Raises UnknownStatus, for how to book it would be a guess."""
    if value not in STATUSES:
        raise UnknownStatus(file=spot.file, line=spot.line, value=value, known=", ".join(STATUSES))
    return value


def amount(spot: Spot, value: str) -> int:
    """Centavos of an amount such as "99.9". Raises BadAmount for a sign, an exponent, or parts of a centavo."""
    found = _AMOUNT.fullmatch(value.strip())
    if found is None:
        raise BadAmount(file=spot.file, line=spot.line, column=spot.column, value=value)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def number(spot: Spot, value: str) -> int:
    """A whole number from 1 to 999. Raises BadNumber."""
    if not (value.isascii() and value.isdigit() and len(value) <= 3 and int(value)):
        raise BadNumber(file=spot.file, line=spot.line, column=spot.column, value=value)
    return int(value)


def points(spot: Spot, value: str) -> int:
    """1 to 5 points. Raises BadPoints."""
    if value not in ("1", "2", "3", "4", "5"):
        raise BadPoints(file=spot.file, line=spot.line, column=spot.column, value=value)
    return int(value)


def moment(spot: Spot, value: str) -> datetime:
    """A time of the set, taken as UTC. Raises BadTime, InFuture."""
    try:
        found = datetime.fromisoformat(value).replace(tzinfo=UTC) if _TIME.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None:
        raise BadTime(file=spot.file, line=spot.line, column=spot.column, value=value)
    if found > spot.now:
        raise InFuture(file=spot.file, line=spot.line, column=spot.column, value=value)
    return found


def moment_or_none(spot: Spot, value: str) -> datetime | None:
    """A time, or None where there is nothing."""
    return moment(spot, value) if value.strip() else None
