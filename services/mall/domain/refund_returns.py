"""Refunds that the bank of the buyer sends back, and what two operators say became of one.

A bank may do so days after the provider has said that it was given back. The money lies at the provider again, and is
due to the buyer again: it is demanded once more, or reaches the buyer another way.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from . import refusals
from .form import check_reason
from .refundable import PAID_ELSEWHERE, RETURNED, UNSENT, Refundable, check_same

__all__ = ["OUTCOMES", "RefundReturns"]

OUTCOMES = (RETURNED, PAID_ELSEWHERE)
"""What two operators may say of a refund: its bank sent it back, and nobody told; the buyer has got it another way."""


class RefundReturns(Refundable):
    """``settlements`` maps refund ids to what one operator says became of it, ``{"outcome", "proposed_by"}``."""

    buyer_id: UUID
    settlements: dict[str, dict[str, str]]
    _refund_returned: Any
    _refund_settlement_proposed: Any
    _refund_paid_elsewhere: Any

    def return_refund(self, refund_id: UUID, amount_minor: int, reason: str) -> None:
        """The bank sent back what was given back, also when nobody has said that it was; again records nothing. What a
        bank took of it in a dispute is set off at once.

        Raises ``NoSuchRefund``, ``AmountDiffers``.
        """
        refund = self.refund(refund_id)
        if refund["status"] not in ("refunded", "demanded"):
            return
        check_same(refund["amount_minor"], amount_minor)
        self.confirm_refund(refund_id, amount_minor)
        order_id = UUID(refund["order_id"]) if refund["order_id"] else None
        entries = self._postings.returned(refund["amount_minor"])
        self._refund_returned(refund_id, order_id, refund["amount_minor"], reason, entries)
        self._set_off(refund_id)

    def settle_refund(
        self, refund_id: UUID, outcome: str, reason: str, operator_id: UUID, parties: Collection[UUID]
    ) -> None:
        """An operator says what became of it; it holds when another one says the same. ``outcome`` is among
        ``OUTCOMES``; ``parties`` are those who have something of it, and have no say.

        Raises ``ReasonNotCode``, ``OwnRefund``, ``NoSuchRefund``, ``RefundStandsOtherwise``, ``RefundDemandedAgain``,
        ``PaymentDisputed``, ``SettlementProposedByYou``.
        """
        check_reason(reason)
        self._check_settles(refund_id, outcome)
        if operator_id in parties:
            raise refusals.OwnRefund(refund_id=refund_id)
        proposed = self.settlements.get(str(refund_id))
        if proposed is None or proposed["outcome"] != outcome:
            self._refund_settlement_proposed(refund_id, outcome, reason, operator_id)
            return
        if proposed["proposed_by"] == str(operator_id):
            raise refusals.SettlementProposedByYou()
        refund = self.refund(refund_id)
        if outcome == RETURNED:
            self.return_refund(refund_id, refund["amount_minor"], reason)
            return
        order_id = UUID(refund["order_id"]) if refund["order_id"] else None
        entries = self._postings.paid_elsewhere(refund["amount_minor"])
        self._refund_paid_elsewhere(refund_id, order_id, refund["amount_minor"], reason, operator_id, entries)

    def _check_settles(self, refund_id: UUID, outcome: str) -> None:
        status = self.refund(refund_id)["status"]
        if status not in (("refunded",) if outcome == RETURNED else UNSENT):
            raise refusals.RefundStandsOtherwise(refund_id=refund_id, status=status, told=outcome)
        if outcome == PAID_ELSEWHERE:
            self._check_due(refund_id)
            self._check_undisputed()
