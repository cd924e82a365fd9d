"""Many rows at once: what a page of facts writes to a view, gathered and handed to the database in few statements.

One statement a fact costs more than all the rest of a rebuild. Gathered, a page takes as many statements
as its rows have kinds of changes.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Delete
from sqlalchemy.sql.dml import ValuesBase

from .many_rows import run_for_all
from .projection import Place, Projection

Statement = ValuesBase | Delete
Values = dict[str, Any]
_Kind = tuple[int, tuple[str, ...]]


class Writes:
    """Statements with their values. Those about one row keep their order; those about different rows may not.

    They are kept in layers: a write comes into the first layer after the last write about its row. Within a layer every
    statement is executed once, with all its values.
    """

    def __init__(self) -> None:
        self._layers: list[dict[_Kind, tuple[Statement, list[Values]]]] = []
        self._latest: dict[str, tuple[int, _Kind, Values]] = {}

    def put(self, row: str, statement: Statement, values: Values, added: Collection[str] = ()) -> None:
        """Execute a statement that changes this row (or these rows, when always named by the same text).

        What is ``added``, by its names, comes to one sum where the write before about this row was the same statement;
        of the other values the latest counts then.
        """
        kind = (id(statement), tuple(values))
        layer, before, told = self._latest.get(row, (-1, None, values))
        if added and before == kind:
            told.update({name: told[name] + value if name in added else value for name, value in values.items()})
            return
        self._gather(layer + 1, statement, kind, values)
        self._latest[row] = (layer + 1, kind, values)

    def begin(self, statement: Statement, values: Values) -> None:
        """Insert a row that no other write of the page is about."""
        self._gather(0, statement, (id(statement), tuple(values)), values)

    def run(self, connection: Connection) -> None:
        """Hand everything to the database."""
        for layer in self._layers:
            for statement, values in layer.values():
                run_for_all(connection, statement, values)

    def _gather(self, layer: int, statement: Statement, kind: _Kind, values: Values) -> None:
        if layer == len(self._layers):
            self._layers.append({})
        self._layers[layer].setdefault(kind, (statement, []))[1].append(values)


class PagedProjection(Projection):
    """A projection whose ``@when`` methods take ``(writes, what_happened, place)`` and put rows instead of writing
    them. It must not read what it writes: within a page nothing is written yet."""

    def project(self, connection: Connection, happened: object, place: Place) -> None:
        self.project_all(connection, [(happened, place)])

    def project_all(self, connection: Connection, happened: Sequence[tuple[object, Place]]) -> None:
        writes = Writes()
        self._deal_with_all(writes, happened)
        writes.run(connection)
