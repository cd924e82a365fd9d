"""Cases, for buyer, seller and operators; to everybody else they look missing."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.kernel.service import Service
from services.mall.domain.case import CLOSED
from services.mall.domain.case_terms import CASE_TERMS_ID, DEFAULT_CASE_TERMS, CaseTerms
from services.mall.domain.order import Order
from services.mall.domain.refusals import NoSuchCase
from services.mall.projections.cases import cases

from .reading import Reading, is_operator, row_of
from .timeline import page_of_timeline

OPEN = "open"
_TO_SETTLE = [cases.c.overdue.desc(), cases.c.deadline, cases.c.case_id]


class CaseQueries(Reading):
    """Reads of what buyers and sellers do not agree about."""

    def case_terms(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """How long everybody has in cases that are opened now."""
        terms = self._service.store.load(CaseTerms, CASE_TERMS_ID)
        return dict(DEFAULT_CASE_TERMS if terms is None else terms.values)

    def case(
        self, actor: Actor, case_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """One case with a page of all that happened to its order. Raises NoSuchCase."""
        with self._service.views.glancing() as connection:
            row = row_of(connection, cases, cases.c.case_id, case_id)
        if row is None or not (_takes_part(actor, row) or is_operator(actor)):
            raise NoSuchCase()
        order = self._service.store.load(Order, UUID(row["order_id"]))
        assert order is not None, "a case is about an order that is stored"
        page = page_of_timeline(self._service.store, order, limit, cursor)
        return _for(actor, row) | {"timeline": page.rows, "next": page.next}

    def cases(
        self, actor: Actor, side: str = "buyer", limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """The cases about what the actor bought, or sold, the latest first."""
        mine = cases.c.seller_person_id if side == "seller" else cases.c.buyer_id
        found = select(cases).where(mine == str(actor.person_id))
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [cases.c.place.desc()], limit, cursor)
        return {"items": [_for(actor, row) for row in page.rows], "next": page.next}

    def cases_to_settle(
        self, actor: Actor, state: str = "awaiting_operator", limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """Cases in a state, or all that are open: what is overdue first, then what is due first."""
        wanted = cases.c.state != CLOSED if state == OPEN else cases.c.state == state
        with self._service.views.glancing() as connection:
            page = page_of(connection, select(cases).where(wanted), _TO_SETTLE, limit, cursor)
        return {"items": [_for(actor, row) for row in page.rows], "next": page.next}


def figures(service: Service) -> Iterator[tuple[str, str, dict[str, str], float]]:
    """How many cases wait for whom, and how many of them the platform has let pass a deadline."""
    counted = select(cases.c.state, func.count(), func.count().filter(cases.c.overdue > 0)).group_by(cases.c.state)
    with service.views.glancing() as connection:
        found = [tuple(row) for row in connection.execute(counted.where(cases.c.state != CLOSED))]
    for state, many, overdue in found:
        yield "agora_open_cases", "Cases that are open, by who has to act.", {"state": state}, many
        yield "agora_overdue_cases", "Open cases that were not decided in time.", {"state": state}, overdue


def _takes_part(actor: Actor, row: Row) -> bool:
    return str(actor.person_id) in (row["buyer_id"], row["seller_person_id"])


def _for(actor: Actor, row: Row) -> Row:
    """The buyer is named to herself and to operators; her seller knows the order."""
    shows_buyer = str(actor.person_id) == row["buyer_id"] or is_operator(actor)
    return row if shows_buyer else row | {"buyer_id": None}
