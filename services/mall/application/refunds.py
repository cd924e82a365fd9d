"""Giving money back: of a line, and what the provider says about it."""

from typing import Any
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import Back
from services.mall.domain.order import Order
from services.mall.domain.tickets import refuse_part_of_ticket

from .loading import OPERATOR
from .orders import Orders
from .payments import Payments

WHO_REFUNDS = "the seller of the order, or an operator who did not buy it"
LINE_REFUNDED = "line_refunded"


class Refunds(Orders, Payments):
    """Refunds of orders that the actor sells, or any for an operator."""

    def refund_line(
        self, order_id: UUID, line_id: UUID, quantity: int, with_freight: bool, amount_minor: int, freight_minor: int
    ) -> dict[str, Any]:
        """Takes back every party's share of so much of a line, and has the money sent back: both or neither. A seller
        gives back of what was released only what she has available.

        Raises NoSuchOrder, Forbidden, TicketRefundedInParts, what Order.refund_line raises, and NotEnoughCaptured.
        """
        order = self.own_order(order_id)
        is_operator = self.has_role(OPERATOR) and order.buyer_id != self.actor_id  # nobody pays himself back
        self.refuse_unless(order.seller_person_id == self.actor_id or is_operator, WHO_REFUNDS)
        refuse_part_of_ticket(order, str(line_id), quantity)
        refund_id, asked = self.unit.new_id("refund"), Back(quantity, amount_minor, with_freight, freight_minor)
        self.pay_back(order, refund_id, str(line_id), asked, LINE_REFUNDED)
        self.end_case_of_nothing(order)
        return {"order_id": order_id, "refund_id": refund_id}

    def pay_back(self, order: Order, refund_id: UUID, line_id: str, asked: Back, reason: str) -> None:
        """Takes so much of a line back of every party, and demands it of the provider: the way of every refund.

        Raises what Order.refund_line raises, and NotEnoughCaptured.
        """
        told = (asked.quantity, asked.with_freight, asked.amount_minor, asked.freight_minor)
        with self.booking(order):
            order.refund_line(refund_id, line_id, *told, self._covered_minor(order))
        back_minor = order.refunds[str(refund_id)]["amount_minor"]
        checkout = self.checkout(order.checkout_id)
        checkout.demand_refund(refund_id, order.id, back_minor, reason, from_unallocated=False)

    def retry_refund(self, checkout_id: UUID, refund_id: UUID) -> dict[str, Any]:
        """Demands a refund that failed or came back once more, under an id that follows from it; again changes nothing.

        One that is under way is not demanded again. Raises NoSuchCheckout, NoSuchRefund, RefundAlreadyConfirmed,
        PaymentDisputed, RefundTakenByBank, RefundSentElsewhere.
        """
        retried_id = self.checkout(checkout_id).retry_refund(refund_id)
        return {"checkout_id": checkout_id, "refund_id": retried_id}

    def confirm_refund(self, refund_id: UUID, payment_id: UUID, amount_minor: int, currency: str) -> None:
        """The provider has given it back. Raises NoSuchCheckout, NoSuchRefund, AmountDiffers, CurrencyDiffers,
        RefundDemandedAgain, RefundSentElsewhere."""
        self._checkout_in(payment_id, currency).confirm_refund(refund_id, amount_minor)

    def fail_refund(self, checkout_id: UUID, refund_id: UUID, reason: str) -> None:
        """The provider could not. It stays due to the buyer until an operator demands it again.

        Raises NoSuchCheckout, NoSuchRefund, RefundAlreadyConfirmed.
        """
        self.checkout(checkout_id).fail_refund(refund_id, reason)

    def return_refund(
        self, refund_id: UUID, payment_id: UUID, amount_minor: int, currency: str, reason: str
    ) -> None:  # fmt: skip
        """The bank of the buyer sent back what was given back: it is due again, until an operator demands it anew.

        Raises NoSuchCheckout, NoSuchRefund, AmountDiffers, CurrencyDiffers.
        """
        self._checkout_in(payment_id, currency).return_refund(refund_id, amount_minor, reason)

    def settle_refund(self, checkout_id: UUID, refund_id: UUID, outcome: str, reason: str) -> dict[str, Any]:
        """One of two operators who say what became of it: its bank sent it back, or the buyer has got it another way.
        Raises NoSuchCheckout, and what Checkout.settle_refund raises."""
        checkout = self.checkout(checkout_id)
        checkout.settle_refund(refund_id, outcome, reason, self.actor_id, self.parties_of(self.orders_of(checkout)))
        return {"checkout_id": checkout_id, "refund_id": refund_id}

    def set_off_refund(self, checkout_id: UUID, refund_id: UUID) -> None:
        """It was never sent, and the bank of the buyer took as much in a dispute that was lost.

        What another refund was set off against is gone: then it stays due, and is asked for again. Raises
        NoSuchCheckout, NoSuchRefund, NothingToRefund.
        """
        checkout = self.checkout(checkout_id)
        if checkout.refund(refund_id)["status"] == "demanded" and not checkout.over_minor:
            raise refusals.NothingToRefund()
        checkout.set_off_refund(refund_id)

    def _checkout_in(self, payment_id: UUID, currency: str) -> Checkout:
        checkout = self.checkout_of(payment_id)
        if currency != checkout.currency:
            raise refusals.CurrencyDiffers(asked=checkout.currency, currency=currency)
        return checkout

    def _covered_minor(self, order: Order) -> int | None:
        """What the seller of an order can give back of what she has available; None where that bounds nothing: for an
        operator who is not the seller, and for what was paid elsewhere."""
        if order.seller_person_id != self.actor_id or self.checkout(order.checkout_id).payment_id is None:
            return None
        payable = self.payable("seller", order.seller_id, order.currency)
        return 0 if payable is None else max(0, payable.free_minor)
