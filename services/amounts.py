"""Amounts in minor units, as people write them."""

from babel.numbers import get_currency_precision


def figure(amount_minor: int, currency: str) -> str:
    """An amount in minor units as people write it: 1234567 of EUR is 12,345.67, of JPY 1,234,567."""
    digits = get_currency_precision(currency)
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{'-' * (amount_minor < 0)}{whole:,}" + (f".{part:0{digits}d}" if digits else "")


def money(amount_minor: int, currency: str) -> str:
    """The amount with its currency: "12,345.67 EUR"."""
    return f"{figure(amount_minor, currency)} {currency}"
