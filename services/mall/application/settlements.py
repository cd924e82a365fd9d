"""The money of sales that were recorded from elsewhere: what was paid, to whom it belongs, and what went back.

Nothing is smoothed: what is missing stands as a debit in suspense, what is left over in the suspense
account of its cause, and neither is ever spread over the lines.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kernel.domain import derived_id
from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from services.mall.domain.postings import SettlementCause

from .payments import Payments
from .records import Records

GIVEN_BACK = "given_back"


class Settlements(Records, Payments):
    """Commands of an operator, under the time at which it happened."""

    def record_payment(self, checkout_id: UUID, payment_id: UUID, method: str, amount_minor: int) -> dict[str, Any]:
        """Money that was captured elsewhere; a checkout may have several.

        Raises NoSuchCheckout, CheckoutNotRecorded, PaymentElsewhere, RecordedOtherwise.
        """
        checkout = self._recorded(checkout_id)
        captured = {"method": method, "amount_minor": amount_minor}
        known = checkout.captures.get(str(payment_id))
        if known is None:
            taken = refusals.PaymentElsewhere(payment_id=payment_id)
            self.unit.claim_side("payment", str(payment_id), str(checkout_id).encode(), taken)
            checkout.capture(payment_id, method, amount_minor, recorded=True)
        elif known != captured:
            raise refusals.RecordedOtherwise(kind="Payment", id=payment_id)
        return {"checkout_id": checkout_id, "payment_id": payment_id}

    def record_settlement(self, checkout_id: UUID, rest_to_suspense: bool = True) -> dict[str, Any]:
        """Books what was captured to the shares of the orders, and what is left to suspense; again what came since.

        Without ``rest_to_suspense`` what is left waits, because it is known that it went back.
        Raises NoSuchCheckout, CheckoutNotRecorded.
        """
        checkout = self._recorded(checkout_id)
        orders = self.orders_of(checkout)
        left_minor = _unused(checkout, orders)
        for order in orders:
            if order.status == "placed":
                left_minor -= order.pay(left_minor, recorded=True)
        if left_minor and rest_to_suspense:
            checkout.settle(_cause(orders), left_minor)
        return {"checkout_id": checkout_id}

    def record_cancellation(self, checkout_id: UUID, reason: str) -> dict[str, Any]:
        """It was cancelled: what was paid for it, and what is not known to have gone back, waits in suspense.

        Raises NoSuchCheckout, CheckoutNotRecorded, ReasonNotCode, AlreadyReleased.
        """
        checkout = self._recorded(checkout_id)
        orders = self.orders_of(checkout)
        left_minor = _unused(checkout, orders)
        if checkout.is_open:
            checkout.cancel(reason)
        for order in orders:
            if order.is_paid:
                order.cancel_paid(reason, recorded=True)
            else:
                order.cancel(reason)
        if left_minor:
            checkout.settle("cancelled_paid", left_minor)
        return {"checkout_id": checkout_id}

    def record_refund(self, checkout_id: UUID, reason: str) -> dict[str, Any]:
        """It was cancelled, and all that was paid for it went back to the buyer. No provider is asked for anything.

        Again changes nothing. Raises NoSuchCheckout, CheckoutNotRecorded, ReasonNotCode, NothingToRefund,
        AlreadyReleased, InSuspense.
        """
        checkout = self._recorded(checkout_id)
        if not checkout.captured_minor:
            raise refusals.NothingToRefund()
        orders = self.orders_of(checkout)
        left_minor = _unused(checkout, orders)
        for order in orders:
            self._undo(checkout, order, reason)
        if left_minor:
            self._give_back(checkout, None, left_minor, reason)
        if checkout.captured_minor > checkout.demanded_minor:
            kept_minor = checkout.captured_minor - checkout.demanded_minor
            raise refusals.InSuspense(checkout_id=checkout_id, amount_minor=kept_minor)
        return {"checkout_id": checkout_id}

    def _undo(self, checkout: Checkout, order: Order, reason: str) -> None:
        """Nobody earns by it any more; what was captured for it goes back."""
        if not order.is_paid:
            order.cancel(reason)
            return
        back_minor = max(0, order.left_minor - order.short_minor)
        order.cancel_paid(reason, _refund_id(checkout, order) if back_minor else None, recorded=True)
        if back_minor:
            self._give_back(checkout, order, back_minor, reason)

    def _give_back(self, checkout: Checkout, order: Order | None, amount_minor: int, reason: str) -> None:
        """Demanded and given back in one append: nothing falls due, so nobody is asked for it."""
        refund_id = _refund_id(checkout, order)
        order_id = None if order is None else order.id
        checkout.demand_refund(refund_id, order_id, amount_minor, reason, from_unallocated=order is None)
        checkout.confirm_refund(refund_id, amount_minor)

    def _recorded(self, checkout_id: UUID) -> Checkout:
        checkout = self.checkout(checkout_id)
        if checkout.payment_id is not None:
            raise refusals.CheckoutNotRecorded(checkout_id=checkout_id)
        return checkout


def _refund_id(checkout: Checkout, order: Order | None) -> UUID:
    return derived_id("refund", checkout.id, None if order is None else order.id, GIVEN_BACK)


def _unused(checkout: Checkout, orders: Sequence[Order]) -> int:
    """What was captured and neither settled nor taken by an order. An order that was cancelled paid keeps nothing
    of what is left, and what it took lies in suspense."""
    taken = [
        order.total_minor - order.short_minor
        for order in orders
        if order.is_paid or (order.status == "cancelled" and not order.left_minor)
    ]
    return checkout.unallocated_minor - sum(taken)


def _cause(orders: Sequence[Order]) -> SettlementCause:
    if not orders:
        return "paid_without_lines"
    return "cancelled_paid" if all(order.status == "cancelled" for order in orders) else "overpaid"
