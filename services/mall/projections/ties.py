"""Who earned by whose purchases: a row a party and order that was paid here.

Whoever weighs a share that is to be released asks here how buyer and earner hang together.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, Index, MetaData, Table, Text, select

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.known.groups import OWNER, roles
from services.known.people import text_of
from services.mall.domain import order_facts as facts
from services.mall.domain.ledger import Account

EARNED = {Account.COMMUNITY_HELD.value: "community", Account.MEMBER_HELD.value: "member"}
metadata = MetaData()
ties = Table(
    "ties_v1",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("buyer_id", Text, nullable=False),
    Column("paid_at", Text, nullable=False),
    Index("ties_v1_of_party", "party_id", "buyer_id", "paid_at"),
    Index("ties_v1_of_buyer", "buyer_id", "paid_at"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(ties).on_conflict_do_nothing()


class TiesView(PagedProjection):
    """What was paid elsewhere is weighed there: there is no row of it."""

    name, hears, metadata = "ties", frozenset({"mall"}), metadata

    @when(facts.Paid)
    def paid(self, writes: Writes, fact: facts.Paid, place: Place) -> None:
        if fact.is_invoiced is False:
            return
        order_id = str(fact.originator_id)
        row = {
            "order_id": order_id, "position": place.position, "buyer_id": str(fact.buyer_id),
            "paid_at": text_of(place.effective_at),
        }  # fmt: skip
        for entry in fact.entries:
            if entry["account"] in EARNED:
                party = {"role": EARNED[entry["account"]], "party_id": entry["party_id"]}
                writes.put(order_id, _BEGIN, row | party)


class Tie(NamedTuple):
    """One order by which a party earned."""

    order_id: UUID
    buyer_id: UUID
    role: str
    party_id: UUID
    paid_at: datetime
    position: int


def tie_of(connection: Connection, order_id: UUID, role: str, party_id: UUID) -> Tie | None:
    """That a party earns by an order, once the view has come as far."""
    of_party = (ties.c.role == role, ties.c.party_id == str(party_id))
    return next(iter(_found(connection, ties.c.order_id == str(order_id), *of_party)), None)


def ties_between(
    connection: Connection, buyers: Iterable[UUID], parties: Iterable[UUID] | None, since: datetime, until: datetime
) -> list[Tie]:  # fmt: skip
    """What some bought within a time by which some others earned, or anybody; the earliest first."""
    within = (ties.c.paid_at > text_of(since), ties.c.paid_at <= text_of(until))
    where = [ties.c.buyer_id.in_([str(one) for one in buyers]), *within]
    if parties is not None:
        where.append(ties.c.party_id.in_([str(one) for one in parties]))
    return _found(connection, *where)


def owned_by(connection: Connection, person_id: UUID) -> list[UUID]:
    """The groups that somebody owns."""
    mine = (roles.c.person_id == str(person_id), roles.c.role == OWNER)
    return [UUID(one) for one in connection.execute(select(roles.c.group_id).where(*mine)).scalars()]


def around(moment: datetime, days: int) -> tuple[datetime, datetime]:
    """So many days before it, and after it."""
    return moment - timedelta(days=days), moment + timedelta(days=days)


def _found(connection: Connection, *where: ColumnElement[bool]) -> list[Tie]:
    found = connection.execute(select(ties).where(*where).order_by(ties.c.paid_at, ties.c.position)).mappings()
    return [
        Tie(
            UUID(row["order_id"]), UUID(row["buyer_id"]), row["role"], UUID(row["party_id"]),
            datetime.fromisoformat(row["paid_at"]), row["position"],
        )
        for row in found
    ]  # fmt: skip
