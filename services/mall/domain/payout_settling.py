"""What became of a payout, said by two operators, where the provider contradicts itself."""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot

from . import refusals
from .form import check_reason

__all__ = ["FAILED", "PAID", "RETURNED", "SettledByHand"]

PAID, FAILED, RETURNED = "paid", "failed", "returned"


class SettledByHand(AggregateRoot):
    """``settlement`` is what one operator has said, ``{"outcome", "proposed_by"}``, until another one says the same."""

    person_id: UUID | None
    requested_by: UUID | None
    status: str
    amount_minor: int
    currency: str
    settlement: dict[str, str] | None
    settle: Any
    fail: Any
    give_back: Any
    _check_under_way: Any
    _settlement_proposed: Any

    def settle_by_hand(self, outcome: str, reason: str, operator_id: UUID, is_own: bool = False) -> None:
        """An operator says what became of it, where the provider contradicts itself; it holds when another one says
        the same. ``outcome`` is paid, failed or returned, ``is_own`` as for ``Payout.approve``.

        Raises ``ReasonNotCode``, ``OwnPayout``, ``PayoutNotUnderWay``, ``SettlementProposedByYou``.
        """
        check_reason(reason)
        if is_own or operator_id in (self.person_id, self.requested_by):
            raise refusals.OwnPayout(payout_id=self.id)
        if (self.status, outcome) != (PAID, RETURNED):
            self._check_under_way(outcome)
        if self.settlement is None or self.settlement["outcome"] != outcome:
            self._settlement_proposed(outcome, reason, operator_id)
            return
        if self.settlement["proposed_by"] == str(operator_id):
            raise refusals.SettlementProposedByYou()
        if outcome == PAID:
            self.settle(self.amount_minor, self.currency)
        elif outcome == FAILED:
            self.fail(reason)
        else:
            self.give_back(self.amount_minor, self.currency, reason)
