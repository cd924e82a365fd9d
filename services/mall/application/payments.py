"""What becomes of the payment of a checkout, whoever says so: a callback, an answer, or an inquiry.

Money that the provider has taken is always booked, whatever its amount and whenever it comes, because
the account of the provider must say what the provider says. What the orders cannot use of it goes back:

- more than was asked for: the orders are paid, the rest goes back to the buyer;
- less than was asked for: nothing is sold for it, all of it goes back;
- after the checkout expired or was declined: an order whose goods can be taken again is revived and
  paid, the part of any other goes back;
- after the buyer gave it up: all of it goes back;
- for seats whose registration has ended: what they cost goes back.

Another currency cannot be booked on the checkout's accounts: that is refused until a person has looked.
"""

from uuid import UUID

from services.kernel.domain import derived_id
from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.marks import PAYMENT_MEANS
from services.mall.domain.order import Order

from .checkouts import Checkouts
from .loading import wanted

REFERENCE = "provider_reference"
"""The kind of the side rows by which the provider is asked: the id of a payment, and what the provider calls it."""
NOT_AVAILABLE, OVERPAID, UNDERPAID, CANCELLED = "not_available", "overpaid", "underpaid", "cancelled"


class Payments(Checkouts):
    """The outcomes of payments; each of them may be told any number of times."""

    def checkout_of(self, payment_id: UUID) -> Checkout:
        """The checkout that a payment is for. Raises NoSuchCheckout."""
        found = self.unit.side("payment", str(payment_id))
        if found is None:
            raise refusals.NoSuchCheckout()
        return self.checkout(UUID(found.decode()))

    def note_reference(self, payment_id: UUID, reference: str) -> None:
        """What the provider calls a payment is kept with what is decided; it never calls it otherwise."""
        if reference and self.unit.side(REFERENCE, str(payment_id)) is None:
            self.unit.put_side(REFERENCE, str(payment_id), reference.encode())

    def capture_payment(
        self, payment_id: UUID, amount_minor: int, currency: str, method: str, paid_with: str = ""
    ) -> None:  # fmt: skip
        """The provider has the money: books it, sells what can be sold for it, sends the rest back. What the provider
        says that it was ``paid_with`` is kept as a mark of the buyer.

        Raises NoSuchCheckout, CurrencyDiffers, AmountDiffers when it was captured before with another amount.
        """
        checkout = self.checkout_of(payment_id)
        if currency != checkout.currency:
            raise refusals.CurrencyDiffers(asked=checkout.currency, currency=currency)
        if not seen_before(checkout, payment_id, amount_minor):
            self._take(checkout, payment_id, amount_minor, method)
        self.note_mark(checkout.buyer_id, PAYMENT_MEANS, paid_with)

    def decline_payment(self, payment_id: UUID, reason: str) -> None:
        """The provider said no: the orders are cancelled. Raises NoSuchCheckout, PaymentAlreadyCaptured."""
        checkout = self.checkout_of(payment_id)
        was_open = checkout.is_open
        checkout.decline_payment(payment_id, reason)
        if was_open:
            self.let_go(checkout, "payment_declined", "cancelled")

    def doubt_payment(self, payment_id: UUID, reason: str) -> None:
        """The provider's answer was lost: it will be asked. Raises NoSuchCheckout."""
        self.checkout_of(payment_id).doubt_payment(payment_id, reason)

    def _take(self, checkout: Checkout, payment_id: UUID, amount_minor: int, method: str) -> None:
        if checkout.is_open and amount_minor < checkout.total_minor:
            checkout.cancel(UNDERPAID)
            self.let_go(checkout, UNDERPAID, "cancelled")
        ended_as = checkout.status
        # The domain would refuse another amount than was asked for, except of what happened elsewhere, and it did.
        checkout.capture(payment_id, method, amount_minor, recorded=True)
        left_minor = amount_minor
        if amount_minor >= checkout.total_minor and ended_as != "cancelled":
            for order in self.orders_of(checkout):
                left_minor -= self._use(checkout, order, left_minor, in_time=ended_as == "open")
        self._send_back(checkout, None, left_minor, _why(checkout, amount_minor, ended_as))

    def _use(self, checkout: Checkout, order: Order, left_minor: int, in_time: bool) -> int:
        """How much of the money an order takes, or sends back because its goods are gone."""
        if in_time:
            for listing_id in wanted(order):
                for stock in self.kept_for(checkout, listing_id):
                    stock.sell(checkout.id)
            return self._paid(order, order.pay(left_minor))
        if not self._can_take_again(order):
            self._send_back(checkout, order.id, order.total_minor, NOT_AVAILABLE)
            return order.total_minor
        for listing_id, quantity in wanted(order).items():
            self.take_stock(checkout, listing_id, quantity)
        return self._paid(order, order.pay(left_minor, late=True))

    def _paid(self, order: Order, taken_minor: int) -> int:
        self.refund_lost_seats(order)
        return taken_minor

    def _can_take_again(self, order: Order) -> bool:
        if self.seller(order.seller_id).is_suspended or not self.has_its_seats(order):
            return False
        return all(self.can_take(listing_id, quantity) for listing_id, quantity in wanted(order).items())

    def _send_back(self, checkout: Checkout, order_id: UUID | None, amount_minor: int, reason: str) -> None:
        if amount_minor:
            refund_id = derived_id("refund", checkout.id, order_id, reason)
            checkout.demand_refund(refund_id, order_id, amount_minor, reason, from_unallocated=True)


def seen_before(checkout: Checkout, payment_id: UUID, amount_minor: int) -> bool:
    """Whether the payment is booked. Raises AmountDiffers when it is, with another amount."""
    capture = checkout.captures.get(str(payment_id))
    if capture is not None and capture["amount_minor"] != amount_minor:
        raise refusals.AmountDiffers(asked_minor=capture["amount_minor"], amount_minor=amount_minor)
    return capture is not None


def _why(checkout: Checkout, amount_minor: int, ended_as: str) -> str:
    if amount_minor < checkout.total_minor:
        return UNDERPAID
    return CANCELLED if ended_as == "cancelled" else OVERPAID
