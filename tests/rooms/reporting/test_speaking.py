"""Amounts as people write them: how many minor units there are is the currency's business."""

import pytest

from services.amounts import figure, money
from services.speaking import table


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


ROW = ["Rod [/red] :smile: of a good many words, more than fit", "e8808b8d-b061-5c6c-a5d7-ff7532e2ecc0", "649.50 CNY"]


@pytest.mark.parametrize("width", [None, 200, 80, 72, 40])
def test_ids_amounts_and_brackets_come_out_whole_at_every_width(
    width: int | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if width is not None:
        monkeypatch.setenv("COLUMNS", str(width))
    table("Sold", ["Listing", "Id", "Paid"], [ROW], numbers=[2])
    shown = capsys.readouterr().out
    assert ROW[1] in shown
    assert ROW[2] in shown
    assert "[/red]" in shown
    assert ":smile:" in shown


def test_elsewhere_than_on_a_terminal_a_table_is_as_wide_as_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    table("Sold", ["Listing", "Id", "Paid"], [ROW], numbers=[2])
    assert ROW[0] in capsys.readouterr().out


def test_a_table_without_rows_has_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    table("Sold", ["Listing", "Id"], [])
    assert "Listing" in capsys.readouterr().out
