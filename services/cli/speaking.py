"""How the command speaks: tables and colours on a terminal, plain text elsewhere, refusals as one sentence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.kernel.refusals import Refusal

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The directory with the platform's files.", show_default=".agora, or $AGORA_DATA"),
]


def say_refused(refusal: Refusal) -> None:
    """The sentence of a refusal, and its code to look up."""
    errors.print(f"[red]{refusal.code}[/red] {refusal.detail}")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> None:
    """Print a table; ``numbers`` are the columns to align to the right."""
    made = Table(title=title, title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        made.add_column(column, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(str(cell) for cell in row))
    console.print(made)


def money(amount_minor: int, currency: str = "") -> str:
    """An amount in minor units as people write it: 1234567 is 12,345.67."""
    sign, amount = ("-" if amount_minor < 0 else ""), abs(amount_minor)
    return f"{sign}{amount // 100:,}.{amount % 100:02d}{' ' + currency if currency else ''}"
