"""How captured money goes back to the buyer: demanded, confirmed, failed; never beside what a bank takes for him.

What comes back after it was confirmed: ``refund_returns``.
"""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id

from . import refusals
from .form import check_reason
from .postings import CheckoutPostings

__all__ = ["PAID_ELSEWHERE", "RETURNED", "SET_OFF", "UNSENT", "Refundable", "check_covered", "check_same", "retried"]

SET_OFF, RETRIED = "set_off", "retried"
FAILED, RETURNED, PAID_ELSEWHERE = "failed", "returned", "paid_elsewhere"
UNSENT = (FAILED, RETURNED)
"""Due to the buyer, and nobody is going to send it unless an operator says so."""


class Refundable(AggregateRoot):
    """What is to go back of the money of a checkout.

    ``open_disputes`` are the ids of open disputes of its payment: until they have ended no refund is sent.
    ``over_minor`` is what banks took in lost disputes beyond what the orders had left: refunds that were not sent are
    set off against it, so that nobody gets it twice.
    """

    currency: str
    captures: dict[str, dict[str, Any]]
    refunds: dict[str, dict[str, Any]]
    unallocated_minor: int
    open_disputes: list[str]
    over_minor: int
    _refund_demanded: Any
    _payment_refunded: Any
    _refund_failed: Any
    _refund_set_off: Any
    _payment_disputed: Any
    _dispute_ended: Any

    @property
    def captured_minor(self) -> int:
        """All that the provider took for it."""
        return sum(int(capture["amount_minor"]) for capture in self.captures.values())

    @property
    def demanded_minor(self) -> int:
        """What goes or went back to the buyer; what failed or came back does not count."""
        return sum(int(refund["amount_minor"]) for refund in self.refunds.values() if refund["status"] not in UNSENT)

    @property
    def is_disputed(self) -> bool:
        """Whether the bank of the buyer may take some of the payment."""
        return bool(self.open_disputes)

    def demand_refund(
        self, refund_id: UUID, order_id: UUID | None, amount_minor: int, reason: str, from_unallocated: bool
    ) -> None:
        """Money is to go back: ``from_unallocated`` when no order has booked it. The same id again records nothing.

        Raises ``NotEnoughCaptured``, ``AmountNotUsable``, ``ReasonNotCode``.
        """
        check_reason(reason)
        if str(refund_id) in self.refunds:
            return
        left = self.captured_minor - self.demanded_minor
        check_covered(min(left, self.unallocated_minor) if from_unallocated else left, amount_minor)
        entries = self._postings.demanded(amount_minor) if from_unallocated else []
        self._refund_demanded(refund_id, order_id, amount_minor, reason, entries)

    def confirm_refund(self, refund_id: UUID, amount_minor: int) -> None:
        """The provider gave it back; again records nothing. Raises ``NoSuchRefund``, ``AmountDiffers``,
        ``RefundDemandedAgain``, ``RefundSentElsewhere``."""
        refund = self.refund(refund_id)
        if refund["status"] == "refunded":
            return
        self._check_due(refund_id)
        check_same(refund["amount_minor"], amount_minor)
        order_id = refund["order_id"] and UUID(refund["order_id"])
        self._payment_refunded(refund_id, order_id, amount_minor, self._postings.refunded(amount_minor))

    def fail_refund(self, refund_id: UUID, reason: str) -> None:
        """The provider could not; again records nothing. Raises ``NoSuchRefund``, ``RefundAlreadyConfirmed``."""
        refund = self.refund(refund_id)
        if refund["status"] == "refunded":
            raise refusals.RefundAlreadyConfirmed(refund_id=refund_id)
        if refund["status"] == "demanded":
            self._refund_failed(refund_id, reason)
            self._set_off(refund_id)

    def retry_refund(self, refund_id: UUID) -> UUID:
        """Demands once more what failed or came back, under an id that follows from it, which it answers; again records
        nothing. One that is under way stays as it is.

        Raises ``NoSuchRefund``, ``RefundAlreadyConfirmed``, ``RefundTakenByBank``, ``RefundSentElsewhere``,
        ``PaymentDisputed``.
        """
        refund, retried_id = self.refund(refund_id), retried(refund_id)
        if refund["status"] == "refunded":
            raise refusals.RefundAlreadyConfirmed(refund_id=refund_id)
        if refund["status"] == SET_OFF:
            raise refusals.RefundTakenByBank(refund_id=refund_id)
        self._check_not_elsewhere(refund_id)
        if refund["status"] == "demanded":
            return refund_id
        if str(retried_id) not in self.refunds:
            self._check_undisputed()
            order_id = UUID(refund["order_id"]) if refund["order_id"] else None
            # What is owed to the buyer was booked when it was first demanded.
            self.demand_refund(retried_id, order_id, refund["amount_minor"], RETRIED, from_unallocated=False)
        return retried_id

    def set_off_refund(self, refund_id: UUID) -> None:
        """It was never sent, and the bank took as much for the buyer: only the rest is due. Raises ``NoSuchRefund``."""
        if self.refund(refund_id)["status"] == "demanded":
            self._set_off(refund_id)

    def dispute(self, dispute_id: UUID) -> None:
        """The provider has taken some of the payment: no refund is sent until that has ended."""
        self._payment_disputed(dispute_id)

    def end_dispute(self, dispute_id: UUID, outcome: str, unborne_minor: int) -> None:
        """Won, or lost; ``unborne_minor`` is what the bank took beyond what the orders had left. Refunds that failed
        or came back before are set off against it at once. It ends once: see ``Dispute``."""
        self._dispute_ended(dispute_id, outcome, unborne_minor)
        for refund_id, refund in list(self.refunds.items()):
            if refund["status"] in UNSENT and not self._is_retried(UUID(refund_id)):
                self._set_off(UUID(refund_id))

    def refund(self, refund_id: UUID) -> dict[str, Any]:
        """A refund by its id. Raises ``NoSuchRefund``."""
        if str(refund_id) not in self.refunds:
            raise refusals.NoSuchRefund(checkout_id=self.id, refund_id=refund_id)
        return self.refunds[str(refund_id)]

    def _set_off(self, refund_id: UUID) -> None:
        due_minor = self.refund(refund_id)["amount_minor"]
        amount_minor = min(due_minor, self.over_minor)
        if amount_minor:
            entries = self._postings.set_off(amount_minor)
            left_minor = due_minor - amount_minor
            status = self.refund(refund_id)["status"] if left_minor else SET_OFF
            self._refund_set_off(refund_id, amount_minor, left_minor, status, entries)

    def _is_retried(self, refund_id: UUID) -> bool:
        return str(retried(refund_id)) in self.refunds

    def _check_due(self, refund_id: UUID) -> None:
        """The guard against giving back twice what was demanded again, or has reached the buyer another way."""
        if self._is_retried(refund_id):
            raise refusals.RefundDemandedAgain(refund_id=refund_id, retried_id=retried(refund_id))
        self._check_not_elsewhere(refund_id)

    def _check_not_elsewhere(self, refund_id: UUID) -> None:
        if self.refund(refund_id)["status"] == PAID_ELSEWHERE:
            raise refusals.RefundSentElsewhere(refund_id=refund_id)

    def _check_undisputed(self) -> None:
        """The guard against paying beside a bank; tests switch it off to see that they need it."""
        if self.is_disputed:
            raise refusals.PaymentDisputed(checkout_id=self.id)

    @property
    def _postings(self) -> CheckoutPostings:
        return CheckoutPostings(self.id, self.currency)


def retried(refund_id: UUID) -> UUID:
    """Under which id a refund is demanded again."""
    return derived_id("refund", refund_id, RETRIED)


def check_same(asked_minor: int, amount_minor: int) -> None:
    """Raises ``AmountDiffers``."""
    if asked_minor != amount_minor:
        raise refusals.AmountDiffers(asked_minor=asked_minor, amount_minor=amount_minor)


def check_covered(left: int, amount_minor: int) -> None:
    """Raises ``NotEnoughCaptured``, ``AmountNotUsable``."""
    if amount_minor <= 0:
        raise refusals.AmountNotUsable(amount_minor=amount_minor)
    if amount_minor > left:
        raise refusals.NotEnoughCaptured(captured_minor=left, wanted_minor=amount_minor)
