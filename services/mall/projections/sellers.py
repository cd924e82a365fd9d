"""Every seller, without the name: that is read from the seller itself."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.seller import Seller

metadata = MetaData()
sellers = Table(
    "sellers_v1",
    metadata,
    Column("seller_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
_BEGIN = insert(sellers)
_CHANGE = sellers.update().where(sellers.c.seller_id == bindparam("mine"))


class SellersView(PagedProjection):
    """One row a seller: open or suspended."""

    name, hears, metadata = "sellers", frozenset({"mall"}), metadata

    @when(Seller.Opened)
    def opened(self, writes: Writes, fact: Seller.Opened, place: Place) -> None:
        row = {"seller_id": str(fact.originator_id), "person_id": str(fact.person_id), "state": "open"}
        writes.put(str(fact.originator_id), _BEGIN, {**row, "opened_at": place.effective_at.isoformat(), "version": 1})

    @when(Seller.Suspended, Seller.Reinstated)
    def changed(self, writes: Writes, fact: Fact, place: Place) -> None:
        state = "suspended" if isinstance(fact, Seller.Suspended) else "open"
        mine = {"mine": str(fact.originator_id), "version": fact.originator_version}
        writes.put(str(fact.originator_id), _CHANGE, {**mine, "state": state})
