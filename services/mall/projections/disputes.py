"""Every dispute, and how much of it is of which order."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import dispute_facts as facts

metadata = MetaData()
disputes = Table(
    "disputes_v2",
    metadata,
    Column("dispute_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("checkout_id", Text, nullable=False),
    Column("payment_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("unborne_minor", BigInteger, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("proposed_as", Text),
    Index("disputes_v2_in_order", "place"),
    Index("disputes_v2_by_state", "state", "place"),
    sqlite_with_rowid=False,
)
parts = Table(
    "dispute_parts_v2",
    metadata,
    Column("dispute_id", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("seller_person_id", Text, nullable=False),
    Column("part_minor", BigInteger, nullable=False),
    Index("dispute_parts_v2_of_seller", "seller_person_id", "place", "order_id"),
    sqlite_with_rowid=False,
)
_BEGIN, _PART = insert(disputes), insert(parts)
_END = disputes.update().where(disputes.c.dispute_id == bindparam("mine"))


class DisputesView(PagedProjection):
    """One row a dispute: open, won or lost; and one for each of its orders."""

    name, version, hears, metadata = "disputes", 2, frozenset({"mall"}), metadata

    @when(facts.Opened)
    def opened(self, writes: Writes, fact: facts.Opened, place: Place) -> None:
        dispute_id = str(fact.dispute_id)
        row = {
            "dispute_id": dispute_id, "place": place.position, "reference": fact.reference,
            "checkout_id": str(fact.checkout_id), "payment_id": str(fact.payment_id), "state": "open",
            "reason": fact.reason, "currency": fact.currency, "amount_minor": fact.amount_minor,
            "fee_minor": fact.fee_minor, "unborne_minor": 0, "opened_at": place.effective_at.isoformat(),
        }  # fmt: skip
        writes.put(dispute_id, _BEGIN, row)
        for part in fact.parts:
            of_order = {
                "dispute_id": dispute_id, "order_id": part["order_id"], "place": place.position,
                "seller_id": part["seller_id"], "seller_person_id": part["seller_person_id"],
                "part_minor": part["amount_minor"],
            }  # fmt: skip
            writes.put(dispute_id, _PART, of_order)

    @when(facts.SettlementProposed, facts.SettledByHand)
    def settled_by_hand(
        self, writes: Writes, fact: facts.SettlementProposed | facts.SettledByHand, place: Place
    ) -> None:  # fmt: skip
        dispute_id = str(fact.originator_id)
        writes.put(dispute_id, _END, {"mine": dispute_id, "proposed_as": fact.outcome})

    @when(facts.Won)
    def won(self, writes: Writes, fact: facts.Won, place: Place) -> None:
        _end(writes, str(fact.originator_id), place, state="won", unborne_minor=0)

    @when(facts.Lost)
    def lost(self, writes: Writes, fact: facts.Lost, place: Place) -> None:
        fee_minor = sum(int(fee["fee_minor"]) for fee in fact.fees)
        told = {"state": "lost", "unborne_minor": fact.unborne_minor, "fee_minor": fee_minor}
        _end(writes, str(fact.originator_id), place, **told)


def _end(writes: Writes, dispute_id: str, place: Place, **ended: Any) -> None:
    writes.put(dispute_id, _END, {"mine": dispute_id, **ended, "ended_at": place.effective_at.isoformat()})
