"""The form that values must have before anything is decided on them."""

import re

from .refusals import (
    BucketsOutOfBounds,
    CommissionOutOfBounds,
    CurrencyNotUsable,
    DeviceNotUsable,
    PriceNotPositive,
    QuantityNotPositive,
    ReasonNotCode,
    TitleNotUsable,
    TotalTooHigh,
)

LONGEST_TITLE = 200
LONGEST_DEVICE = 100
COMMISSION_BPS = (0, 5_000)
MOST_BUCKETS = 64
# Sums of millions of checkouts still fit 64 bits, with which databases count; a sum beyond stops every view for good.
HIGHEST_TOTAL_MINOR = 10**12
_CURRENCY = re.compile(r"[A-Z]{3}")
_CODE = re.compile(r"[a-z0-9_]{1,64}")


def check_reason(reason: str) -> None:
    """Reasons are codes such as ``changed_mind``: facts are kept for ever, and free text could name a person."""
    if not _CODE.fullmatch(reason):
        raise ReasonNotCode()


def check_title(title: str) -> None:
    """Raises ``TitleNotUsable`` for a blank title or one of more than 200 characters."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise TitleNotUsable(most=LONGEST_TITLE, length=len(title))


def check_device(device: str) -> None:
    """Raises ``DeviceNotUsable`` for what is blank, longer than 100 characters, or cannot be shown."""
    if not device.strip() or len(device) > LONGEST_DEVICE or not device.isprintable():
        raise DeviceNotUsable(most=LONGEST_DEVICE)


def check_price(price_minor: int) -> None:
    """Raises ``PriceNotPositive``."""
    if price_minor <= 0:
        raise PriceNotPositive(price_minor=price_minor)


def check_currency(currency: str) -> None:
    """Raises ``CurrencyNotUsable`` for anything but three capital letters."""
    if not _CURRENCY.fullmatch(currency):
        raise CurrencyNotUsable()


def check_commission(commission_bps: int) -> None:
    """Raises ``CommissionOutOfBounds`` beyond half the price."""
    least, most = COMMISSION_BPS
    if not least <= commission_bps <= most:
        raise CommissionOutOfBounds(commission_bps=commission_bps, least=least, most=most)


def check_quantity(quantity: int) -> None:
    """Raises ``QuantityNotPositive``."""
    if quantity <= 0:
        raise QuantityNotPositive(quantity=quantity)


def check_buckets(buckets: int) -> None:
    """Raises ``BucketsOutOfBounds``."""
    if not 1 <= buckets <= MOST_BUCKETS:
        raise BucketsOutOfBounds(buckets=buckets, most=MOST_BUCKETS)


def check_total(total_minor: int) -> int:
    """The same total. Raises ``TotalTooHigh``."""
    if total_minor > HIGHEST_TOTAL_MINOR:
        raise TotalTooHigh(most_minor=HIGHEST_TOTAL_MINOR, total_minor=total_minor)
    return total_minor
