"""Money and times as somebody reads them: by CLDR, in each of the languages there are."""

from datetime import datetime
from decimal import Decimal

from babel.dates import format_datetime
from babel.numbers import format_currency, get_currency_precision

LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}


def amount(minor: int, currency: str) -> Decimal:
    """An amount in minor units as a number, with the digits of its currency."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def money(minor: int, currency: str, language: str) -> str:
    """An amount in minor units, with the digits and the sign of its currency."""
    return str(format_currency(amount(minor, currency), currency, locale=LOCALES[language]))


def moment(when: datetime, language: str, length: str = "long") -> str:
    """Date and time, with the zone where they are long."""
    return str(format_datetime(when, length, locale=LOCALES[language]))
