"""Agreements of sellers and communities: how they stand, and all that was offered and answered."""

import json
from typing import Any

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import agreement_facts as facts
from services.mall.domain.agreement_terms import Terms

metadata = MetaData()
agreements = Table(
    "agreements_v1",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("number", BigInteger),
    Column("starts_at", Text),
    Column("ends_at", Text),
    Column("open_number", BigInteger),
    Column("open_by", Text),
    Column("changed_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("agreements_v1_of_seller", "seller_id", "place"),
    Index("agreements_v1_of_group", "group_id", "place"),
    sqlite_with_rowid=False,
)
agreement_steps = Table(
    "agreement_steps_v1",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("step_number", BigInteger, primary_key=True),
    Column("step", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("offer_id", Text),
    Column("number", BigInteger),
    Column("starts_at", Text),
    Column("ends_at", Text),
    Column("terms", Text),
    sqlite_with_rowid=False,
)
_BEGIN, _STEP = insert(agreements), insert(agreement_steps)
_CHANGE = agreements.update().where(agreements.c.agreement_id == bindparam("mine"))
NEITHER = "neither"
_ANSWERED = {"open_number": None, "open_by": None}


class AgreementsView(PagedProjection):
    """One row a seller and a community, one a step of their talks."""

    name, hears, metadata = "agreements", frozenset({"mall"}), metadata

    @when(facts.Opened)
    def opened(self, writes: Writes, fact: facts.Opened, place: Place) -> None:
        row = {
            "agreement_id": str(fact.originator_id), "place": place.position, "seller_id": str(fact.seller_id),
            "group_id": str(fact.group_id), "changed_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)

    @when(facts.Offered)
    def offered(self, writes: Writes, fact: facts.Offered, place: Place) -> None:
        _change(writes, fact, place, open_number=fact.number, open_by=fact.offered_by)
        terms = {name: getattr(fact, name) for name in Terms.__annotations__}
        told = json.dumps(terms, default=lambda moment: moment.isoformat())
        _step(writes, fact, place, "offered", fact.offered_by, terms=told)

    @when(facts.Accepted)
    def accepted(self, writes: Writes, fact: facts.Accepted, place: Place) -> None:
        times = {"starts_at": fact.starts_at.isoformat(), "ends_at": fact.ends_at and fact.ends_at.isoformat()}
        _change(writes, fact, place, number=fact.number, **times, **_ANSWERED)
        _step(writes, fact, place, "accepted", fact.accepted_by, **times)

    @when(facts.Declined)
    def declined(self, writes: Writes, fact: facts.Declined, place: Place) -> None:
        _change(writes, fact, place, **_ANSWERED)
        _step(writes, fact, place, "declined", fact.declined_by)

    @when(facts.Withdrawn)
    def withdrawn(self, writes: Writes, fact: facts.Withdrawn, place: Place) -> None:
        _change(writes, fact, place, **_ANSWERED)
        _step(writes, fact, place, "withdrawn", fact.withdrawn_by)

    @when(facts.EndAnnounced)
    def end_announced(self, writes: Writes, fact: facts.EndAnnounced, place: Place) -> None:
        _change(writes, fact, place, ends_at=fact.ends_at.isoformat())
        _step(writes, fact, place, "end_announced", fact.announced_by, ends_at=fact.ends_at.isoformat())

    @when(facts.Lapsed)
    def lapsed(self, writes: Writes, fact: facts.Lapsed, place: Place) -> None:
        _change(writes, fact, place)
        _step(writes, fact, place, "lapsed", NEITHER, ends_at=fact.ends_at.isoformat())


def _change(writes: Writes, fact: Fact, place: Place, **values: Any) -> None:
    mine = {"mine": str(fact.originator_id), "version": fact.originator_version}
    writes.put(str(fact.originator_id), _CHANGE, {**mine, "changed_at": place.effective_at.isoformat(), **values})


def _step(writes: Writes, fact: Any, place: Place, step: str, side: str, **values: Any) -> None:
    """One more; the version of the fact numbers them, as each has one."""
    offer_id = getattr(fact, "offer_id", None)
    row = {
        "agreement_id": str(fact.originator_id), "step_number": fact.originator_version, "step": step, "side": side,
        "at": place.effective_at.isoformat(), "offer_id": offer_id and str(offer_id),
        "number": getattr(fact, "number", None), "starts_at": None, "ends_at": None, "terms": None,
    }  # fmt: skip
    writes.begin(_STEP, row | values)
