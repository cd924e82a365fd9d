"""Whom "who bought" tells of: of all who ever paid, in the order in which they first did, as many whole fives as there
are, whatever became of their orders.

So what is told of a listing, or of a shelf, only ever grows, by five people at a time: no two moments differ by fewer.
Nobody is taken out when an order is cancelled. If people left singly, a seller could take one of them out; if they left
in fives as well, two moments between which four of five came and left would differ by what is left of both fives.
Two listings or shelves tell of equally many people, or of five more or less. Where it is equally many, and nearly the
same ones, the one that had so many later is not broken down: what is told of the other one stays as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from services.contracts.floor import PRIVACY_FLOOR, are_apart, in_steps
from services.mall.projections.orders import orders
from services.mall.projections.sales_tables import moves, sales

from .moments import Then

LISTING, SHELF = "listing_id", "group_id"
MOST_MISSING = (PRIVACY_FLOOR - 1) // 2
"""So many of one may be missing from the other, at most, in two that are as large and not apart."""
LOOKED_AT = 5 * PRIVACY_FLOOR
"""So many people are looked up to find what may be nearly the same: what lacks more of them than that is not."""
GLANCED_AT = 200
"""So many lines of it, at most, are read first: they nearly always show that others bought there earlier."""


@dataclass(frozen=True)
class FirstBuyers:
    """Of a listing (``LISTING``) or a shelf (``SHELF``), now or as of a moment."""

    connection: Connection
    then: Then
    name: str
    value: str

    @cached_property
    def size(self) -> int:
        """How many are told of: a multiple of five."""
        everybody = self._in_order.subquery()
        return in_steps(self.connection.execute(select(func.count()).select_from(everybody)).scalar_one())

    @property
    def people(self) -> Select[tuple[str]]:
        """Their ids."""
        told_of = self._in_order.limit(self.size).subquery()
        return select(told_of.c.buyer_id)

    def are_apart(self) -> bool:
        """Whether no other listing and no other shelf had as many people earlier that are nearly the same."""
        mine = self._first(self.size)
        return not any(other._had(self, mine, before) for other, before in self._near(mine))

    def _near(self, mine: Sequence[Row[Any]]) -> Iterator[tuple["FirstBuyers", str]]:
        """The other ones of which nearly all of the first of these people bought something, before the last of these
        came; and until when, if they are nearly the same, nobody bought there but them."""
        looked_at = [one.buyer_id for one in mine[:LOOKED_AT]]
        least = len(looked_at) - MOST_MISSING
        for name in (LISTING, SHELF):
            of, paid_at = sales.c[name], func.min(sales.c.paid_at)
            found = (
                select(of, paid_at)
                .join(orders, orders.c.order_id == sales.c.order_id)
                .where(orders.c.buyer_id.in_(looked_at), sales.c.paid_at <= mine[-1].paid_at, of != self.value)
                .group_by(of, orders.c.buyer_id)
            )
            times: dict[str, list[str]] = {}
            for value, at in self.connection.execute(found):
                times.setdefault(value, []).append(at)
            for value, bought_at in times.items():
                if len(bought_at) >= least:
                    yield FirstBuyers(self.connection, self.then, name, value), sorted(bought_at)[least - 1]

    def _had(self, than: "FirstBuyers", theirs: Sequence[Row[Any]], before: str) -> bool:
        """Whether it had as many people, nearly the same ones, earlier than another one had these. Of two that had them
        at once a shelf is first."""
        people = {one.buyer_id for one in theirs}
        glance = select(sales.c.buyer_id).where(sales.c[self.name] == self.value, sales.c.paid_at < before)
        if len({*self.connection.execute(glance.limit(GLANCED_AT)).scalars()} - people) > MOST_MISSING:
            return False
        mine = self._first(len(people))
        same = sum(one.buyer_id in people for one in mine)
        if len(mine) < len(people) or are_apart(len(people), len(people), same):
            return False
        return self._since(mine) < than._since(theirs)

    def _since(self, people: Sequence[Row[Any]]) -> tuple[str, int, str, str]:
        """When the last of so many came."""
        return people[-1].paid_at, people[-1].position, self.name, self.value

    def _first(self, many: int) -> Sequence[Row[Any]]:
        return self.connection.execute(self._in_order.limit(many)).all()

    @property
    def _in_order(self) -> Select[Any]:
        """Who paid, and when first; the first of all comes first."""
        buyer_id = sales.c.buyer_id
        first = (func.min(moves.c.effective_at).label("paid_at"), func.min(moves.c.position).label("position"))
        return (
            select(buyer_id, *first)
            .join(moves, and_(moves.c.order_id == sales.c.order_id, moves.c.line_id == sales.c.line_id))
            .where(sales.c[self.name] == self.value, self.then.moved, moves.c.units > 0)
            .group_by(buyer_id)
            .order_by(*first, buyer_id)
        )
