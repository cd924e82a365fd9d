"""What was sent to authorities, the latest first."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.filing import Filing

metadata = MetaData()
filings = Table(
    "filings_v1",
    metadata,
    Column("filing_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("quarter", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("since", Text),
    Column("sha256", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("filings_v1_in_order", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(filings)


class FilingsView(PagedProjection):
    """One row a filing."""

    name, hears, metadata = "filings", frozenset({"mall"}), metadata

    @when(Filing.Recorded)
    def recorded(self, writes: Writes, fact: Filing.Recorded, place: Place) -> None:
        row = {
            "filing_id": str(fact.filing_id), "place": place.position, "quarter": fact.quarter,
            "time_zone": fact.time_zone, "as_of": fact.as_of.isoformat(),
            "since": None if fact.since is None else fact.since.isoformat(), "sha256": fact.sha256,
            "receipt": fact.receipt, "recorded_at": place.recorded_at.isoformat(), "version": fact.originator_version,
        }  # fmt: skip
        writes.begin(_BEGIN, row)
