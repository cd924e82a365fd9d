"""Disputes, for operators and for the sellers of their orders."""

from typing import Any

from sqlalchemy import select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.mall.projections.disputes import disputes, parts

from .reading import Reading

_OF_SELLER = ("state", "reason", "currency", "opened_at", "ended_at")


class DisputeQueries(Reading):
    """Reads of what banks have taken back."""

    def disputes(
        self, actor: Actor, state: str | None = None, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002
    ) -> dict[str, Any]:  # fmt: skip
        """All disputes, or those of a state, the latest first."""
        found = select(disputes) if state is None else select(disputes).where(disputes.c.state == state)
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [disputes.c.place.desc()], limit, cursor)
        return {"items": page.rows, "next": page.next}

    def my_disputes(self, actor: Actor, limit: int = 100, cursor: list[str] | None = None) -> dict[str, Any]:
        """What is or was disputed of the orders that the actor got as a seller, the latest first."""
        found = select(
            parts.c.dispute_id, parts.c.order_id, parts.c.place, parts.c.part_minor.label("amount_minor"),
            *(disputes.c[name] for name in _OF_SELLER),
        )  # fmt: skip
        found = found.where(parts.c.dispute_id == disputes.c.dispute_id)
        found = found.where(parts.c.seller_person_id == str(actor.person_id))
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [parts.c.place.desc(), parts.c.order_id], limit, cursor)
        return {"items": page.rows, "next": page.next}
