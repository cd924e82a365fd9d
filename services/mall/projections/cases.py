"""Every case and how it stands; what was said in it is read from the facts."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import case_facts as facts
from services.mall.domain.case import CLOSED

metadata = MetaData()
cases = Table(
    "cases_v1",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("line_id", Text),
    Column("buyer_id", Text, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("seller_person_id", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("deadline", Text, nullable=False),
    Column("overdue", BigInteger, nullable=False),
    Column("decision", Text),
    Column("decided_as", Text),
    Column("outcome", Text),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("cases_v1_of_buyer", "buyer_id", "place"),
    Index("cases_v1_of_seller", "seller_person_id", "place"),
    Index("cases_v1_by_state", "state", "overdue", "deadline", "case_id"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(cases)
_CHANGE = cases.update().where(cases.c.case_id == bindparam("mine"))


class CasesView(PagedProjection):
    """One row a case; ``overdue`` is how often the platform let a deadline pass."""

    name, hears, metadata = "cases", frozenset({"mall"}), metadata

    @when(facts.Opened)
    def opened(self, writes: Writes, fact: facts.Opened, place: Place) -> None:
        row = {
            "case_id": str(fact.case_id), "place": place.position, "order_id": str(fact.order_id),
            "line_id": fact.line_id, "buyer_id": str(fact.buyer_id), "seller_id": str(fact.seller_id),
            "seller_person_id": str(fact.seller_person_id), "opened_by": fact.side, "reason": fact.reason,
            "currency": fact.currency, "state": fact.stage, "deadline": fact.deadline.isoformat(), "overdue": 0,
            "refunded_minor": 0, "opened_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.case_id), _BEGIN, row)

    @when(facts.Answered, facts.Escalated)
    def moved(self, writes: Writes, fact: facts.Answered | facts.Escalated, place: Place) -> None:
        row = {"state": fact.stage, "deadline": fact.deadline.isoformat()}
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), **row})

    @when(facts.Overdue)
    def overdue(self, writes: Writes, fact: facts.Overdue, place: Place) -> None:
        row = {"overdue": fact.times, "deadline": fact.deadline.isoformat()}
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), **row})

    @when(facts.Said)
    def said(self, writes: Writes, fact: facts.Said, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, _mine(fact))

    @when(facts.Decided)
    def decided(self, writes: Writes, fact: facts.Decided, place: Place) -> None:
        row = {"decision": fact.decision, "decided_as": fact.reason}
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), **row})

    @when(facts.Closed)
    def closed(self, writes: Writes, fact: facts.Closed, place: Place) -> None:
        row = {
            "state": CLOSED, "outcome": fact.outcome, "refunded_minor": fact.amount_minor,
            "closed_at": place.effective_at.isoformat(),
        }  # fmt: skip
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), **row})


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
