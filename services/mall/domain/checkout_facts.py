"""What is recorded of a checkout and its payment; use them as ``Checkout.Opened`` and so on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Opened(Begun):
    """``orders`` are ``{"order_id", "seller_id", "total_minor"}``; what is recorded has no end and no payment."""

    TOPIC = "mall:Checkout.Opened"
    checkout_id: UUID
    buyer_id: UUID
    orders: list[dict[str, Any]]
    total_minor: int
    currency: str
    expires_at: datetime | None
    payment_id: UUID | None
    payment_method: str | None


class StockKept(Fact):
    """Where what is kept for it lies, of listings whose stock lies in buckets: by their ids, ``{"stock_id",
    "quantity"}``, of a bucket or of the listing itself. What is kept of any other listing lies with the listing."""

    TOPIC = "mall:Checkout.StockKept"
    stocks: dict[str, list[dict[str, Any]]]


class PaymentUncertain(Fact):
    """The provider's answer was lost; it must be asked what became of the payment."""

    TOPIC = "mall:Checkout.PaymentUncertain"
    payment_id: UUID
    reason: str


class PaymentCaptured(Fact):
    """The provider has the money: provider to unallocated."""

    TOPIC = "mall:Checkout.PaymentCaptured"
    payment_id: UUID
    method: str
    amount_minor: int
    entries: list[dict[str, Any]]


class PaymentDeclined(Fact):
    """The provider said no; ``reason`` is its code."""

    TOPIC = "mall:Checkout.PaymentDeclined"
    payment_id: UUID
    reason: str


class Expired(Fact):
    """Not paid in time."""

    TOPIC = "mall:Checkout.Expired"


class Cancelled(Fact):
    """Given up before it was paid; ``reason`` is a code."""

    TOPIC = "mall:Checkout.Cancelled"
    reason: str


class RefundDemanded(Fact):
    """Money is to go back. The entries are empty when an order has booked them in the same command."""

    TOPIC = "mall:Checkout.RefundDemanded"
    refund_id: UUID
    order_id: UUID | None
    amount_minor: int
    reason: str
    entries: list[dict[str, Any]]


class PaymentRefunded(Fact):
    """The provider has given it back: refunds due to provider."""

    TOPIC = "mall:Checkout.PaymentRefunded"
    refund_id: UUID
    order_id: UUID | None
    amount_minor: int
    entries: list[dict[str, Any]]


class RefundFailed(Fact):
    """The provider could not give it back: it stays due until it is demanded again under another id."""

    TOPIC = "mall:Checkout.RefundFailed"
    refund_id: UUID
    reason: str


class RefundReturned(Fact):
    """The bank of the buyer has sent back what was given back: provider to refunds due. ``reason`` is a code. It stays
    due until it is demanded again under another id, or has reached the buyer another way."""

    TOPIC = "mall:Checkout.RefundReturned"
    refund_id: UUID
    order_id: UUID | None
    amount_minor: int
    reason: str
    entries: list[dict[str, Any]]


class RefundSettlementProposed(Fact):
    """An operator says by hand what became of a refund: ``outcome`` is returned or paid_elsewhere, ``reason`` a code.
    It holds when another operator says the same."""

    TOPIC = "mall:Checkout.RefundSettlementProposed"
    refund_id: UUID
    outcome: str
    reason: str
    proposed_by: UUID


class RefundPaidElsewhere(Fact):
    """Two operators have said that the buyer got it another way: refunds due to the bank of the platform."""

    TOPIC = "mall:Checkout.RefundPaidElsewhere"
    refund_id: UUID
    order_id: UUID | None
    amount_minor: int
    reason: str
    confirmed_by: UUID
    entries: list[dict[str, Any]]


class PaymentDisputed(Fact):
    """The bank of the buyer may take some of the payment: until that has ended no refund of it is sent."""

    TOPIC = "mall:Checkout.PaymentDisputed"
    dispute_id: UUID


class DisputeEnded(Fact):
    """It was won or lost; the bank took ``unborne_minor`` beyond what the orders had left."""

    TOPIC = "mall:Checkout.DisputeEnded"
    dispute_id: UUID
    outcome: str
    unborne_minor: int


class RefundSetOff(Fact):
    """So much of a refund that was not sent has the buyer got from his bank: refunds due to dispute losses.

    ``left_minor`` of it is still due, if anything is, in the state ``status``: demanded, failed or set_off.
    """

    TOPIC = "mall:Checkout.RefundSetOff"
    refund_id: UUID
    amount_minor: int
    left_minor: int
    status: str
    entries: list[dict[str, Any]]


class Settled(Fact):
    """Captured money that belongs to no order went to suspense; ``cause`` says to which account of it."""

    TOPIC = "mall:Checkout.Settled"
    cause: str
    amount_minor: int
    entries: list[dict[str, Any]]
