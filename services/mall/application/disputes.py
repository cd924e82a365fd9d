"""Disputes: what becomes of a payment that the bank of the buyer takes back.

The provider takes the money when a dispute opens, whoever is right, so that is booked at once. Who bears it is decided
when it has ended. Until then nothing of its orders is released or refunded.

- Of all orders of the payment that are paid, each is disputed in proportion to what is left of it.
- Won: the money is back, and the orders go on where they were.
- Lost: each order's part is taken back of its lines, every party bearing its share, as with a refund.
- What no order has left, as after a refund of the same payment, is a loss of the platform.
- What the provider takes for a lost dispute is borne as each order's terms say.

News may come in any order and any number of times: of an end before the beginning, it begins then.
"""

from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.dispute import Dispute, Disputed
from services.mall.domain.order import Order
from services.mall.domain.postings import Fee
from services.mall.domain.reversals import LOST, WON
from services.mall.domain.shares import allocate
from services.mall.domain.terms import bearing

from .case_keeping import CaseKeeping
from .payments import Payments


class Disputes(Payments, CaseKeeping):
    """The outcomes of disputes, as the provider tells them."""

    def open_dispute(self, told: Disputed, reason: str) -> Dispute:
        """The provider has taken the money; again changes nothing.

        Raises NoSuchCheckout, PaymentNotCaptured, CurrencyDiffers, AmountNotUsable, DisputeDiffers.
        """
        dispute = self.unit.find(Dispute, Dispute.id_of(told.reference))
        if dispute is None:
            return self._open(told, reason)
        dispute.check_same(told)
        return dispute

    def win_dispute(self, told: Disputed, reason: str) -> None:
        """The money is back. Raises what open_dispute raises, and DisputeEndedOtherwise."""
        dispute = self.open_dispute(told, reason)
        dispute.win()
        for order in self._disputed(dispute):
            order.win_dispute(dispute.id)
            self.refund_lost_seats(order)
            self.end_case_of_dispute(order, dispute.id, WON)

    def lose_dispute(self, told: Disputed, reason: str) -> None:
        """The money stays away. Raises what open_dispute raises, and DisputeEndedOtherwise."""
        dispute = self.open_dispute(told, reason)
        orders = self._disputed(dispute)
        with self.booking(dispute, {str(order.seller_id): order.id for order in reversed(orders)}):
            dispute.lose(_fees(dispute, orders))
        for order in orders:
            with self.booking(order):
                order.lose_dispute(dispute.id)
            self.refund_lost_seats(order)
            self.end_case_of_dispute(order, dispute.id, LOST)

    def _open(self, told: Disputed, reason: str) -> Dispute:
        checkout = self.checkout_of(told.payment_id)
        if told.currency != checkout.currency:
            raise refusals.CurrencyDiffers(asked=checkout.currency, currency=told.currency)
        if str(told.payment_id) not in checkout.captures:
            raise refusals.PaymentNotCaptured(payment_id=told.payment_id)
        orders = [order for order in self.orders_of(checkout) if order.is_paid and order.left_minor]
        lefts = [order.left_minor - order.disputed_minor for order in orders]
        amounts = allocate(max(0, min(told.amount_minor, sum(lefts))), lefts)
        parts = [
            {
                "order_id": str(order.id), "seller_id": str(order.seller_id),
                "seller_person_id": str(order.seller_person_id), "amount_minor": amount_minor,
            }
            for order, amount_minor in zip(orders, amounts, strict=True)
        ]  # fmt: skip
        dispute = Dispute.open(told, checkout.id, reason, parts)
        self.unit.add(dispute)
        for order, amount_minor in zip(orders, amounts, strict=True):
            order.dispute(dispute.id, amount_minor)
            self.open_case_of_dispute(order, dispute.id)
        return dispute

    def _disputed(self, dispute: Dispute) -> list[Order]:
        return [self.order(UUID(part["order_id"])) for part in dispute.parts]


def _fees(dispute: Dispute, orders: list[Order]) -> list[Fee]:
    """Who bears what the provider takes: each order for its part; the platform, where no order has one."""
    amounts = [int(part["amount_minor"]) for part in dispute.parts]
    if not dispute.fee_minor or not sum(amounts):
        return [(None, dispute.fee_minor)] if dispute.fee_minor else []
    fees = zip(orders, allocate(dispute.fee_minor, amounts), strict=True)
    return [(_bearer(order), fee_minor) for order, fee_minor in fees if fee_minor]


def _bearer(order: Order) -> UUID | None:
    return order.seller_id if bearing(order.terms, "dispute_fee_borne_by") == "seller" else None
