"""What can be read about partners, and what they may count."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.kernel.service import Service
from services.partners.domain.refusals import NoSuchPartner, ScopeNeeded
from services.partners.domain.scopes import COUNTS
from services.partners.projections.partners import partner_row, partners, shown

from .counting import counting_of

__all__ = ["PartnersQueries"]
Answer = dict[str, Any]


class PartnersQueries:
    """Reads for operators."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def partners(self, actor: Actor, limit: int, cursor: list[str] | None = None) -> Answer:  # noqa: ARG002 - operators
        """All partners, the oldest first, closed ones too."""
        order = (partners.c.registered_at, partners.c.partner_id)
        with self._service.views.glancing() as connection:
            page = page_of(connection, select(partners), order, limit, cursor)
        return {"items": [shown(row) for row in page.rows], "next": page.next}

    def partner(self, actor: Actor, partner_id: UUID) -> Answer:  # noqa: ARG002 - operators
        """A partner. Raises NoSuchPartner."""
        with self._service.views.glancing() as connection:
            row = partner_row(connection, partner_id)
        if row is None:
            raise NoSuchPartner()
        return row

    def counts_for(
        self, actor: Actor, partner_id: UUID, limit: int, by: str | None = None, cursor: list[str] | None = None
    ) -> Answer:
        """The figures that a partner is told. Raises NoSuchPartner, ScopeNeeded."""
        scopes = self.partner(actor, partner_id)["scopes"]
        if COUNTS not in scopes:
            raise ScopeNeeded(opens=", ".join(scopes), needs=COUNTS)
        return counting_of(self._service).counts(limit, by, cursor)
