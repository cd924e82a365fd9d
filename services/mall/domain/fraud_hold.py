"""A fraud hold: a share that is suspected, withheld with its evidence until it is decided, let go if nobody does.

It is no theft: silence of the platform lets the share go, and what is forfeited falls to the seller, never to the mall.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import fraud_hold_facts as facts
from . import refusals
from .form import check_reason
from .fraud_terms import FraudTermsValues
from .order import Order

__all__ = ["DECISIONS", "OUTCOMES", "FraudHold"]

LET_GO, FORFEIT = "let_go", "forfeit"
DECISIONS = (LET_GO, FORFEIT)
LAPSED, FORFEITED = "lapsed", "forfeited"
OUTCOMES = (LET_GO, LAPSED, FORFEITED)


class FraudHold(AggregateRoot):
    """One a party's shares of one order; ``outcome`` is None while it lasts.

    ``proposed_by`` is the operator who would have it forfeited: it needs a second one, and the earner's appeal or the
    end of the time for it.
    """

    TOPIC = "mall:FraudHold"
    state_is_impersonal = True
    Opened = facts.Opened
    Appealed = facts.Appealed
    ForfeitureProposed = facts.ForfeitureProposed
    Decided = facts.Decided
    Closed = facts.Closed

    @staticmethod
    def create_id(hold_id: UUID) -> UUID:
        return hold_id

    @staticmethod
    def id_of(order_id: UUID, role: str, party_id: UUID) -> UUID:
        """An order is released once, so a party's shares of it are suspected once."""
        return derived_id("fraud hold", order_id, role, party_id)

    @classmethod
    def open(
        cls, order: Order, role: str, party_id: UUID, evidence: list[dict[str, Any]], terms: FraudTermsValues,
        now: datetime,
    ) -> "FraudHold":  # fmt: skip
        """On all that a party earns by an order that is about to be released."""
        return cls(
            cls.id_of(order.id, role, party_id), order.id, order.buyer_id, order.seller_person_id, role, party_id,
            order.earned_by(role, party_id), order.currency, evidence, terms["version"],
            now + timedelta(days=terms["appeal_days"]), now + timedelta(days=terms["hold_days"]),
        )  # fmt: skip

    @event(Opened)
    def __init__(
        self, hold_id: UUID, order_id: UUID, buyer_id: UUID, seller_person_id: UUID, role: str, party_id: UUID,
        amount_minor: int, currency: str, evidence: list[dict[str, Any]], terms_version: int, appeal_until: datetime,
        lets_go_at: datetime,
    ) -> None:  # fmt: skip
        self.order_id = order_id
        self.buyer_id = buyer_id
        self.seller_person_id = seller_person_id
        self.role = role
        self.party_id = party_id
        self.appeal_until = appeal_until
        self.lets_go_at = lets_go_at
        self.is_appealed = False
        self.proposed_by: UUID | None = None
        self.outcome: str | None = None

    def appeal(self, person_id: UUID, text: str) -> None:
        """Who earns by it says why it should be let go. Raises ``HoldEnded``, ``AppealedAlready``."""
        self._check_open()
        if self.is_appealed:
            raise refusals.AppealedAlready(hold_id=self.id)
        self._appealed(person_id, text)

    @event(Appealed)
    def _appealed(self, person_id: UUID, text: str) -> None:
        """What an operator thought before is to be thought over."""
        self.is_appealed = True
        self.proposed_by = None

    def decide(
        self, decided_by: UUID, decision: str, reason: str, text: str, now: datetime, is_own: bool = False
    ) -> bool:  # fmt: skip
        """An operator decides; answers whether it is decided by that. ``is_own``: it comes to her all the same, as to
        the owner of a group. One is enough to let it go, two to forfeit it.

        Raises ``ReasonNotCode``, ``OwnHold``, ``HoldEnded``, ``AppealStillOpen``, ``ForfeitureProposedByYou``.
        """
        check_reason(reason)
        if is_own or not self._is_unconcerned(decided_by):
            raise refusals.OwnHold()
        self._check_open()
        if decision == FORFEIT:
            self._check_heard(now)
            if self.proposed_by is None:
                self._forfeiture_proposed(decided_by, reason, text)
                return False
            if self.proposed_by == decided_by:
                raise refusals.ForfeitureProposedByYou()
        self._decided(decided_by, decision, reason, text)
        return True

    @event(ForfeitureProposed)
    def _forfeiture_proposed(self, proposed_by: UUID, reason: str, text: str) -> None:
        self.proposed_by = proposed_by

    @event(Decided)
    def _decided(self, decided_by: UUID, decision: str, reason: str, text: str) -> None:
        self.proposed_by = None

    def lapse(self, now: datetime) -> None:
        """Nobody has decided in time. Raises ``HoldEnded``, ``HoldNotDue``."""
        self._check_open()
        if now < self.lets_go_at:
            raise refusals.HoldNotDue(hold_id=self.id, lets_go_at=self.lets_go_at.isoformat())

    def close(self, outcome: str, amount_minor: int) -> None:
        """It has ended, and so much was left of the share."""
        self._closed(self.order_id, self.role, self.party_id, outcome, amount_minor)

    @event(Closed)
    def _closed(self, order_id: UUID, role: str, party_id: UUID, outcome: str, amount_minor: int) -> None:
        self.outcome = outcome

    def _is_unconcerned(self, person_id: UUID) -> bool:
        """The guard that nobody decides on his own; tests switch it off to see that they need it."""
        return person_id not in (self.buyer_id, self.seller_person_id, self.party_id)

    def _check_open(self) -> None:
        if self.outcome is not None:
            raise refusals.HoldEnded(hold_id=self.id, outcome=self.outcome)

    def _check_heard(self, now: datetime) -> None:
        if not self.is_appealed and now < self.appeal_until:
            raise refusals.AppealStillOpen(hold_id=self.id, appeal_until=self.appeal_until.isoformat())
