"""Amounts as people write them: how many minor units there are is the currency's business."""

import pytest

from services.speaking import figure, money


@pytest.mark.parametrize(
    ("amount_minor", "currency", "written"),
    [
        (1234567, "EUR", "12,345.67"),
        (-5, "BRL", "-0.05"),
        (0, "CNY", "0.00"),
        (1234567, "JPY", "1,234,567"),
        (-1234567, "KWD", "-1,234.567"),
    ],
)
def test_writes_an_amount_with_the_digits_of_its_currency(amount_minor: int, currency: str, written: str) -> None:
    assert figure(amount_minor, currency) == written
    assert money(amount_minor, currency) == f"{written} {currency}"
