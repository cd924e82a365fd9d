"""What all questions have in common: one state of all views, pages, the position at which an answer holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.views import tracking
from services.kernel.service import Service
from services.mall.domain.refusals import FiguresNotReady
from services.mall.projections.known_people import KnownPeople
from services.mall.projections.ledger import LedgerView
from services.mall.projections.sales import SalesView

OPERATOR = "operator"
Row = dict[str, Any]


class Reading:
    """The service whose views are read."""

    def __init__(self, service: Service) -> None:
        self._service = service


def is_operator(actor: Actor) -> bool:
    """Whether the actor sees what is somebody else's."""
    return OPERATOR in actor.roles


def row_of(connection: Connection, table: Table, key: ColumnElement[Any], value: UUID) -> Row | None:
    """One row as a dict, or None."""
    found = connection.execute(select(table).where(key == str(value))).mappings().first()
    return None if found is None else dict(found)


def newest_page(
    connection: Connection, found: Select[Any], place: ColumnElement[int], limit: int, cursor: Sequence[str] | None
) -> tuple[list[Row], list[str] | None]:
    """A page of rows with a column ``place``, the latest first, and where the next one begins."""
    if cursor is not None:
        found = found.where(place < number(cursor[0]))
    rows = [dict(row) for row in connection.execute(found.order_by(place.desc()).limit(limit + 1)).mappings()]
    more = [str(rows[limit - 1]["place"])] if len(rows) > limit else None
    return rows[:limit], more


def number(text: str) -> int:
    """The number in a cursor; one that somebody made up begins nowhere."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def figures_position(connection: Connection) -> str:
    """At which position sales and ledger are, both. Raises FiguresNotReady while one of them is rebuilt."""
    reached = {_tracked(connection, view, "mall") for view in (SalesView, LedgerView)}
    if len(reached) > 1:
        raise FiguresNotReady()
    return f"mall:{reached.pop()}"


def people_position(connection: Connection) -> str:
    """How far identity was heard."""
    return f"identity:{_tracked(connection, KnownPeople, 'identity')}"


def _tracked(connection: Connection, view: type[SalesView | LedgerView | KnownPeople], source: str) -> int:
    mine = (tracking.c.view == view().tracking_name, tracking.c.source == source)
    return int(connection.execute(select(tracking.c.position).where(*mine)).scalar() or 0)
