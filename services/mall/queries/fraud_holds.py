"""Fraud holds, for who earns and for operators; to everybody else they look missing."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.mall.domain import fraud_hold_facts as facts
from services.mall.domain.fraud_terms import DEFAULT_FRAUD_TERMS, FRAUD_TERMS_ID, FraudTerms
from services.mall.domain.refusals import NoSuchAccount, NoSuchHold
from services.mall.projections.fraud_holds import CLOSED, fraud_holds

from .reading import Reading, is_of, is_operator, row_of

UNDECIDED = "undecided"
_TO_DECIDE = [fraud_holds.c.lets_go_at, fraud_holds.c.hold_id]


class FraudHoldQueries(Reading):
    """Reads of what is withheld, and why."""

    def fraud_terms(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """What is suspected now, and what was announced last."""
        terms = self._service.store.load(FraudTerms, FRAUD_TERMS_ID)
        if terms is None:
            return {**DEFAULT_FRAUD_TERMS, "terms_version": 0, "announced": None}
        now = terms.at(self._service.clock.now())
        latest = {**terms.latest, "terms_version": terms.latest["version"], "holds_from": terms.latest_holds_from}
        return {**now, "terms_version": now["version"], "announced": None if now == terms.latest else latest}

    def fraud_holds(
        self, actor: Actor, party_id: UUID | None = None, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """What is or was withheld of the actor, or of a group that she owns, the latest first. Raises NoSuchAccount."""
        party_id = party_id or actor.person_id
        with self._service.views.reading() as connection:
            if not is_of(connection, actor, party_id):
                raise NoSuchAccount()
            found = select(fraud_holds).where(fraud_holds.c.party_id == str(party_id))
            page = page_of(connection, found, [fraud_holds.c.place.desc()], limit, cursor)
        return {"items": [_told(row) for row in page.rows], "next": page.next}

    def fraud_hold(self, actor: Actor, hold_id: UUID) -> dict[str, Any]:
        """One, with its evidence and what was said. Which orders it rests on, operators alone are told: they are other
        people's. Raises NoSuchHold."""
        with self._service.views.reading() as connection:
            row = row_of(connection, fraud_holds, fraud_holds.c.hold_id, hold_id)
            is_concerned = row is not None and (is_operator(actor) or is_of(connection, actor, UUID(row["party_id"])))
        if row is None or not is_concerned:
            raise NoSuchHold()
        return _told(row) | self._said(hold_id, is_operator(actor) and row["party_id"] != str(actor.person_id))

    def fraud_holds_to_decide(
        self, actor: Actor, state: str = UNDECIDED, limit: int = 100,  # noqa: ARG002 - for operators
        cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Those in a state, or all that are not decided: what is let go first, first."""
        wanted = fraud_holds.c.state != CLOSED if state == UNDECIDED else fraud_holds.c.state == state
        with self._service.views.glancing() as connection:
            page = page_of(connection, select(fraud_holds).where(wanted), _TO_DECIDE, limit, cursor)
        return {"items": [_told(row) for row in page.rows], "next": page.next}

    def _said(self, hold_id: UUID, shows_all: bool) -> dict[str, Any]:
        said: dict[str, Any] = {"evidence": [], "appeal": None, "decision": None, "buyer_id": None}
        for fact in self._service.store.history_of(hold_id):
            if isinstance(fact, facts.Opened):
                said["evidence"] = [one if shows_all else one | {"order_ids": []} for one in fact.evidence]
                said["buyer_id"] = fact.buyer_id if shows_all else None
            elif isinstance(fact, facts.Appealed):
                said["appeal"] = str(fact.text) or None
            elif isinstance(fact, facts.Decided):
                said["decision"] = str(fact.text) or None
        return said


def holds_of(connection: Connection, actor: Actor, order_id: UUID, parties: set[str]) -> list[Row]:
    """Those on shares of an order that the actor may know of: her own, or as an operator any."""
    found = select(fraud_holds).where(fraud_holds.c.order_id == str(order_id), fraud_holds.c.party_id.in_(parties))
    rows = connection.execute(found.order_by(fraud_holds.c.place)).mappings()
    return [_told(dict(row)) for row in rows if is_operator(actor) or is_of(connection, actor, UUID(row["party_id"]))]


def _told(row: Row) -> Row:
    return row | {"rules": row["rules"].split()}
