"""What one buyer buys at once, from several sellers, and its payment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import event

from . import checkout_facts as facts
from . import refusals
from .form import check_currency, check_reason, check_total
from .postings import SettlementCause, Stored
from .refund_returns import RefundReturns
from .refundable import PAID_ELSEWHERE, RETURNED, check_covered, check_same

__all__ = ["IF_PART_FAILS", "LEAVE_OUT", "REFUSE", "Checkout"]

REFUSE, LEAVE_OUT = IF_PART_FAILS = ("refuse", "leave_out")
"""What becomes of a checkout of which a seller's part cannot be ordered: nothing, or the others without it."""


class Checkout(RefundReturns):
    """One order a seller, and one payment for all of them.

    ``status`` is open, paid, declined, expired, cancelled, or paid_late: captured after it had
    ended, because the money is real whenever it comes. ``payment_status`` is none, awaited,
    uncertain, captured or declined. ``captures`` maps payment ids to ``{"method", "amount_minor"}``,
    ``refunds`` maps refund ids to ``{"order_id", "amount_minor", "status"}``, where the status is
    demanded, refunded, failed, returned, paid_elsewhere or set_off. ``unallocated_minor`` is what was captured, less
    what was demanded back or settled from here; what the orders took when they were paid, they book themselves.
    ``stocks`` says where what is kept for it lies, as far as that is not with the listing. How money goes back, and
    what disputes mean for that: ``refundable``, ``refund_returns``.
    """

    TOPIC = "mall:Checkout"
    snapshot_version = 4
    Opened = facts.Opened
    StockKept = facts.StockKept
    PaymentUncertain = facts.PaymentUncertain
    PaymentCaptured = facts.PaymentCaptured
    PaymentDeclined = facts.PaymentDeclined
    Expired = facts.Expired
    Cancelled = facts.Cancelled
    RefundDemanded = facts.RefundDemanded
    PaymentRefunded = facts.PaymentRefunded
    RefundFailed = facts.RefundFailed
    Settled = facts.Settled
    PaymentDisputed = facts.PaymentDisputed
    DisputeEnded = facts.DisputeEnded
    RefundSetOff = facts.RefundSetOff
    RefundReturned = facts.RefundReturned
    RefundSettlementProposed = facts.RefundSettlementProposed
    RefundPaidElsewhere = facts.RefundPaidElsewhere

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
        self.settlements: dict[str, dict[str, str]] = {}
        self.unallocated_minor = 0
        self.open_disputes: list[str] = []
        self.over_minor = 0
        self.stocks: dict[str, list[dict[str, Any]]] = {}

    @property
    def is_open(self) -> bool:
        """Neither paid nor ended."""
        return self.status == "open"

    def keep_stock(self, stocks: dict[str, list[dict[str, Any]]]) -> None:
        """Where what is kept for it lies, of listings whose stock lies in buckets; of none records nothing."""
        if stocks:
            self._stock_kept(stocks)

    @event(StockKept)
    def _stock_kept(self, stocks: dict[str, list[dict[str, Any]]]) -> None:
        self.stocks = stocks

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
            check_same(self.total_minor, amount_minor)
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

    @event(RefundDemanded)
    def _refund_demanded(
        self, refund_id: UUID, order_id: UUID | None, amount_minor: int, reason: str, entries: Stored
    ) -> None:
        order = None if order_id is None else str(order_id)
        self.refunds[str(refund_id)] = {"order_id": order, "amount_minor": amount_minor, "status": "demanded"}
        self.unallocated_minor -= amount_minor if entries else 0

    @event(PaymentRefunded)
    def _payment_refunded(self, refund_id: UUID, order_id: UUID | None, amount_minor: int, entries: Stored) -> None:
        self.refunds[str(refund_id)]["status"] = "refunded"

    @event(RefundFailed)
    def _refund_failed(self, refund_id: UUID, reason: str) -> None:
        self.refunds[str(refund_id)]["status"] = "failed"

    @event(RefundSetOff)
    def _refund_set_off(
        self, refund_id: UUID, amount_minor: int, left_minor: int, status: str, entries: Stored
    ) -> None:  # fmt: skip
        self.refunds[str(refund_id)] |= {"amount_minor": left_minor, "status": status}
        self.settlements.pop(str(refund_id), None)  # it was said of another amount
        self.over_minor -= amount_minor

    @event(RefundReturned)
    def _refund_returned(
        self, refund_id: UUID, order_id: UUID | None, amount_minor: int, reason: str, entries: Stored
    ) -> None:  # fmt: skip
        self.refunds[str(refund_id)]["status"] = RETURNED
        self.settlements.pop(str(refund_id), None)

    @event(RefundSettlementProposed)
    def _refund_settlement_proposed(self, refund_id: UUID, outcome: str, reason: str, proposed_by: UUID) -> None:
        self.settlements[str(refund_id)] = {"outcome": outcome, "proposed_by": str(proposed_by)}

    @event(RefundPaidElsewhere)
    def _refund_paid_elsewhere(
        self, refund_id: UUID, order_id: UUID | None, amount_minor: int, reason: str, confirmed_by: UUID,
        entries: Stored,
    ) -> None:  # fmt: skip
        self.refunds[str(refund_id)]["status"] = PAID_ELSEWHERE

    @event(PaymentDisputed)
    def _payment_disputed(self, dispute_id: UUID) -> None:
        self.open_disputes.append(str(dispute_id))

    @event(DisputeEnded)
    def _dispute_ended(self, dispute_id: UUID, outcome: str, unborne_minor: int) -> None:
        self.open_disputes = [one for one in self.open_disputes if one != str(dispute_id)]
        self.over_minor += unborne_minor

    def settle(self, cause: SettlementCause, amount_minor: int) -> None:
        """Books what belongs to no order in suspense. Raises ``NotEnoughCaptured``, ``AmountNotUsable``."""
        check_covered(self.unallocated_minor, amount_minor)
        self._settled(cause, amount_minor, self._postings.settled(cause, amount_minor))

    @event(Settled)
    def _settled(self, cause: str, amount_minor: int, entries: Stored) -> None:
        self.unallocated_minor -= amount_minor

    def _check_payment(self, payment_id: UUID) -> None:
        if payment_id != self.payment_id:
            raise refusals.NoSuchPayment(payment_id=payment_id, checkout_id=self.id)

    def _check_open(self) -> None:
        if not self.is_open:
            raise refusals.CheckoutNotOpen(checkout_id=self.id, status=self.status)
