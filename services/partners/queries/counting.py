"""What a partner may count: who is there, what was sold. Numbers of people stand behind the privacy floor.

Figures of people come in one breakdown alone, by group: a second one beside it (by listing) could be subtracted
from the first. docs/privacy.md says what is guaranteed and what is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, FromClause, Table, func, select

from services.contracts.floor import shown_cells, told
from services.kernel.flow.paging import Page, page_of
from services.kernel.flow.views import Views
from services.kernel.service import Service
from services.partners.projections.communities import groups, members, people
from services.partners.projections.heard import heard_positions
from services.partners.projections.trade import lines, listings, orders

from .sums import sold, sold_by

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _State:
    """What holds for every page while the views stand where they stood."""

    positions: dict[tuple[str, str], int]
    answer: Answer
    members: dict[str, int]
    buyers: dict[str, int]


class Counting:
    """Counts for everybody who asks. People are gone through once for each position of the views, not for each page."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._latest: _State | None = None
        self._counts = Lock()

    def counts(self, limit: int, by: str | None, cursor: Sequence[str] | None) -> Answer:
        """The totals; with ``by`` a page of rows, by group or by listing. All of one state of the views."""
        with self._views.reading() as connection:
            state = self._state(connection)
            if by is None:
                return {**state.answer, "items": [], "next": None}
            page = _page(connection, groups if by == "group" else listings, f"{by}_id", limit, cursor)
            rows = (_by_group if by == "group" else _by_listing)(connection, page, state)
            return {**state.answer, "items": rows, "next": page.next}

    def _state(self, connection: Connection) -> _State:
        positions = self._views.all_tracked_in(connection)
        with self._counts:  # who comes meanwhile waits, and has it
            if self._latest is None or self._latest.positions != positions:
                self._latest = _counted(connection, positions)
            return self._latest


_countings: WeakKeyDictionary[Service, Counting] = WeakKeyDictionary()


def counting_of(service: Service) -> Counting:
    """The one of a running service."""
    return _countings.setdefault(service, Counting(service.views))


def _counted(connection: Connection, positions: dict[tuple[str, str], int]) -> _State:
    numbers = _numbers(connection)
    membership = select(members.c.group_id, members.c.person_id).order_by(members.c.group_id)
    bought = select(lines.c.group_id, lines.c.buyer_id).where(lines.c.group_id.is_not(None), ~lines.c.is_cancelled)
    return _State(
        positions, {"at": heard_positions(connection), "totals": _totals(connection, numbers)},
        _shown(connection.execute(membership), numbers["members"], numbers["people"]),
        _shown(connection.execute(bought.distinct()), numbers["buyers"], numbers["people"]),
    )  # fmt: skip


def _numbers(connection: Connection) -> dict[str, int | None]:
    """How many people there are, are members, are buyers; None where it is not told."""
    registered = _count(connection, people)
    everybody = told(registered)
    beside = [] if everybody is None else [everybody]
    return {
        "people": everybody,
        "members": told(_distinct(connection, members.c.person_id), *beside),
        "buyers": told(_distinct(connection, lines.c.buyer_id, ~lines.c.is_cancelled), *beside),
    }


def _totals(connection: Connection, numbers: dict[str, int | None]) -> Answer:
    return {
        **{name: _number(value) for name, value in numbers.items()},
        "groups": _count(connection, groups),
        "listings": _count(connection, listings),
        "offered": _count(connection, listings, listings.c.is_offered),
        "orders": {
            "placed": _count(connection, orders),
            "paid": _count(connection, orders, orders.c.is_paid),
            "delivered": _count(connection, orders, orders.c.is_delivered),
            "cancelled": _count(connection, orders, orders.c.is_cancelled),
            "refunded": _distinct(connection, lines.c.order_id, lines.c.refunded_minor > 0),
        },
        "sold": sold(connection),
    }


def _page(connection: Connection, table: Table, key: str, limit: int, cursor: Sequence[str] | None) -> Page:
    return page_of(connection, select(table), (table.c[key],), limit, cursor)


def _by_group(connection: Connection, page: Page, state: _State) -> list[Answer]:
    group_ids = [row["group_id"] for row in page.rows]
    trade = sold_by(connection, lines.c.group_id, group_ids)
    return [
        {
            "group_id": group_id, "members": _number(state.members.get(group_id)),
            "buyers": _number(state.buyers.get(group_id)),
            "sold": trade[group_id],
        }
        for group_id in group_ids
    ]  # fmt: skip


def _by_listing(connection: Connection, page: Page, _: _State) -> list[Answer]:
    trade = sold_by(connection, lines.c.listing_id, [row["listing_id"] for row in page.rows])
    return [
        {"listing_id": row["listing_id"], "offered": row["is_offered"], "sold": trade[row["listing_id"]]}
        for row in page.rows
    ]


def _shown(rows: Iterable[Any], *totals: int | None) -> dict[str, int]:
    """Of the people in each group those numbers that may be told beside these totals."""
    cells: dict[str, set[str]] = {}
    for group_id, person_id in rows:
        cells.setdefault(group_id, set()).add(person_id)
    return shown_cells(cells, *(total for total in totals if total is not None))


def _number(value: int | None) -> Answer:
    return {"count": value, "withheld": value is None}


def _count(connection: Connection, table: FromClause, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _distinct(connection: Connection, column: ColumnElement[Any], *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count(column.distinct())).where(*where)).scalar_one())
