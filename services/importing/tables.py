"""Files of comma-separated values: read whole and checked to the last field before anything is recorded."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from . import refusals
from .fields import Spot

Row = TypeVar("Row")
Convert = Callable[[Spot, str], Any]


@dataclass(frozen=True, slots=True)
class Form(Generic[Row]):
    """What one file holds: how each column is read, and by which columns two rows are the same thing."""

    name: str
    row: Callable[..., Row]
    columns: Mapping[str, Convert]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """A file as read. ``twice`` were seen before, word for word; ``contrary`` have the key of an earlier row
    and say something else. ``count`` is of all rows."""

    file: str
    count: int
    rows: list[Row]
    twice: list[Row]
    contrary: list[Row]


def read_table(form: Form[Row], path: Path, now: datetime) -> Table[Row]:
    """Read one file; rows that were seen before are kept apart."""
    table: Table[Row] = Table(path.name, 0, [], [], [])
    known: dict[tuple[Any, ...], Row] = {}
    count = 0
    for row in _rows(form, path, now):
        count += 1
        key = tuple(getattr(row, column) for column in form.key)
        before = known.setdefault(key, row)
        kept = table.rows if before is row else table.twice if before == row else table.contrary
        kept.append(row)
    return Table(path.name, count, table.rows, table.twice, table.contrary)


def _rows(form: Form[Row], path: Path, now: datetime) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = next(reader, [])
        places = {column: _place(path.name, header, column, form) for column in form.columns}
        line = reader.line_num + 1
        for values in reader:
            if values:  # a blank line is no row
                if len(values) != len(header):
                    raise refusals.BrokenRow(file=path.name, line=line, expected=len(header))
                yield _row(form, values, places, (path.name, line, now))
            line = reader.line_num + 1
    except csv.Error as cause:
        raise refusals.BrokenRow(file=path.name, line=reader.line_num, expected=len(form.columns)) from cause


def _row(form: Form[Row], values: list[str], places: Mapping[str, int], where: tuple[str, int, datetime]) -> Row:
    file, line, now = where
    return form.row(**{
        column: convert(Spot(file, line, column, now), values[places[column]])
        for column, convert in form.columns.items()
    })  # fmt: skip


def _place(file: str, header: list[str], column: str, form: Form[Any]) -> int:
    if column not in header:
        raise refusals.NoSuchColumn(file=file, column=column, needed=", ".join(form.columns))
    return header.index(column)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as cause:
        raise refusals.UnreadableFile(file=path.name, cause=cause.strerror) from cause
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        raise refusals.NotText(file=path.name, line=line) from cause
