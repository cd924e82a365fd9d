"""The money of sales that were recorded from elsewhere: what was paid, and to whom it belongs.

Nothing is smoothed: what is missing stands as a debit in suspense, what is left over in the suspense
account of its cause, and neither is ever spread over the lines.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from services.mall.domain.postings import SettlementCause

from .payments import Payments
from .records import Records


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

    def record_settlement(self, checkout_id: UUID) -> dict[str, Any]:
        """Books what was captured to the shares of the orders, and what is left to suspense; again what came since.

        Raises NoSuchCheckout, CheckoutNotRecorded.
        """
        checkout = self._recorded(checkout_id)
        orders = self.orders_of(checkout)
        left_minor = _unused(checkout, orders)
        for order in orders:
            if order.status == "placed":
                left_minor -= order.pay(left_minor, recorded=True)
        if left_minor:
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

    def _recorded(self, checkout_id: UUID) -> Checkout:
        checkout = self.checkout(checkout_id)
        if checkout.payment_id is not None:
            raise refusals.CheckoutNotRecorded(checkout_id=checkout_id)
        return checkout


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
