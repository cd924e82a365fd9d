"""When sellers began to sell, were suspended and reinstated, with both times of each: who operated, as known when."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.known.people import text_of
from services.mall.domain.seller import Seller

OPENED, SUSPENDED, REINSTATED = "opened", "suspended", "reinstated"
metadata = MetaData()
operating = Table(
    "operating_v1",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("seller_id", Text, nullable=False),
    Column("person_id", Text),
    Column("what", Text, nullable=False),
    Column("reason", Text),
    Column("claims", Text),
    Column("effective_at", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Index("operating_v1_of_seller", "seller_id", "position"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(operating)


class OperatorsView(PagedProjection):
    """One row a change. ``claims`` are those by which the person was let in, as kind:level, with spaces between."""

    name, hears, metadata = "operators", frozenset({"mall"}), metadata

    @when(Seller.Opened)
    def opened(self, writes: Writes, fact: Seller.Opened, place: Place) -> None:
        claims = " ".join(sorted(f"{claim['kind']}:{claim['level']}" for claim in fact.relied_on))
        row = {"person_id": str(fact.person_id), "what": OPENED, "reason": None, "claims": claims}
        writes.begin(_BEGIN, row | _when(fact, place))

    @when(Seller.Suspended)
    def suspended(self, writes: Writes, fact: Seller.Suspended, place: Place) -> None:
        row = {"person_id": None, "what": SUSPENDED, "reason": fact.reason, "claims": None}
        writes.begin(_BEGIN, row | _when(fact, place))

    @when(Seller.Reinstated)
    def reinstated(self, writes: Writes, fact: Seller.Reinstated, place: Place) -> None:
        row = {"person_id": None, "what": REINSTATED, "reason": None, "claims": None}
        writes.begin(_BEGIN, row | _when(fact, place))


def _when(fact: Seller.Opened | Seller.Suspended | Seller.Reinstated, place: Place) -> dict[str, object]:
    return {
        "position": place.position, "seller_id": str(fact.originator_id),
        "effective_at": text_of(place.effective_at), "recorded_at": text_of(place.recorded_at),
    }  # fmt: skip
