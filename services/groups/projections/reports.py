"""What waits for the moderators of every group: open reports and open appeals, without what anybody wrote."""

from datetime import UTC
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, func, select

from services.groups.domain import post_facts as facts
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

_metadata = MetaData()
waiting = Table(
    "moderation_waiting_v1",
    _metadata,
    Column("post_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("since", Text, nullable=False),
    Index("moderation_waiting_v1_in_order", "group_id", "since", "post_id"),
)
reports = Table(
    "reports_v1",
    _metadata,
    Column("post_id", Text, primary_key=True),
    Column("reporter_id", Text, primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    Column("code", Text, nullable=False),
)


class ReportsView(Projection):
    """One row a post that waits for a decision, one an open report."""

    name: ClassVar[str] = "reports"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(facts.Reported)
    def reported(self, connection: Connection, fact: facts.Reported, place: Place) -> None:
        """It waits, since the first of the open reports."""
        row = {"post_id": str(fact.originator_id), "reporter_id": str(fact.reporter_id), "revision": fact.revision}
        connection.execute(reports.insert().values(row | {"code": fact.code}))
        _wait(connection, fact, place)

    @when(facts.Appealed)
    def appealed(self, connection: Connection, fact: facts.Appealed, place: Place) -> None:
        """It waits for somebody other than who removed it."""
        _wait(connection, fact, place)

    @when(facts.ReportsDismissed, facts.Removed, facts.Deleted, facts.RemovalUpheld, facts.Restored)
    def decided(self, connection: Connection, fact: Fact, place: Place) -> None:
        """It waits no longer."""
        for table in (waiting, reports):
            connection.execute(table.delete().where(table.c.post_id == str(fact.originator_id)))


def codes_of(connection: Connection, post_id: UUID) -> dict[str, int]:
    """How many open reports of a post have each code."""
    mine = (
        select(reports.c.code, func.count().label("number"))
        .where(reports.c.post_id == str(post_id))
        .group_by(reports.c.code)
    )
    return {one.code: one.number for one in connection.execute(mine.order_by(reports.c.code))}


def _wait(connection: Connection, fact: facts.Reported | facts.Appealed, place: Place) -> None:
    row = {
        "post_id": str(fact.originator_id), "group_id": str(fact.group_id),
        "since": place.effective_at.astimezone(UTC).isoformat(),
    }  # fmt: skip
    connection.execute(insert(waiting).values(row).on_conflict_do_nothing())
