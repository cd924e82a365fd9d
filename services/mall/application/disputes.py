"""Disputes: what becomes of a payment that the bank of the buyer takes back.

The provider takes the money when a dispute opens, whoever is right, so that is booked at once. Who bears it is decided
when it has ended. Until then nothing of its orders is released or refunded.

- Of all orders of the payment that are paid, each is disputed in proportion to what is left of it.
- Where its shares were released, what every party may have to give back is reserved in its balance.
- Won: the money is back, and the orders go on where they were.
- Lost: each order's part is taken back of its lines, every party bearing its share, as with a refund.
- What no order has left, as after a refund of the same payment, is a loss of the platform, unless the refund was not
  sent: then it is set off. No refund of the payment is sent while a dispute of it is open.
- What the provider takes for a lost dispute is borne as each order's terms say.

News may come in any order and any number of times: of an end before the beginning, it begins then.
"""

from typing import Any
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


class Disputes(CaseKeeping, Payments):
    """The outcomes of disputes, as the provider tells them."""

    def open_dispute(self, told: Disputed, reason: str) -> Dispute:
        """The provider has taken the money; again changes nothing.

        Raises NoSuchCheckout, PaymentNotCaptured, CurrencyDiffers, AmountNotUsable, DisputeAboveCapture,
        DisputeFeeTooHigh, DisputeDiffers.
        """
        dispute = self.unit.find(Dispute, Dispute.id_of(told.reference))
        if dispute is None:
            return self._open(told, reason)
        dispute.check_same(told)
        return dispute

    def win_dispute(self, told: Disputed, reason: str) -> None:
        """The money is back. Raises what open_dispute raises, and DisputeEndedOtherwise."""
        self._win(self.open_dispute(told, reason))

    def lose_dispute(self, told: Disputed, reason: str) -> None:
        """The money stays away. Raises what open_dispute raises, and DisputeEndedOtherwise."""
        dispute = self.open_dispute(told, reason)
        self._lose(dispute, dispute.fee_of(told, self._captured_minor(dispute.checkout_id, dispute.payment_id)))

    def settle_dispute(self, dispute_id: UUID, outcome: str, reason: str) -> dict[str, Any]:
        """Two operators who have nothing of it end by hand what the provider tells contradictions of; what was won may
        be lost in a second round. Raises NoSuchDispute, and what Dispute.settle_by_hand raises."""
        dispute = self.unit.get(Dispute, dispute_id, refusals.NoSuchDispute())
        was_open, parties = dispute.is_open, self.parties_of(self.orders_of(self.checkout(dispute.checkout_id)))
        if dispute.settle_by_hand(outcome, reason, self.actor_id, is_own=self.actor_id in parties):
            if outcome == WON:
                self._win(dispute)
            else:
                self._lose(dispute if was_open else self._open(dispute.second_round(), reason), dispute.fee_minor)
        return {"dispute_id": dispute_id}

    def _win(self, dispute: Dispute) -> None:
        is_open = dispute.is_open
        dispute.win()
        if not is_open:
            return
        self.checkout(dispute.checkout_id).end_dispute(dispute.id, dispute.status, 0)
        for order in self._disputed(dispute):
            order.win_dispute(dispute.id)
            self.free(order, dispute.id)
            self.refund_lost_seats(order)
            self.end_case_of_dispute(order, dispute.id, WON)

    def _lose(self, dispute: Dispute, fee_minor: int) -> None:
        is_open, orders = dispute.is_open, self._disputed(dispute)
        with self.booking(dispute, {str(order.seller_id): order.id for order in reversed(orders)}):
            dispute.lose(_fees(dispute, orders, fee_minor))
        if not is_open:
            return
        for order in orders:
            with self.booking(order):
                order.lose_dispute(dispute.id)
            self.free(order, dispute.id)
            self.refund_lost_seats(order)
            self.end_case_of_dispute(order, dispute.id, LOST)
        self.checkout(dispute.checkout_id).end_dispute(dispute.id, dispute.status, dispute.unborne_minor)

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
        captured_minor = self._captured_minor(checkout.id, told.payment_id)
        dispute = Dispute.open(told, checkout.id, reason, parts, captured_minor)
        self.unit.add(dispute)
        checkout.dispute(dispute.id)
        for order, amount_minor in zip(orders, amounts, strict=True):
            order.dispute(dispute.id, amount_minor)
            self.reserve(order, dispute.id)
            self.open_case_of_dispute(order, dispute.id)
        return dispute

    def _captured_minor(self, checkout_id: UUID, payment_id: UUID) -> int:
        return int(self.checkout(checkout_id).captures[str(payment_id)]["amount_minor"])

    def _disputed(self, dispute: Dispute) -> list[Order]:
        return [self.order(UUID(part["order_id"])) for part in dispute.parts]


def _fees(dispute: Dispute, orders: list[Order], fee_minor: int) -> list[Fee]:
    """Who bears what the provider takes: each order for its part; the platform, where no order has one."""
    amounts = [int(part["amount_minor"]) for part in dispute.parts]
    if not fee_minor or not sum(amounts):
        return [(None, fee_minor)] if fee_minor else []
    fees = zip(orders, allocate(fee_minor, amounts), strict=True)
    return [(_bearer(order), part_minor) for order, part_minor in fees if part_minor]


def _bearer(order: Order) -> UUID | None:
    return order.seller_id if bearing(order.terms, "dispute_fee_borne_by") == "seller" else None
