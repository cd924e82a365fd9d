"""Sold or not, who bought: of a listing for its seller, of a community for who leads it; now, or as of a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.kernel.flow.projection import Projection
from services.known.groups import LEADER, OWNER, owners_of, roles_of
from services.mall.domain.refusals import NoSuchListing, NoSuchShelf
from services.mall.projections.listings import listings
from services.mall.projections.orders import OrdersView
from services.mall.projections.payouts import PayoutsView
from services.mall.projections.sales_tables import FIGURES, sold_by_group, sold_by_listing
from services.mall.projections.shelves import shelves

from .books import owed_to
from .buyers import who_bought
from .first_buyers import LISTING, SHELF
from .moments import Then, then
from .promises import pools_ending
from .reading import Reading, figures_position, is_operator, row_of
from .sums import COUNTS, PARTS, SHARES, Scope, amounts_of, booked, ensure_equal, figures, sold, with_net

MOST_WAYS = 1000


class SalesQueries(Reading):
    """Reads of sellers, owners, leaders and operators."""

    def listing_sales(
        self, actor: Actor, listing_id: UUID, as_of: datetime | None = None, limit: int = 100,
        cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """What was sold of a listing, through which communities, to how many. Raises NoSuchListing, FiguresNotReady."""
        scope = _scope(as_of, LISTING, listing_id)
        at = scope.then
        with self._service.views.reading() as connection:
            listing = row_of(connection, listings, listings.c.listing_id, listing_id)
            if listing is None or not (listing["person_id"] == str(actor.person_id) or is_operator(actor)):
                raise NoSuchListing()
            answer = _answer(connection, scope, LISTING, listing_id)
            by_community, by_way = _rows_by(connection, scope, "group_id"), _by_way(connection, scope)
            latest = (at.lines.c.place.desc(), at.lines.c.line_id)
            page = page_of(connection, select(at.lines).where(scope.mine), latest, limit, cursor)
        return {
            **answer, "as_of": as_of, "currency": listing["currency"], "listing_id": listing_id,
            "by_community": by_community, **by_way, "items": page.rows, "next": page.next,
        }  # fmt: skip

    def community_sales(
        self, actor: Actor, group_id: UUID, as_of: datetime | None = None, limit: int = 100
    ) -> dict[str, Any]:  # fmt: skip
        """What was sold through a group's shelf, and to how many. Raises NoSuchShelf, FiguresNotReady."""
        scope = _scope(as_of, SHELF, group_id, "community_minor")
        with self._service.views.reading() as connection:
            if not _may_ask(connection, actor, group_id, OWNER, LEADER):
                raise NoSuchShelf()
            answer, by_way = _answer(connection, scope, SHELF, group_id), _by_way(connection, scope)
            by_listing = _titled(connection, _rows_by(connection, scope, "listing_id", limit))
        return {**answer, **by_way, "as_of": as_of, "group_id": group_id, "by_listing": by_listing}

    def shelf_report(
        self, actor: Actor, group_id: UUID, as_of: datetime | None = None, limit: int = 100
    ) -> dict[str, Any]:  # fmt: skip
        """What a group's shelf sold, listing by listing, what of its shares is held, available and paid, and, now, of
        which goods its pool ends because they are promised to another community.

        For those who are paid them: its owners, not its leaders. Raises NoSuchShelf, FiguresNotReady.
        """
        scope = _scope(as_of, "group_id", group_id)
        with self._service.views.reading() as connection:
            if not _may_ask(connection, actor, group_id, OWNER):
                raise NoSuchShelf()
            position, balances = figures_position(connection, PayoutsView), owed_to(connection, group_id, as_of)
            by_listing = _titled(connection, _rows_by(connection, scope, "listing_id", limit))
            now = self._service.clock.now()
            ending = [] if as_of else pools_ending(connection, self._service.store, group_id, now)
        told = {"as_of": as_of, "group_id": group_id, "balances": balances, "pools_ending": ending}
        return {"position": position, **told, "by_listing": by_listing}

    def my_sales(self, actor: Actor, as_of: datetime | None = None, limit: int = 100) -> dict[str, Any]:
        """What was sold by the actor's links and from the actor's own shelf. Raises FiguresNotReady."""
        scope = _scope(as_of, "member_id", actor.person_id, "member_minor")
        with self._service.views.reading() as connection:
            answer = _sums(connection, scope)
            by_listing = _titled(connection, _rows_by(connection, scope, "listing_id", limit))
            by_community, by_way = _rows_by(connection, scope, "group_id"), _by_way(connection, scope)
        told = {"as_of": as_of, "person_id": actor.person_id, "by_community": by_community, "by_listing": by_listing}
        return {**answer, **by_way, **told}

    def listings_sold(
        self, actor: Actor, as_of: datetime | None = None, limit: int = 20  # noqa: ARG002 - for operators
    ) -> dict[str, Any]:  # fmt: skip
        """The listings with the highest sums. Raises FiguresNotReady."""
        with self._service.views.reading() as connection:
            position, rows = figures_position(connection), _highest(connection, sold_by_listing, as_of, limit)
            return {"position": position, "as_of": as_of, "items": _titled(connection, rows)}

    def communities_sold(
        self, actor: Actor, as_of: datetime | None = None, limit: int = 20  # noqa: ARG002 - for operators
    ) -> dict[str, Any]:  # fmt: skip
        """The communities through whose shelves the most was sold. Raises FiguresNotReady."""
        with self._service.views.reading() as connection:
            position, rows = figures_position(connection), _highest(connection, sold_by_group, as_of, limit)
            return {"position": position, "as_of": as_of, "items": rows}


