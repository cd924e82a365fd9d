"""Agreements of sellers and communities, for the two and for operators; to everybody else they look missing."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.agreement import Agreement
from services.mall.domain.refusals import NoSuchAgreement
from services.mall.projections.agreements import agreement_steps, agreements

from .reading import Reading, is_of, is_operator, row_of


class AgreementQueries(Reading):
    """Reads of what was agreed, and of how it came about."""

    def agreements(
        self, actor: Actor, party_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """The agreements of a seller or of a group; those begun last come first. Raises NoSuchAgreement."""
        is_theirs = or_(agreements.c.seller_id == str(party_id), agreements.c.group_id == str(party_id))
        with self._service.views.reading() as connection:
            page = page_of(connection, select(agreements).where(is_theirs), [agreements.c.place.desc()], limit, cursor)
            may_see = is_of(connection, actor, party_id) or is_operator(actor)
        if not may_see:
            raise NoSuchAgreement()
        return {"items": page.rows, "next": page.next}

    def agreement(self, actor: Actor, agreement_id: UUID) -> dict[str, Any]:
        """One of them, as it stands. Raises NoSuchAgreement."""
        self._require_seen(actor, agreement_id)
        found, now = self._service.store.load(Agreement, agreement_id), self._service.clock.now()
        assert found is not None, "what has a row in the view has facts"
        latest = found.at(now)
        is_over = latest is None or (latest["ends_at"] is not None and latest["ends_at"] <= now)
        return {
            "agreement_id": agreement_id, "seller_id": found.seller_id, "group_id": found.group_id,
            "in_force": None if is_over else latest, "open_offer": found.open_offer,
            "to_come": [one for one in found.versions if one["starts_at"] > now],
        }  # fmt: skip

    def agreement_history(
        self, actor: Actor, agreement_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """What was offered and answered, the latest first. Raises NoSuchAgreement."""
        self._require_seen(actor, agreement_id)
        found = select(agreement_steps).where(agreement_steps.c.agreement_id == str(agreement_id))
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [agreement_steps.c.step_number.desc()], limit, cursor)
        return {"agreement_id": agreement_id, "items": [_step(row) for row in page.rows], "next": page.next}

    def _require_seen(self, actor: Actor, agreement_id: UUID) -> None:
        with self._service.views.reading() as connection:
            row = row_of(connection, agreements, agreements.c.agreement_id, agreement_id)
            sides = [] if row is None else [UUID(row["seller_id"]), UUID(row["group_id"])]
            is_theirs = any(is_of(connection, actor, side) for side in sides)
        if not is_theirs and not (sides and is_operator(actor)):
            raise NoSuchAgreement()


def _step(row: Row) -> dict[str, Any]:
    offer = {"offer_id": row["offer_id"], "number": row["number"]}
    return row | {"by": row["side"], "terms": row["terms"] and json.loads(row["terms"]) | offer}
