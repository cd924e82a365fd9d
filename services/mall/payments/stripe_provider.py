"""Stripe as the payment provider: PaymentIntents, Refunds, Transfers to connected accounts, Disputes.

Our ids are the Idempotency-Key, which Stripe keeps for a day, and stand in the metadata, by which things are found;
what Stripe calls a payment is remembered. What may be asked for after that day is looked for first.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar
from uuid import UUID

from stripe import StripeClient

from services.mall.payments import stripe_reading as reading
from services.mall.payments.actions import PaymentAction
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import (
    PaymentOutcome,
    PaymentRequest,
    ProviderHoldsAnother,
    RefundOutcome,
    RefundRequest,
)
from services.mall.payments.references import References
from services.mall.payments.splits import SplitsNothing
from services.mall.payments.statements import StatementPage
from services.mall.payments.stripe_client import Answer, StripeApi, once
from services.mall.payments.stripe_finding import StripeFinding, listed_in
from services.mall.payments.stripe_statements import StripeStatements
from services.mall.payments.transfers import TransferOutcome, TransferRequest

CURRENCY_REFUSED = "currency_not_supported"
_Read = TypeVar("_Read", PaymentOutcome, RefundOutcome, TransferOutcome)
Document = dict[str, Any]


class StripeProvider(SplitsNothing):
    """The payments of one Stripe account, and transfers to accounts that are connected with it. It splits nothing."""

    def __init__(self, api: StripeApi, references: References | None = None) -> None:
        self._api, self._finding = api, StripeFinding(api, references or References())
        self._statements = StripeStatements(api)

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def request_payment(self, request: PaymentRequest) -> PaymentOutcome:
        """Confirms a PaymentIntent; what Stripe refuses is ``declined``. Raises ProviderHoldsAnother."""
        return self._request_payment(request, "automatic")

    def authorise(self, request: PaymentRequest) -> PaymentOutcome:
        """The same, to be captured by hand; a card keeps it reserved for seven days. Raises ProviderHoldsAnother."""
        return self._request_payment(request, "manual")

    def capture(self, payment_id: UUID, amount_minor: int) -> PaymentOutcome:
        """Takes what is authorised; Stripe lets go of the rest."""
        key = once(f"{payment_id}-capture")
        return self._on_intent(payment_id, lambda stripe, intent_id: stripe.v1.payment_intents.capture(
            intent_id, {"amount_to_capture": amount_minor}, key
        ))  # fmt: skip

    def void(self, payment_id: UUID) -> PaymentOutcome:
        """Cancels what is not captured, also when it was never confirmed."""
        key = once(f"{payment_id}-void")
        return self._on_intent(
            payment_id, lambda stripe, intent_id: stripe.v1.payment_intents.cancel(intent_id, {}, key)
        )

    def payment(self, payment_id: UUID, again: bool = False) -> PaymentOutcome:
        """Where the payment stands now."""
        return self._payment(payment_id, self._finding.payment(payment_id, again))

    def concluded(self, outcome: PaymentOutcome, intent: Document | None) -> PaymentOutcome:
        """What was declined is canceled before that is told: with its secret the buyer could pay it by another card,
        when nobody asks about it any more. If she has just done so, that is told. What is captured comes with its card.
        """
        found, intent_id = Answer("told", document=intent), str((intent or {}).get("id"))
        if outcome.status == "declined" and (intent or {}).get("status") == "requires_payment_method":
            key = once(f"{outcome.payment_id}-void")
            found = self._api.ask(lambda stripe: stripe.v1.payment_intents.cancel(intent_id, {}, key))
            found = self._finding.intent(intent_id) if found.kind in ("refused", "held") else found
            said = _of(PaymentOutcome, reading.payment_read, outcome.payment_id, found)
            outcome = outcome if said.status == "declined" else said
        return self._with_card(outcome, found.document)

    def _with_card(self, outcome: PaymentOutcome, intent: Document | None) -> PaymentOutcome:
        """With the fingerprint of its card, for which its Charge is asked; without an answer, as it is: no money waits
        for that."""
        charge_id = (intent or {}).get("latest_charge")
        if outcome.status != "captured" or not isinstance(charge_id, str):
            return outcome
        charge = self._api.ask(lambda stripe: stripe.v1.charges.retrieve(charge_id))
        return outcome.paid_by(reading.fingerprint_in(charge.document))

    def action(self, request: PaymentRequest) -> PaymentAction | None:
        """The secret with which the buyer confirms the card, where the bank asks for that; None where nothing does."""
        intent = self._finding.payment(request.payment_id).document or {}
        secret, asked = intent.get("client_secret"), intent.get("status") == "requires_action"
        return PaymentAction("stripe_client_secret", secret) if asked and isinstance(secret, str) else None

    def request_refund(self, request: RefundRequest) -> RefundOutcome:
        """Asks for a refund, unless it is there; what Stripe refuses is ``failed``. Raises ProviderHoldsAnother."""
        intent, found = self._refund(request.refund_id, request.payment_id)
        if found.kind == "absent" and intent is not None:
            found = self._ask_refund(request, intent)
        elif found.kind == "absent":
            return RefundOutcome(request.refund_id, "failed", reason="no_such_payment")
        outcome = _of(RefundOutcome, reading.refund_read, request.refund_id, found, "failed")
        _ensure_same(request.refund_id, outcome, (outcome.payment_id, outcome.amount_minor),
                     (request.payment_id, request.amount_minor))  # fmt: skip
        return outcome

    def refund(self, refund_id: UUID, payment_id: UUID) -> RefundOutcome:
        """Where the refund stands now, among those of its payment."""
        return _of(RefundOutcome, reading.refund_read, refund_id, self._refund(refund_id, payment_id)[1])

    def request_transfer(self, request: TransferRequest) -> TransferOutcome:
        """Sends to a connected account, unless it was sent; what Stripe refuses is ``failed``.

        From there Stripe pays out to the bank by the schedule of that account. Raises ProviderHoldsAnother.
        """
        found = self._finding.transfer(request.transfer_id)
        if request.currency in reading.OTHER_UNITS:
            return TransferOutcome(request.transfer_id, "failed", reason=CURRENCY_REFUSED)
        if found.kind == "absent":
            found = self._api.ask(lambda stripe: stripe.v1.transfers.create({
                "amount": request.amount_minor, "currency": request.currency.lower(),
                "destination": request.destination, "transfer_group": str(request.transfer_id),
                "metadata": {"transfer_id": str(request.transfer_id)},
            }, once(str(request.transfer_id))))  # fmt: skip
            found = self._finding.transfer(request.transfer_id) if found.kind == "held" else found
        outcome = _of(TransferOutcome, reading.transfer_read, request.transfer_id, found, "failed")
        _ensure_same(request.transfer_id, outcome, (outcome.destination, outcome.amount_minor, outcome.currency),
                     (request.destination, request.amount_minor, request.currency))  # fmt: skip
        return outcome

    def transfer(self, transfer_id: UUID) -> TransferOutcome:
        """Where the transfer stands now: made, or reversed as a whole."""
        return _of(TransferOutcome, reading.transfer_read, transfer_id, self._finding.transfer(transfer_id))

    def dispute(self, dispute_id: str) -> DisputeOutcome:
        """Where the dispute stands now."""
        found = self._api.ask(lambda stripe: stripe.v1.disputes.retrieve(dispute_id))
        if found.document is None:
            return DisputeOutcome(dispute_id, "absent" if found.kind == "absent" else "unknown", reason=found.reason)
        return self.dispute_told(found.document) or DisputeOutcome(dispute_id, "unknown", reason="an_inquiry")

    def dispute_told(self, dispute: Document) -> DisputeOutcome | None:
        """What a Dispute says, once it is known which payment it is about; None when it takes no money of ours."""
        dispute_id, intent_id = str(dispute.get("id")), str(dispute.get("payment_intent"))
        found = self._finding.intent(intent_id)
        if found.document is not None and not (found.document.get("metadata") or {}).get("payment_id"):
            return None
        try:
            return reading.dispute_read(dispute, reading.our_id(found.document or {}, "payment_id"))
        except ValueError as wrong:
            return DisputeOutcome(dispute_id, "unknown", reason=found.reason or f"unreadable answer: {wrong}")

    def disputes_of(self, payment_id: UUID) -> list[DisputeOutcome] | None:
        """All disputes of the payment that took money; None when Stripe did not say."""
        intent = self._finding.payment(payment_id)
        if intent.document is None:
            return [] if intent.kind == "absent" else None
        intent_id = str(intent.document.get("id"))
        found = self._api.ask(lambda stripe: stripe.v1.disputes.list({"payment_intent": intent_id, "limit": 100}))
        listed = listed_in(found)
        if listed is None:
            return None
        try:
            told = [reading.dispute_read(one, payment_id) for one in listed]
        except ValueError:
            return None
        return [one for one in told if one is not None]

    def statement(self, day: str, after: str | None = None) -> StatementPage:
        """A page of the balance transactions of a day."""
        return self._statements.page(day, after)

    def _request_payment(self, request: PaymentRequest, capture: Literal["automatic", "manual"]) -> PaymentOutcome:
        if request.currency in reading.OTHER_UNITS:
            return PaymentOutcome(request.payment_id, "declined", reason=CURRENCY_REFUSED)
        metadata = {"payment_id": str(request.payment_id), "method": request.method}
        found = self._api.ask(lambda stripe: stripe.v1.payment_intents.create({
            "amount": request.amount_minor, "currency": request.currency.lower(), "confirm": True,
            "payment_method": request.method, "allowed_payment_method_types": ["card"], "capture_method": capture,
            "metadata": metadata,
        }, once(str(request.payment_id))))  # fmt: skip
        self._finding.saw(request.payment_id, found)
        if found.kind == "held":
            found = self._finding.payment(request.payment_id)
        outcome = self._payment(request.payment_id, found, "declined")
        asked = (request.amount_minor, request.currency, request.method)
        _ensure_same(request.payment_id, outcome, (_asked_of(found), outcome.currency, outcome.method), asked)
        return outcome

    def _ask_refund(self, request: RefundRequest, intent: Document) -> Answer:
        metadata = {
            "refund_id": str(request.refund_id), "payment_id": str(request.payment_id),
            "method": str((intent.get("metadata") or {}).get("method")),
        }  # fmt: skip
        found = self._api.ask(lambda stripe: stripe.v1.refunds.create({
            "payment_intent": str(intent.get("id")), "amount": request.amount_minor, "metadata": metadata,
        }, once(str(request.refund_id))))  # fmt: skip
        return self._refund(request.refund_id, request.payment_id)[1] if found.kind == "held" else found

    def _on_intent(self, payment_id: UUID, call: Callable[[StripeClient, str], Any]) -> PaymentOutcome:
        """Does something with a payment; when it is refused, the payment says why: it is not what it was."""
        intent = self._finding.payment(payment_id)
        if intent.document is not None:
            intent_id = str(intent.document.get("id"))
            done = self._api.ask(lambda stripe: call(stripe, intent_id))
            intent = self._finding.payment(payment_id) if done.kind in ("refused", "held") else done
        return self._payment(payment_id, intent)

    def _payment(self, payment_id: UUID, found: Answer, refused: Any = "unknown") -> PaymentOutcome:
        outcome = _of(PaymentOutcome, reading.payment_read, payment_id, found, refused)
        return self.concluded(outcome, found.document)

    def _refund(self, refund_id: UUID, payment_id: UUID) -> tuple[Document | None, Answer]:
        intent = self._finding.payment(payment_id)
        if intent.document is None:
            return None, intent
        return intent.document, self._finding.refund(refund_id, str(intent.document.get("id")))


def _asked_of(found: Answer) -> int:
    return int((found.document or {}).get("amount") or 0)


def _of(
    kind: type[_Read], read: Callable[[Any], _Read], our_id: UUID, found: Answer, refused: Any = "unknown"
) -> _Read:  # fmt: skip
    """What an answer says; ``refused`` is the word for a request that Stripe refuses."""
    said: Callable[..., _Read] = kind
    if found.document is None:
        return said(our_id, {"refused": refused, "absent": "absent"}.get(found.kind, "unknown"), reason=found.reason)
    try:
        return read(found.document)
    except ValueError as wrong:
        return said(our_id, "unknown", reason=f"unreadable answer: {wrong}")


def _ensure_same(our_id: UUID, outcome: Any, told: tuple[Any, ...], asked: tuple[Any, ...]) -> None:
    if outcome.currency and told != asked:
        raise ProviderHoldsAnother(subject_id=str(our_id))
