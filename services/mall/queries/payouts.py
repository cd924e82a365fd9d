"""Payouts, for the party and for operators; to everybody else they look missing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, and_, exists, or_, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of
from services.mall.domain.payout import AWAITING, FAILED, PAID, RETURNED
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import DEFAULT_PAYOUT_TERMS, PAYOUT_TERMS_ID, PayoutTerms, payday_after
from services.mall.domain.pull_backs import FAILED_BACK
from services.mall.domain.refusals import AccountNotSet, NoSuchAccount, NoSuchPayout
from services.mall.projections.payouts import ON_THEIR_WAY, payables, payouts

from .reading import Reading, is_of, is_operator, role_of, row_of

OVERDUE_AFTER = timedelta(days=2)
"""How long a payout that was approved may be on its way, before a person should look."""
APPROVAL, CAME_BACK, OVERDUE, NOT_PULLED_BACK = "approval", "failed", "overdue", "not_pulled_back"


class PayoutQueries(Reading):
    """Reads of what is paid out."""

    def payout_terms(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002 - for everybody
        """How is paid out, and when next."""
        terms = self._service.store.load(PayoutTerms, PAYOUT_TERMS_ID)
        values = DEFAULT_PAYOUT_TERMS if terms is None else terms.values
        next_at = payday_after(values["schedule"], self._service.clock.now())
        return {**values, "next_payday_at": next_at, "proposed": None if terms is None else terms.proposal}

    def payout_account(self, actor: Actor, party_id: UUID) -> dict[str, Any]:
        """Where a party is paid, for the party alone. Raises NoSuchAccount, AccountNotSet."""
        with self._service.views.reading() as connection:
            if not is_of(connection, actor, party_id):
                raise NoSuchAccount()
            role = role_of(connection, actor, party_id)
        account = self._service.store.load(PayoutAccount, PayoutAccount.create_id(role, party_id))
        if account is None or not account.is_set:
            raise AccountNotSet()
        return {
            "party_id": party_id, "role": account.role, "destination": account.destination,
            "rests_until": account.rests_until, "refused_as": account.refused_as,
            "state": account.why_not(self._service.clock.now()) or "usable",
        }  # fmt: skip

    def payout(self, actor: Actor, payout_id: UUID) -> dict[str, Any]:
        """One payout. Raises NoSuchPayout."""
        with self._service.views.reading() as connection:
            row = row_of(connection, payouts, payouts.c.payout_id, payout_id)
            is_theirs = row is not None and is_of(connection, actor, UUID(row["party_id"]))
        if row is None or not (is_theirs or is_operator(actor)):
            raise NoSuchPayout()
        return row

    def payouts(
        self, actor: Actor, party_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """The payouts of a party, the latest first. Raises NoSuchAccount."""
        found = select(payouts).where(payouts.c.party_id == str(party_id))
        with self._service.views.reading() as connection:
            page = page_of(connection, found, [payouts.c.place.desc()], limit, cursor)
            is_theirs = is_of(connection, actor, party_id)
            is_known = bool(page.rows) or row_of(connection, payables, payables.c.party_id, party_id) is not None
            if not is_theirs and not (is_operator(actor) and is_known):
                raise NoSuchAccount()
        return {"items": page.rows, "next": page.next}

    def payouts_to_settle(
        self, actor: Actor, why: str = APPROVAL, limit: int = 100, cursor: list[str] | None = None  # noqa: ARG002
    ) -> dict[str, Any]:  # fmt: skip
        """What waits for an operator: to be approved, back again, too long on its way, or not to be pulled back."""
        before = (self._service.clock.now() - OVERDUE_AFTER).isoformat()
        is_late = and_(payouts.c.state.in_(ON_THEIR_WAY[1:]), payouts.c.changed_at < before)
        wanted = {
            APPROVAL: payouts.c.state == AWAITING,
            CAME_BACK: and_(or_(payouts.c.state == FAILED, payouts.c.state == RETURNED), ~_paid_since()),
            OVERDUE: is_late,
            NOT_PULLED_BACK: payouts.c.pull_back_state == FAILED_BACK,
        }[why]
        with self._service.views.glancing() as connection:
            page = page_of(connection, select(payouts).where(wanted), [payouts.c.place.desc()], limit, cursor)
        return {"items": page.rows, "next": page.next}


def _paid_since() -> Exists:
    """Whether the same party was paid in the same currency since: then nobody need look any more."""
    later = payouts.alias("later")
    same = (later.c.party_id == payouts.c.party_id, later.c.role == payouts.c.role)
    is_later = (later.c.currency == payouts.c.currency, later.c.state == PAID, later.c.place > payouts.c.place)
    return exists(select(later.c.payout_id).where(*same, *is_later))
