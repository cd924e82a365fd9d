"""How commands speak: tables and colours on a terminal, plain text elsewhere; nothing told breaks on the way."""

import os
from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleDimensions
from rich.markup import escape
from rich.table import Table
from rich.text import Text

WIDTH_ELSEWHERE = 200
"""Columns in a file or a pipe, where there is no edge to keep within."""
LEAST_PROSE = 8
"""Columns that a cell of prose keeps, however narrow the rest makes it."""


class Speaker(Console):
    """A console as wide as its terminal; where there is none, as COLUMNS says, and otherwise wide."""

    @property
    def size(self) -> ConsoleDimensions:
        """Columns and lines."""
        measured = super().size
        if self.is_terminal or os.environ.get("COLUMNS", "").isdigit():
            return measured
        return ConsoleDimensions(WIDTH_ELSEWHERE, measured.height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size


console = Speaker(highlight=False, emoji=False)
errors = Speaker(stderr=True, highlight=False, emoji=False)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> None:
    """Print a table; ``numbers`` are the columns to align to the right.

    A cell is taken as it stands, brackets and all; give a Text to have it in colour.
    Ids, codes and numbers are never broken, so that they can be copied: where
    that leaves no room for a table, each row is printed as lines of its own.
    """
    cells = [[cell if isinstance(cell, Text) else Text(str(cell)) for cell in row] for row in rows]
    whole = [index in numbers or _is_whole(row[index] for row in cells) for index in range(len(columns))]
    if _least_width(columns, cells, whole) > console.width:
        _print_apart(title, columns, cells)
        return
    made = Table(title=escape(title), title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        side = "right" if index in numbers else "left"
        made.add_column(escape(column), justify=side, overflow="fold", no_wrap=whole[index])  # type: ignore[arg-type]
    for row in cells:
        made.add_row(*row)
    console.print(made)


def refuse(code: str, sentence: str) -> None:
    """Say no on standard error: the code, and the sentence on one line, as it stands."""
    errors.print(Text.assemble((code, "red"), " ", sentence), soft_wrap=True)


def _is_whole(cells: Iterable[Text]) -> bool:
    """Whether none of them has words to break between: ids, codes, addresses."""
    return all(cell.plain.isascii() and " " not in cell.plain for cell in cells)


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[Text]], whole: Sequence[bool]) -> int:
    """How many columns the table takes when its prose is made as narrow as it may be."""
    widths = (max(Text(name).cell_len, *(row[at].cell_len for row in rows), 0) for at, name in enumerate(columns))
    kept = (width if whole[at] else min(width, LEAST_PROSE) for at, width in enumerate(widths))
    return sum(kept) + 3 * len(columns) + 1


def _print_apart(title: str, columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    console.print(Text(title, "italic"), soft_wrap=True)
    most = max(Text(column).cell_len for column in columns)
    for row in rows:
        console.print()
        for column, cell in zip(columns, row, strict=True):
            console.print(Text.assemble((f"  {column:<{most}}  ", "bold"), cell), soft_wrap=True)
    console.print()
