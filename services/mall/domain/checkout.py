"""What one buyer buys at once, from several sellers, and its payment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, event

from . import checkout_facts as facts
from . import refusals
from .form import check_currency, check_reason, check_total
from .postings import CheckoutPostings, SettlementCause, Stored

__all__ = ["Checkout"]


class Checkout(AggregateRoot):
    """One order a seller, and one payment for all of them.

    ``status`` is open, paid, declined, expired, cancelled, or paid_late: captured after it had
    ended, because the money is real whenever it comes. ``payment_status`` is none, awaited,
    uncertain, captured or declined. ``captures`` maps payment ids to ``{"method", "amount_minor"}``,
    ``refunds`` maps refund ids to ``{"order_id", "amount_minor", "status"}``, where the status is
    demanded, refunded or failed. ``unallocated_minor`` is what was captured, less what was demanded
    back or settled from here; what the orders took when they were paid, they book themselves.
    """

    TOPIC = "mall:Checkout"
    Opened = facts.Opened
    PaymentUncertain = facts.PaymentUncertain
    PaymentCaptured = facts.PaymentCaptured
    PaymentDeclined = facts.PaymentDeclined
    Expired = facts.Expired
    Cancelled = facts.Cancelled
    RefundDemanded = facts.RefundDemanded
    PaymentRefunded = facts.PaymentRefunded
    RefundFailed = facts.RefundFailed
    Settled = facts.Settled

    @staticmethod
    def create_id(checkout_id: UUID) -> UUID:
        return checkout_id

    @classmethod
    def open(
        cls, checkout_id: UUID, buyer_id: UUID, orders: list[dict[str, Any]], currency: str,
        expires_at: datetime | None, payment_id: UUID | None, payment_method: str | None, recorded: bool = False,
    ) -> "Checkout":  # fmt: skip
        """Opens a checkout that awaits its payment, or one that is ``recorded`` from elsewhere.

        Only a recorded one may lack orders (else ``CheckoutEmpty``), an end and a payment (else ValueError).
        """
        check_currency(currency)
        if not recorded and not orders:
            raise refusals.CheckoutEmpty()
        if not recorded and (expires_at is None or payment_id is None):
            raise ValueError("a checkout that awaits its payment must have a payment and an end")
        total_minor = check_total(sum(order["total_minor"] for order in orders))
        return cls(checkout_id, buyer_id, orders, total_minor, currency, expires_at, payment_id, payment_method)

    @event(Opened)
    def __init__(
        self, checkout_id: UUID, buyer_id: UUID, orders: list[dict[str, Any]], total_minor: int, currency: str,
        expires_at: datetime | None, payment_id: UUID | None, payment_method: str | None,
    ) -> None:  # fmt: skip
        self.buyer_id = buyer_id
        self.orders = orders
        self.total_minor = total_minor
        self.currency = currency
        self.expires_at = expires_at
        self.payment_id = payment_id
        self.payment_method = payment_method
        self.status = "open"
        self.payment_status = "none" if payment_id is None else "awaited"
        self.captures: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.unallocated_minor = 0

    @property
    def is_open(self) -> bool:
        """Neither paid nor ended."""
        return self.status == "open"

    @property
    def captured_minor(self) -> int:
        """All that the provider took for it."""
        return sum(capture["amount_minor"] for capture in self.captures.values())

    @property
    def demanded_minor(self) -> int:
        """What goes or went back to the buyer; failed refunds do not count."""
        return sum(refund["amount_minor"] for refund in self.refunds.values() if refund["status"] != "failed")

    def capture(self, payment_id: UUID, method: str, amount_minor: int, recorded: bool = False) -> None:
        """The provider has the money, also when the checkout has ended; the same payment again records nothing.

        Raises ``NoSuchPayment`` and ``AmountDiffers``, which do not hold for what is ``recorded``
        from elsewhere, and ``AmountNotUsable``.
        """
        if str(payment_id) in self.captures:
            return
        if amount_minor < 0:
            raise refusals.AmountNotUsable(amount_minor=amount_minor)
        if not recorded:
            self._check_payment(payment_id)
            _check_same(self.total_minor, amount_minor)
        self._payment_captured(payment_id, method, amount_minor, self._postings.captured(amount_minor))

    @event(PaymentCaptured)
    def _payment_captured(self, payment_id: UUID, method: str, amount_minor: int, entries: Stored) -> None:
        self.captures[str(payment_id)] = {"method": method, "amount_minor": amount_minor}
        self.status = "paid" if self.status in ("open", "paid") else "paid_late"
        self.unallocated_minor += amount_minor
        if payment_id == self.payment_id:
            self.payment_status = "captured"

    def doubt_payment(self, payment_id: UUID, reason: str) -> None:
        """The provider's answer was lost; nothing is recorded once the outcome is known. Raises ``NoSuchPayment``."""
        self._check_payment(payment_id)
        if self.payment_status == "awaited":
            self._payment_uncertain(payment_id, reason)

    @event(PaymentUncertain)
    def _payment_uncertain(self, payment_id: UUID, reason: str) -> None:
        self.payment_status = "uncertain"

    def decline_payment(self, payment_id: UUID, reason: str) -> None:
        """The provider said no; again records nothing. Raises ``NoSuchPayment``, ``PaymentAlreadyCaptured``."""
        self._check_payment(payment_id)
        if self.payment_status == "captured":
            raise refusals.PaymentAlreadyCaptured(payment_id=payment_id)
        if self.payment_status != "declined":
            self._payment_declined(payment_id, reason)

    @event(PaymentDeclined)
    def _payment_declined(self, payment_id: UUID, reason: str) -> None:
        self.payment_status = "declined"
        self.status = "declined" if self.status == "open" else self.status

    def expire(self, now: datetime) -> None:
        """Its time is over; again records nothing. Raises ``CheckoutNotOpen``, ``CheckoutNotDue``."""
        if self.status == "expired":
            return
        self._check_open()
        if self.expires_at is None or now < self.expires_at:
            raise refusals.CheckoutNotDue(checkout_id=self.id, expires_at=str(self.expires_at))
        self._expired()

    @event(Expired)
    def _expired(self) -> None:
        self.status = "expired"

    def cancel(self, reason: str) -> None:
        """Given up before it was paid; again records nothing. Raises ``CheckoutNotOpen``, ``ReasonNotCode``."""
        check_reason(reason)
        if self.status == "cancelled":
            return
        self._check_open()
        self._cancelled(reason)

    @event(Cancelled)
    def _cancelled(self, reason: str) -> None:
        self.status = "cancelled"

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
        _check_covered(min(left, self.unallocated_minor) if from_unallocated else left, amount_minor)
        entries = self._postings.demanded(amount_minor) if from_unallocated else []
        self._refund_demanded(refund_id, order_id, amount_minor, reason, entries)

    @event(RefundDemanded)
    def _refund_demanded(
        self, refund_id: UUID, order_id: UUID | None, amount_minor: int, reason: str, entries: Stored
    ) -> None:
        order = None if order_id is None else str(order_id)
        self.refunds[str(refund_id)] = {"order_id": order, "amount_minor": amount_minor, "status": "demanded"}
        self.unallocated_minor -= amount_minor if entries else 0

    def confirm_refund(self, refund_id: UUID, amount_minor: int) -> None:
        """The provider gave it back; again records nothing. Raises ``NoSuchRefund``, ``AmountDiffers``."""
        refund = self._refund(refund_id)
        if refund["status"] == "refunded":
            return
        _check_same(refund["amount_minor"], amount_minor)
        order_id = refund["order_id"] and UUID(refund["order_id"])
        self._payment_refunded(refund_id, order_id, amount_minor, self._postings.refunded(amount_minor))

    @event(PaymentRefunded)
    def _payment_refunded(self, refund_id: UUID, order_id: UUID | None, amount_minor: int, entries: Stored) -> None:
        self.refunds[str(refund_id)]["status"] = "refunded"

    def fail_refund(self, refund_id: UUID, reason: str) -> None:
        """The provider could not; again records nothing. Raises ``NoSuchRefund``, ``RefundAlreadyConfirmed``."""
        refund = self._refund(refund_id)
        if refund["status"] == "refunded":
            raise refusals.RefundAlreadyConfirmed(refund_id=refund_id)
        if refund["status"] != "failed":
            self._refund_failed(refund_id, reason)

    @event(RefundFailed)
    def _refund_failed(self, refund_id: UUID, reason: str) -> None:
        self.refunds[str(refund_id)]["status"] = "failed"

    def settle(self, cause: SettlementCause, amount_minor: int) -> None:
        """Books what belongs to no order in suspense. Raises ``NotEnoughCaptured``, ``AmountNotUsable``."""
        _check_covered(self.unallocated_minor, amount_minor)
        self._settled(cause, amount_minor, self._postings.settled(cause, amount_minor))

    @event(Settled)
    def _settled(self, cause: str, amount_minor: int, entries: Stored) -> None:
        self.unallocated_minor -= amount_minor

    @property
    def _postings(self) -> CheckoutPostings:
        return CheckoutPostings(self.id, self.currency)

    def _refund(self, refund_id: UUID) -> dict[str, Any]:
        if str(refund_id) not in self.refunds:
            raise refusals.NoSuchRefund(checkout_id=self.id, refund_id=refund_id)
        return self.refunds[str(refund_id)]

    def _check_payment(self, payment_id: UUID) -> None:
        if payment_id != self.payment_id:
            raise refusals.NoSuchPayment(payment_id=payment_id, checkout_id=self.id)

    def _check_open(self) -> None:
        if not self.is_open:
            raise refusals.CheckoutNotOpen(checkout_id=self.id, status=self.status)


def _check_same(asked_minor: int, amount_minor: int) -> None:
    if asked_minor != amount_minor:
        raise refusals.AmountDiffers(asked_minor=asked_minor, amount_minor=amount_minor)


def _check_covered(left: int, amount_minor: int) -> None:
    if amount_minor <= 0:
        raise refusals.AmountNotUsable(amount_minor=amount_minor)
    if amount_minor > left:
        raise refusals.NotEnoughCaptured(captured_minor=left, wanted_minor=amount_minor)
