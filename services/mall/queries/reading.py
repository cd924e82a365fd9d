"""What all questions have in common: one state of all views, the position at which an answer holds."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.kernel.flow.views import tracking
from services.kernel.service import Service
from services.known.people import KnownPeople
from services.mall.application.loading import OPERATOR
from services.mall.domain.refusals import FiguresNotReady
from services.mall.projections.ledger import LedgerView
from services.mall.projections.sales import SalesView


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
