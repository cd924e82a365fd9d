"""The port to the payment provider: what the mall asks of it, and what it calls back.

An outcome is a state, never an exception: what the provider did not say is ``unknown`` and is asked
again, it is not guessed. Requests carry ids of our own as Idempotency-Key, so requesting again is safe.
``http_provider.HttpProvider``, ``stripe_provider.StripeProvider`` and ``wechat_provider.WechatProvider`` fill the port.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self, TypeAlias, get_args
from uuid import UUID

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError, WebhookVerificationError

from services.kernel.refusals import Conflicting, Malformed, Unauthenticated
from services.mall.payments.actions import PaymentAction
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.reading import field, means_in, money, one_of
from services.mall.payments.splits import Splits
from services.mall.payments.statements import StatementPage
from services.mall.payments.transfers import TransferOutcome, TransferRequest

PaymentStatus = Literal["captured", "declined", "authorised", "processing", "unknown", "absent"]
RefundStatus = Literal["succeeded", "failed", "returned", "processing", "unknown", "absent"]
CallbackKind = Literal[
    "payment.captured", "payment.declined", "payment.authorised", "refund.succeeded", "refund.failed",
    "refund.returned", "transfer.paid", "transfer.failed", "transfer.returned", "dispute.opened", "dispute.won",
    "dispute.lost",
]  # fmt: skip


class BadSignature(Unauthenticated):
    """A callback is not signed with the agreed secret, is altered, or was sent over five minutes ago."""

    sentence = "The signature of this callback does not hold, or it is over five minutes old; sign it and send it anew."


class CallbackNotJson(Malformed):
    """A callback is signed, and its body is not JSON."""

    sentence = "The body of this callback is not JSON; send type, id and data as a JSON object."


class CallbackIncomplete(Malformed):
    """A callback is signed, and a field is missing, of the wrong type, or at odds with its kind."""

    sentence = "This callback cannot be read: {why}."


class ProviderHoldsAnother(Conflicting):
    """The provider knows this id with other money, another method, payment or destination: a person has to look."""

    sentence = "The payment provider knows {subject_id} as another request; compare both and settle it by hand."


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Money to be captured, in minor units; ``callback_url`` is where the outcome is told."""

    payment_id: UUID
    amount_minor: int
    currency: str
    method: str
    callback_url: str


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A part of a captured payment to be given back, in minor units of the payment's currency."""

    refund_id: UUID
    payment_id: UUID
    amount_minor: int
    callback_url: str


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """Where a payment stands. The amount is what the provider says; 0 and "" when it did not say.

    ``unknown``: no usable answer, ask again. ``absent``: the provider has never heard of it, request it.
    ``processing``: a callback will follow, or ask later. ``authorised``: the money is reserved, and is taken by a
    capture alone. ``captured`` and ``declined`` are final. ``reference`` is what the provider calls it, where it is to
    be asked by that; it is kept with what is decided.
    """

    payment_id: UUID
    status: PaymentStatus
    amount_minor: int = 0
    currency: str = ""
    method: str = ""
    reason: str = ""
    reference: str = ""

    @classmethod
    def read(cls, document: Any) -> "PaymentOutcome":
        """The outcome as the provider writes it; ValueError names the field that is missing or wrong."""
        status = one_of(document, "status", ("captured", "declined", "authorised", "processing"))
        said = PaymentOutcome(UUID(field(document, "payment_id", str)), status, **money(document, "method"))
        return said.paid_by(document.get("paid_with"))

    def paid_by(self, named: Any) -> "PaymentOutcome":
        """The same with what the provider tells of the means of payment; as it is when that is nothing."""
        means = means_in(named)
        told = (self.amount_minor, self.currency, self.method, self.reason, self.reference)
        return PaidOutcome(self.payment_id, self.status, *told, paid_with=means) if means else self

    def apart(self) -> "tuple[PaymentOutcome, str]":
        """Without what it was paid with, and that."""
        return self, ""


@dataclass(frozen=True, slots=True)
class PaidOutcome(PaymentOutcome):
    """One of which the provider tells what it was ``paid_with``: an opaque text, the same for the same card or person.

    It is of a class of its own, so that an outcome without it has no place for it.
    """

    paid_with: str = ""

    def apart(self) -> tuple[PaymentOutcome, str]:
        """Without what it was paid with, and that."""
        told = (self.amount_minor, self.currency, self.method, self.reason, self.reference)
        return PaymentOutcome(self.payment_id, self.status, *told), self.paid_with


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """Where a refund stands, with the words of ``PaymentOutcome``. ``succeeded`` and ``failed`` are final, unless a
    bank sends back what had succeeded: that is ``returned``, or ``failed`` after it, and the provider has the money."""

    refund_id: UUID
    status: RefundStatus
    payment_id: UUID | None = None
    amount_minor: int = 0
    currency: str = ""
    method: str = ""
    reason: str = ""

    @classmethod
    def read(cls, document: Any) -> Self:
        """The outcome as the provider writes it; ValueError names the field that is missing or wrong."""
        status = one_of(document, "status", ("succeeded", "failed", "returned", "processing"))
        refund_id, payment_id = field(document, "refund_id", str), field(document, "payment_id", str)
        return cls(UUID(refund_id), status, UUID(payment_id), **money(document, "method"))


