"""What all questions have in common: one state of all views, the position at which an answer holds."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row
from services.kernel.flow.projection import Projection
from services.kernel.flow.views import tracking
from services.kernel.service import Service
from services.known.groups import OWNER, roles_of
from services.known.people import KnownPeople
from services.mall.application.loading import OPERATOR
from services.mall.domain.refusals import FiguresNotReady
from services.mall.projections.ledger import LedgerView
from services.mall.projections.sales import SalesView
from services.mall.projections.sellers import sellers


class Reading:
    """The service whose views are read."""

    def __init__(self, service: Service) -> None:
        self._service = service


def is_operator(actor: Actor) -> bool:
    """Whether the actor sees what is somebody else's."""
    return OPERATOR in actor.roles


def is_further_on(number: int, cursor: list[str] | None) -> bool:
    """Whether what is numbered, the highest first, comes behind a cursor; one that somebody made up begins nowhere."""
    if cursor is None:
        return True
    return cursor[0].isascii() and cursor[0].isdecimal() and number < int(cursor[0][:18])


def row_of(connection: Connection, table: Table, key: ColumnElement[Any], value: UUID) -> Row | None:
    """One row as a dict, or None."""
    found = connection.execute(select(table).where(key == str(value))).mappings().first()
    return None if found is None else dict(found)


def figures_position(connection: Connection, *more: type[Projection]) -> str:
    """At which position sales and ledger are, and ``more`` views. Raises FiguresNotReady while one is rebuilt."""
    views: tuple[type[Projection], ...] = (SalesView, LedgerView, *more)
    reached = {_tracked(connection, view, "mall") for view in views}
    if len(reached) > 1:
        raise FiguresNotReady()
    return f"mall:{reached.pop()}"


def ledger_position(connection: Connection) -> int:
    """How far the books have come."""
    return _tracked(connection, LedgerView, "mall")


def may_see_account(connection: Connection, actor: Actor, party_id: UUID) -> bool:
    """Whose it is, and an operator where there is such a seller."""
    return is_of(connection, actor, party_id) or (is_operator(actor) and _person_of(connection, party_id) is not None)


def is_of(connection: Connection, actor: Actor, party_id: UUID) -> bool:
    """The person itself, the seller's own person, an owner of the group."""
    if party_id == actor.person_id:
        return True
    person_id = _person_of(connection, party_id)
    if person_id is not None:
        return person_id == str(actor.person_id)
    return OWNER in roles_of(connection, party_id, actor.person_id)


def role_of(connection: Connection, actor: Actor, party_id: UUID) -> str:
    """As what a party of the actor's is paid."""
    if party_id == actor.person_id:
        return "member"
    return "community" if _person_of(connection, party_id) is None else "seller"


def _person_of(connection: Connection, seller_id: UUID) -> str | None:
    found = select(sellers.c.person_id).where(sellers.c.seller_id == str(seller_id))
    return connection.execute(found).scalar()


def people_position(connection: Connection) -> str:
    """How far identity was heard."""
    return f"identity:{_tracked(connection, KnownPeople, 'identity')}"


def _tracked(connection: Connection, view: type[Projection], source: str) -> int:
    mine = (tracking.c.view == view().tracking_name, tracking.c.source == source)
    return int(connection.execute(select(tracking.c.position).where(*mine)).scalar() or 0)
