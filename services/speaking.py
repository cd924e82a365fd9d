"""How commands speak: tables and colours on a terminal, plain text elsewhere."""

from collections.abc import Sequence

from babel.numbers import get_currency_precision
from rich.console import Console
from rich.table import Table

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> None:
    """Print a table; ``numbers`` are the columns to align to the right."""
    made = Table(title=title, title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        made.add_column(column, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(str(cell) for cell in row))
    console.print(made)


def figure(amount_minor: int, currency: str) -> str:
    """An amount in minor units as people write it: 1234567 of EUR is 12,345.67, of JPY 1,234,567."""
    digits = get_currency_precision(currency)
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{'-' * (amount_minor < 0)}{whole:,}" + (f".{part:0{digits}d}" if digits else "")


def money(amount_minor: int, currency: str) -> str:
    """The amount with its currency: "12,345.67 EUR"."""
    return f"{figure(amount_minor, currency)} {currency}"
