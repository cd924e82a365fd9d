"""Many rows at once: what a page of facts writes to a view, gathered and handed to the database in few statements.

One statement a fact costs more than all the rest of a rebuild. Gathered, a page takes as many statements
as its rows have kinds of changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable

from .projection import Place, Projection

Values = Mapping[str, Any]
_Group = tuple[Executable, list[Values]]


class Writes:
    """Statements with their values. Those about one row keep their order; those about different rows may not.

    They are kept in layers: a write comes into the first layer after the last write about its row, or into the
    same one when it is the same statement. Within a layer every statement is executed once, with all its values.
    """

    def __init__(self) -> None:
        self._layers: list[dict[tuple[int, tuple[str, ...]], _Group]] = []
        self._latest: dict[str, tuple[int, tuple[int, tuple[str, ...]]]] = {}

    def put(self, row: str, statement: Executable, values: Values) -> None:
        """Execute a statement that changes this row (or these rows, when always named by the same text)."""
        kind = (id(statement), tuple(values))
        layer, before = self._latest.get(row, (-1, None))
        if before != kind:
            layer += 1
            self._latest[row] = (layer, kind)
        if layer == len(self._layers):
            self._layers.append({})
        self._layers[layer].setdefault(kind, (statement, []))[1].append(values)

    def run(self, connection: Connection) -> None:
        """Hand everything to the database."""
        for layer in self._layers:
            for statement, values in layer.values():
                connection.execute(statement, values)


class PagedProjection(Projection):
    """A projection whose ``@when`` methods take ``(writes, what_happened, place)`` and put rows instead of writing
    them. It must not read what it writes: within a page nothing is written yet."""

    def project(self, connection: Connection, happened: object, place: Place) -> None:
        self.project_all(connection, [(happened, place)])

    def project_all(self, connection: Connection, happened: Sequence[tuple[object, Place]]) -> None:
        writes = Writes()
        for what, place in happened:
            self._deal_with(writes, what, place)
        writes.run(connection)