def _scope(as_of: datetime | None, name: str, value: UUID, own: str | None = None) -> Scope:
    """The lines with this value in a column; ``own`` is the share that is booked for just that party."""
    told = str(value)
    at = then(as_of, name, told)
    return Scope(at.lines_of(name, told), at.others_than(name, told), (own, told) if own else None, at)


def _answer(connection: Connection, scope: Scope, name: str, value: UUID) -> Row:
    sums = _sums(connection, scope, OrdersView)
    return sums | {"buyers": who_bought(connection, scope.then, name, str(value))}


def _sums(connection: Connection, scope: Scope, *more: type[Projection]) -> Row:
    position = figures_position(connection, *more)
    by_currency = sold(connection, scope.mine, lines=scope.then.lines)
    from_sales, from_ledger = amounts_of(by_currency), amounts_of(booked(connection, scope))
    ensure_equal(from_sales, from_ledger, position)
    counts = {name: sum(one[name] for one in by_currency.values()) for name in COUNTS}
    return {
        **_headline(from_sales), **counts, "position": position, "sold": counts["orders"] > 0, "equal": True,
        "amounts": from_sales, "ledger": from_ledger,
    }  # fmt: skip


def _headline(amounts: Sequence[Row]) -> Row:
    """The sums where there is one currency; amounts of several do not add up to anything."""
    if len(amounts) == 1:
        return dict(amounts[0])
    return dict.fromkeys((*PARTS, "net_minor", *SHARES), None if amounts else 0) | {"currency": None}


def _by_way(connection: Connection, scope: Scope) -> Row:
    return {f"by_{name}": _rows_by(connection, scope, f"{name}_id") for name in ("link", "member", "post", "gathering")}


def _rows_by(connection: Connection, scope: Scope, name: str, most: int = MOST_WAYS) -> list[Row]:
    return _rows(connection, _ranked(scope.then, name, scope.mine).limit(most))


def _ranked(at: Then, name: str, *where: ColumnElement[bool]) -> Select[Any]:
    """Figures by a column, the highest sums first."""
    by, currency, gross = at.lines.c[name], at.lines.c.currency, func.sum(at.lines.c.gross_minor)
    found = select(by, currency, *figures(at.lines)).where(*where, at.lines.c.paid_at.is_not(None))
    return found.group_by(by, currency).order_by(gross.desc(), by.nulls_first(), currency)


def _highest(connection: Connection, totals: Table, as_of: datetime | None, limit: int) -> list[Row]:
    """The highest sums first: as they are kept, or as they were; the first column says of what."""
    of, gross = next(iter(totals.c)), totals.c.gross_minor
    if as_of is not None:
        at = then(as_of)
        return _rows(connection, _ranked(at, of.name, at.lines.c[of.name].is_not(None)).limit(limit))
    shown = select(of, totals.c.currency, *(totals.c[name] for name in FIGURES))
    return _rows(connection, shown.order_by(gross.desc(), of, totals.c.currency).limit(limit))


def _rows(connection: Connection, found: Select[Any]) -> list[Row]:
    return [with_net(dict(row)) for row in connection.execute(found).mappings()]


def _titled(connection: Connection, rows: list[Row]) -> list[Row]:
    ids = [row["listing_id"] for row in rows]
    found = select(listings.c.listing_id, listings.c.title).where(listings.c.listing_id.in_(ids))
    titles = {row.listing_id: row.title for row in connection.execute(found)}
    return [row | {"title": titles.get(row["listing_id"], "")} for row in rows]


def _may_ask(connection: Connection, actor: Actor, group_id: UUID, *roles: str) -> bool:
    if not is_operator(actor):
        return not roles_of(connection, group_id, actor.person_id).isdisjoint(roles)
    has_shelf = row_of(connection, shelves, shelves.c.group_id, group_id) is not None
    return has_shelf or bool(owners_of(connection, group_id))
