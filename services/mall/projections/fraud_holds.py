"""Every fraud hold and how it stands; what was said in it is read from the facts."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.known.people import text_of
from services.mall.domain import fraud_hold_facts as facts

OPEN, APPEALED, PROPOSED, CLOSED = "open", "appealed", "forfeiture_proposed", "closed"
STATES = (OPEN, APPEALED, PROPOSED, CLOSED)
metadata = MetaData()
fraud_holds = Table(
    "fraud_holds_v1",
    metadata,
    Column("hold_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("terms_version", BigInteger, nullable=False),
    Column("withheld_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_appealed", Boolean, nullable=False),
    Column("appeal_until", Text, nullable=False),
    Column("lets_go_at", Text, nullable=False),
    Column("decided_as", Text),
    Column("outcome", Text),
    Column("moved_minor", BigInteger),
    Column("opened_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("fraud_holds_v1_of_order", "order_id"),
    Index("fraud_holds_v1_of_party", "party_id", "place"),
    Index("fraud_holds_v1_by_state", "state", "lets_go_at", "hold_id"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(fraud_holds)
_CHANGE = fraud_holds.update().where(fraud_holds.c.hold_id == bindparam("mine"))


class FraudHoldsView(PagedProjection):
    """One row a fraud hold. ``rules`` are those that suspected it, with spaces between."""

    name, hears, metadata = "fraud_holds", frozenset({"mall"}), metadata

    @when(facts.Opened)
    def opened(self, writes: Writes, fact: facts.Opened, place: Place) -> None:
        row = {
            "hold_id": str(fact.hold_id), "place": place.position, "order_id": str(fact.order_id), "role": fact.role,
            "party_id": str(fact.party_id), "rules": " ".join(dict.fromkeys(one["rule"] for one in fact.evidence)),
            "terms_version": fact.terms_version, "withheld_minor": fact.amount_minor, "currency": fact.currency,
            "state": OPEN, "is_appealed": False, "appeal_until": text_of(fact.appeal_until),
            "lets_go_at": text_of(fact.lets_go_at), "opened_at": text_of(place.recorded_at), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.hold_id), _BEGIN, row)

    @when(facts.Appealed)
    def appealed(self, writes: Writes, fact: facts.Appealed, place: Place) -> None:
        _become(writes, fact, state=APPEALED, is_appealed=True)

    @when(facts.ForfeitureProposed)
    def proposed(self, writes: Writes, fact: facts.ForfeitureProposed, place: Place) -> None:
        _become(writes, fact, state=PROPOSED)

    @when(facts.Decided)
    def decided(self, writes: Writes, fact: facts.Decided, place: Place) -> None:
        _become(writes, fact, decided_as=fact.reason)

    @when(facts.Closed)
    def closed(self, writes: Writes, fact: facts.Closed, place: Place) -> None:
        ended = {"outcome": fact.outcome, "moved_minor": fact.amount_minor, "closed_at": text_of(place.recorded_at)}
        _become(writes, fact, state=CLOSED, **ended)


def _become(writes: Writes, fact: Fact, **row: Any) -> None:
    mine = {"mine": str(fact.originator_id), "version": fact.originator_version}
    writes.put(str(fact.originator_id), _CHANGE, mine | row)
