"""Whom "who bought" tells of: of all who ever paid, in the order in which they first did, as many whole fives as there
are, whatever became of their orders.

So what is told of a listing, or of a shelf, only ever grows, by five people at a time: no two moments differ by fewer.
Nobody is taken out when an order is cancelled. If people left singly, a seller could take one of them out; if they left
in fives as well, two moments between which four of five came and left would differ by what is left of both fives.
Two listings or shelves tell of equally many people, or of five more or less. Where it is equally many, and nearly the
same ones, the one that had so many later is not broken down: what is told of the other one stays as it was.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, func, select

from services.contracts.floor import PRIVACY_FLOOR, are_apart, in_steps
from services.mall.projections.orders import orders
from services.mall.projections.sales_tables import moves, sales

from .moments import Then

LISTING, SHELF = "listing_id", "group_id"
Since = tuple[str, int, str, str]
"""When the last of so many people first paid, in which position; of what. Of two that came at once a shelf is first."""
MOST_MISSING = (PRIVACY_FLOOR - 1) // 2
"""So many of one may be missing from the other, at most, in two that are as large and not apart."""
LOOKED_AT = 5 * PRIVACY_FLOOR
"""So many people are looked up to find what may be nearly the same: what lacks more of them than that is not."""


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
        return in_steps(self.connection.execute(select(func.count()).select_from(self._ranked)).scalar_one())

    @property
    def people(self) -> Select[tuple[str]]:
        """Their ids."""
        return self._first(self.size)

    @property
    def are_apart(self) -> bool:
        """Whether no other listing and no other shelf had as many people earlier that are nearly the same."""
        since = self._since
        return not any(one < since for name in (LISTING, SHELF) for one in self._alike(name))

    @property
    def _since(self) -> Since:
        """When the last of these people came."""
        ranked = self._ranked
        found = select(ranked.c.paid_at, ranked.c.position).where(ranked.c.rank == self.size)
        last = self.connection.execute(found).one()
        return last.paid_at, last.position, self.name, self.value

    def _alike(self, name: str) -> list[Since]:
        """The other listings, or shelves, that have or had as many people which are nearly these: since when."""
        ranked = _in_order(self.then, name, sales.c[name].in_(self._near(name))).subquery()
        mine = self.people.subquery()
        of, same = ranked.c[name], func.count(mine.c.buyer_id)
        last = (func.max(case((ranked.c.rank == self.size, ranked.c[one]))) for one in ("paid_at", "position"))
        found = (
            select(*last, of, same)
            .select_from(ranked.outerjoin(mine, mine.c.buyer_id == ranked.c.buyer_id))
            .where(ranked.c.rank <= self.size)
            .group_by(of)
            .having(func.count() == self.size)
        )
        rows = self.connection.execute(found)
        return [(at, place, name, one) for at, place, one, same in rows if not are_apart(self.size, self.size, same)]

    def _near(self, name: str) -> Select[tuple[str]]:
        """The other listings, or shelves, of which nearly all of the first of these people bought something."""
        looked_at = min(self.size, LOOKED_AT)
        return (
            select(sales.c[name])
            .join(orders, orders.c.order_id == sales.c.order_id)
            .where(orders.c.buyer_id.in_(self._first(looked_at)), orders.c.paid_at.is_not(None))
            .where(sales.c[name] != self.value)
            .group_by(sales.c[name])
            .having(func.count(orders.c.buyer_id.distinct()) >= looked_at - MOST_MISSING)
        )

    def _first(self, many: int) -> Select[tuple[str]]:
        ranked = self._ranked
        return select(ranked.c.buyer_id).where(ranked.c.rank <= many)

    @property
    def _ranked(self) -> Subquery:
        return _in_order(self.then, self.name, sales.c[self.name] == self.value).subquery()


def _in_order(then: Then, name: str, is_wanted: ColumnElement[bool]) -> Select[Any]:
    """Who paid, and when first, with their ranks among those who bought of the same listing, or through the same shelf.
    """
    of, buyer_id = sales.c[name], sales.c.buyer_id
    paid_at, position = func.min(moves.c.effective_at), func.min(moves.c.position)
    rank = func.row_number().over(partition_by=of, order_by=(paid_at, position, buyer_id))
    return (
        select(of, buyer_id, paid_at.label("paid_at"), position.label("position"), rank.label("rank"))
        .join(moves, and_(moves.c.order_id == sales.c.order_id, moves.c.line_id == sales.c.line_id))
        .where(is_wanted, then.moved, moves.c.units > 0)
        .group_by(of, buyer_id)
    )
