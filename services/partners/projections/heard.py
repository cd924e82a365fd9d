"""How far figures have heard each source: the position of the latest message of it that they are made from.

Whoever reads the same messages from the feed knows the same positions, and so which figures to compare.
"""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select

from services.contracts.message import Message
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert
from services.partners.domain.scopes import SOURCES

_metadata = MetaData()
heard = Table(
    "heard_v1",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)


class Heard(Projection):
    """One row a source."""

    name: ClassVar[str] = "heard"
    hears: ClassVar[frozenset[str]] = frozenset(SOURCES)
    metadata: ClassVar[MetaData] = _metadata

    def project_all(self, connection: Connection, happened: Sequence[tuple[object, Place]]) -> None:
        """Of each source the latest alone."""
        latest = {place.source: (what, place) for what, place in happened}
        super().project_all(connection, list(latest.values()))

    @when(Message)
    def said(self, connection: Connection, message: Message, place: Place) -> None:
        """Whatever it was."""
        row = insert(heard).values(source=place.source, position=place.position)
        moved = row.on_conflict_do_update(index_elements=["source"], set_={"position": place.position})
        connection.execute(moved)


def heard_positions(connection: Connection) -> dict[str, int]:
    """By source, the position of its latest message; 0 before the first."""
    found = {row.source: int(row.position) for row in connection.execute(select(heard))}
    return {source: found.get(source, 0) for source in SOURCES}
