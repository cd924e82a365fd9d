"""Fraud holds: who earns appeals, operators decide, and what nobody decides is let go."""

from typing import Any
from uuid import UUID

from services.known.groups import OWNER
from services.mall.domain.fraud_hold import FORFEIT, FORFEITED, LAPSED, LET_GO, FraudHold
from services.mall.domain.fraud_terms import FRAUD_TERMS_ID, FraudTerms
from services.mall.domain.refusals import NoSuchHold

from .fraud_weighing import COMMUNITY, FraudWeighing


class FraudHolds(FraudWeighing):
    """What becomes of shares that are withheld. To others than the earner and operators there is no such hold."""

    def set_fraud_terms(self, **values: Any) -> dict[str, Any]:
        """An operator says what is suspected of what is released once the notice is over. Raises TermsOutOfBounds."""
        terms, announced = self.unit.find(FraudTerms, FRAUD_TERMS_ID), (self.now, self.notice_days())
        if terms is None:
            terms = FraudTerms.open(*announced, **values)
            self.unit.add(terms)
        else:
            terms.change(*announced, **values)
        return {"holds_from": terms.latest_holds_from}

    def appeal_fraud_hold(self, hold_id: UUID, text: str) -> dict[str, Any]:
        """Who earns by it, or owns the group that does, says why. Raises NoSuchHold, HoldEnded, AppealedAlready."""
        hold = self.fraud_hold(hold_id)
        if not self._earns_by(hold):
            raise NoSuchHold()
        hold.appeal(self.actor_id, text)
        return {"hold_id": hold_id}

    def decide_fraud_hold(self, hold_id: UUID, decision: str, reason: str, text: str) -> dict[str, Any]:
        """An operator lets it go, or says that it is to be forfeited; the second who says so has it done.

        Raises NoSuchHold, OrderDisputed, and what FraudHold.decide raises.
        """
        hold = self.fraud_hold(hold_id)
        if hold.decide(self.actor_id, decision, reason, text, self.now, is_own=self._earns_by(hold)):
            self._end_hold(hold, FORFEITED if decision == FORFEIT else LET_GO)
        return {"hold_id": hold_id, "is_decided": hold.outcome is not None}

    def let_fraud_hold_lapse(self, hold_id: UUID) -> None:
        """Nobody has decided in time; one that has ended meanwhile stays as it is. Raises OrderDisputed."""
        hold = self.fraud_hold(hold_id)
        if hold.outcome is None:
            hold.lapse(self.now)
            self._end_hold(hold, LAPSED)

    def fraud_hold(self, hold_id: UUID) -> FraudHold:
        """Raises NoSuchHold."""
        return self.unit.get(FraudHold, hold_id, NoSuchHold())

    def _end_hold(self, hold: FraudHold, outcome: str) -> None:
        order = self.order(hold.order_id)
        with self.booking(order):
            move = order.forfeit if outcome == FORFEITED else order.let_go
            hold.close(outcome, move(hold.id, hold.role, hold.party_id))

    def _earns_by(self, hold: FraudHold) -> bool:
        if hold.role == COMMUNITY:
            return OWNER in self.roles_in(hold.party_id, self.actor_id)
        return hold.party_id == self.actor_id
