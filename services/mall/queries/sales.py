"""Sold or not, who bought: of a listing for its seller, of a community for its owner and leaders."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.known.groups import LEADER, OWNER, owners_of, roles_of
from services.mall.domain.refusals import NoSuchListing, NoSuchShelf
from services.mall.projections.listings import listings
from services.mall.projections.payouts import PayoutsView
from services.mall.projections.sales_tables import FIGURES, sales, sold_by_group, sold_by_listing
from services.mall.projections.shelves import shelves

from .books import owed_to
from .buyers import who_bought
from .reading import Reading, figures_position, is_operator, row_of
from .sums import COUNTS, PARTS, SHARES, Scope, amounts_of, booked, ensure_equal, figures, sold, with_net

WAS_PAID = sales.c.paid_at.is_not(None)
MOST_WAYS = 1000
LATEST_LINES = (sales.c.place.desc(), sales.c.line_id)


class SalesQueries(Reading):
    """Reads of sellers, owners, leaders and operators."""

    def listing_sales(
        self, actor: Actor, listing_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """What was sold of a listing, through which communities, to how many. Raises NoSuchListing, FiguresNotReady."""
        mine = sales.c.listing_id == str(listing_id)
        with self._service.views.reading() as connection:
            listing = row_of(connection, listings, listings.c.listing_id, listing_id)
            if listing is None or not (listing["person_id"] == str(actor.person_id) or is_operator(actor)):
                raise NoSuchListing()
            answer = _answer(connection, Scope(mine, sales.c.listing_id != str(listing_id)))
            by_community, by_way = _rows_by(connection, sales.c.group_id, mine), _by_way(connection, mine)
            page = page_of(connection, select(sales).where(mine), LATEST_LINES, limit, cursor)
        return {
            **answer, "currency": listing["currency"], "listing_id": listing_id, "by_community": by_community,
            **by_way, "items": page.rows, "next": page.next,
        }  # fmt: skip

    def community_sales(self, actor: Actor, group_id: UUID, limit: int = 100) -> dict[str, Any]:
        """What was sold through a group's shelf, and to how many. Raises NoSuchShelf, FiguresNotReady."""
        mine, others = sales.c.group_id == str(group_id), sales.c.group_id.is_distinct_from(str(group_id))
        with self._service.views.reading() as connection:
            if not _may_ask(connection, actor, group_id, OWNER, LEADER):
                raise NoSuchShelf()
            answer = _answer(connection, Scope(mine, others, ("community_minor", str(group_id))))
            by_way = _by_way(connection, mine)
            rows = connection.execute(_ranked(sales.c.listing_id, mine).limit(limit)).mappings()
            by_listing = _titled(connection, [with_net(dict(row)) for row in rows])
        return {**answer, **by_way, "group_id": group_id, "by_listing": by_listing}

    def shelf_report(self, actor: Actor, group_id: UUID, limit: int = 100) -> dict[str, Any]:
        """What a group's shelf sold, listing by listing, and what of its shares is held, available and paid.

        For those who are paid them: its owners, not its leaders. Raises NoSuchShelf, FiguresNotReady.
        """
        mine = sales.c.group_id == str(group_id)
        with self._service.views.reading() as connection:
            if not _may_ask(connection, actor, group_id, OWNER):
                raise NoSuchShelf()
            position, balances = figures_position(connection, PayoutsView), owed_to(connection, group_id)
            rows = connection.execute(_ranked(sales.c.listing_id, mine).limit(limit)).mappings()
            by_listing = _titled(connection, [with_net(dict(row)) for row in rows])
        return {"position": position, "group_id": group_id, "balances": balances, "by_listing": by_listing}

    def my_sales(self, actor: Actor, limit: int = 100) -> dict[str, Any]:
        """What was sold by the actor's links and from the actor's own shelf. Raises FiguresNotReady."""
        me = str(actor.person_id)
        mine = sales.c.member_id == me
        with self._service.views.reading() as connection:
            answer = _sums(connection, Scope(mine, sales.c.member_id.is_distinct_from(me), ("member_minor", me)))
            rows = connection.execute(_ranked(sales.c.listing_id, mine).limit(limit)).mappings()
            by_listing = _titled(connection, [with_net(dict(row)) for row in rows])
            by_community, by_way = _rows_by(connection, sales.c.group_id, mine), _by_way(connection, mine)
        return {**answer, **by_way, "person_id": me, "by_community": by_community, "by_listing": by_listing}

    def listings_sold(self, actor: Actor, limit: int = 20) -> dict[str, Any]:  # noqa: ARG002 - for operators
        """The listings with the highest sums. Raises FiguresNotReady."""
        with self._service.views.reading() as connection:
            position = figures_position(connection)
            return {"position": position, "items": _titled(connection, _highest(connection, sold_by_listing, limit))}

    def communities_sold(self, actor: Actor, limit: int = 20) -> dict[str, Any]:  # noqa: ARG002 - for operators
        """The communities through whose shelves the most was sold. Raises FiguresNotReady."""
        with self._service.views.reading() as connection:
            position = figures_position(connection)
            return {"position": position, "items": _highest(connection, sold_by_group, limit)}


def _answer(connection: Connection, scope: Scope) -> Row:
    return _sums(connection, scope) | {"buyers": who_bought(connection, [scope.mine])}


def _sums(connection: Connection, scope: Scope) -> Row:
    position = figures_position(connection)
    by_currency = sold(connection, scope.mine)
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


def _by_way(connection: Connection, mine: ColumnElement[bool]) -> Row:
    ways = {name: sales.c[f"{name}_id"] for name in ("link", "member", "post", "gathering")}
    return {f"by_{name}": _rows_by(connection, column, mine) for name, column in ways.items()}


def _rows_by(connection: Connection, by: ColumnElement[Any], mine: ColumnElement[bool]) -> list[Row]:
    rows = connection.execute(_ranked(by, mine).limit(MOST_WAYS)).mappings()
    return [with_net(dict(row)) for row in rows]


def _ranked(by: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    """Figures by a column, the highest sums first."""
    gross = func.sum(sales.c.gross_minor)
    found = select(by, sales.c.currency, *figures()).where(*where, WAS_PAID)
    return found.group_by(by, sales.c.currency).order_by(gross.desc(), by.nulls_first(), sales.c.currency)


def _highest(connection: Connection, totals: Table, limit: int) -> list[Row]:
    """The highest sums first; the first column says of what."""
    of, gross = next(iter(totals.c)), totals.c.gross_minor
    shown = select(of, totals.c.currency, *(totals.c[name] for name in FIGURES))
    rows = connection.execute(shown.order_by(gross.desc(), of, totals.c.currency).limit(limit)).mappings()
    return [with_net(dict(row)) for row in rows]


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