Outcome: TypeAlias = PaymentOutcome | RefundOutcome | TransferOutcome | DisputeOutcome
_READ: dict[str, Callable[[Any], Outcome]] = {
    "payment": PaymentOutcome.read, "refund": RefundOutcome.read, "transfer": TransferOutcome.read,
    "dispute": DisputeOutcome.read,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """What the provider called back. ``event_id`` is the same each time it is sent: seen once, done once."""

    event_id: str
    kind: CallbackKind
    outcome: Outcome


class PaymentProvider(Protocol):
    """What the mall needs of a provider. Nothing here raises for a failing network: that is ``unknown``.

    ``transfer_most_minor`` is by currency what it transfers at once, where that is limited. ``splits`` is None where it
    does not split.
    """

    transfer_most_minor: Mapping[str, int]
    splits: Splits | None

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        """Asks for a payment; the same request again is the same payment. Raises ProviderHoldsAnother."""

    def authorise(self, request: PaymentRequest) -> PaymentOutcome:
        """Asks for the money to be reserved, and not taken. Raises ProviderHoldsAnother."""

    def capture(self, payment_id: UUID, amount_minor: int) -> PaymentOutcome:
        """Takes what is authorised, all or less of it, once; where the payment stands then. The rest is let go."""

    def void(self, payment_id: UUID) -> PaymentOutcome:
        """Lets go of what is not captured: ``declined``, or where it stands when it cannot be let go."""

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:
        """Where the payment stands now. ``again``: it is requested anew, under the same id, should it be absent; what
        was asked for within a day and never answered need not be looked for then."""

    def action(self, request: PaymentRequest) -> PaymentAction | None:
        """What the buyer still has to do for this payment; None when it is nothing, or the provider did not say."""

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        """Asks for a refund; the same request again is the same refund. Raises ProviderHoldsAnother."""

    def refund(self, refund_id: UUID, payment_id: UUID) -> RefundOutcome:
        """Where the refund of the payment stands now."""

    def request_transfer(self, request: TransferRequest) -> TransferOutcome:
        """Asks for a transfer; the same request again is the same transfer. Raises ProviderHoldsAnother."""

    def transfer(self, transfer_id: UUID) -> TransferOutcome:
        """Where the transfer stands now."""

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        """Where the dispute stands now, by the provider's id of it."""

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        """All disputes of a payment; None when there is no usable answer."""

    def statement(self, day: str, after: str | None = None) -> StatementPage:
        """A page of what happened on a day in UTC, written as 2026-05-01; the first, or that after a cursor."""


def verify_callback(headers: Mapping[str, str], body: bytes, secret: str) -> CallbackEvent:
    """The event in a callback that is signed by Standard Webhooks with ``secret`` (``whsec_...``).

    Raises BadSignature, also when it was signed more than five minutes ago, CallbackNotJson,
    CallbackIncomplete. It does not tell whether the event was seen before: ``event_id`` does.
    """
    webhook, lowered = Webhook(secret), {name.lower(): value for name, value in headers.items()}
    try:
        webhook.verify(body, lowered, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: what is no base64, or no text at all
        raise BadSignature() from None
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise CallbackNotJson() from None
    try:
        return _callback_event(lowered["webhook-id"], event)
    except ValueError as wrong:
        raise CallbackIncomplete(why=str(wrong)) from None


def can_verify(secret: str) -> bool:
    """Whether callbacks can be verified with it: ``whsec_`` and something in base64."""
    try:
        return secret.startswith("whsec_") and bool(Webhook(secret))
    except (ValueError, EmptyWebhookSecretError):
        return False


def _callback_event(event_id: str, event: Any) -> CallbackEvent:
    kind = one_of(event, "type", get_args(CallbackKind))
    outcome = _READ[kind.partition(".")[0]](event.get("data"))
    if not kind.endswith(f".{outcome.status}"):
        raise ValueError("status is at odds with type")
    return CallbackEvent(event_id, kind, outcome)
