"""The book of the simulated provider, shown as Stripe's objects."""

from datetime import datetime
from typing import Any

from simulators.payments.book import Book
from simulators.payments.disputes import Dispute
from simulators.payments.transactions import Transaction

Document = dict[str, Any]
PAYMENTS = {"processing": "processing", "captured": "succeeded", "authorised": "requires_capture"}
REFUNDS = {"processing": "pending", "succeeded": "succeeded", "failed": "failed", "returned": "failed"}
DISPUTES = {"opened": "needs_response", "won": "won", "lost": "lost"}
TYPES = {
    "capture": "charge", "transfer_return": "transfer_refund", "dispute": "adjustment",
    "refund_return": "refund_failure",
}  # fmt: skip
PREFIX = {"payment": "pi", "refund": "re", "transfer": "tr"}


class Objects:
    """Documents of payments, refunds, transfers, disputes and balance transactions; with their metadata."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.metadata: dict[str, Document] = {}

    def of(self, one: Transaction) -> Document:
        """A transaction as the object that it is at Stripe."""
        shown = {"payment": self._payment, "refund": self._refund, "transfer": self._transfer}[one.kind](one)
        common = {"object": {"payment": "payment_intent"}.get(one.kind, one.kind), "livemode": False}
        known = {"metadata": self.metadata.get(one.transaction_id, {}), "currency": one.currency.lower()}
        named = {"id": stripe_id(one.kind, one.transaction_id), "created": _seconds(one.requested_at)}
        return named | common | known | shown

    def dispute(self, one: Dispute) -> Document:
        """A dispute with the movements that it made."""
        moved = [told for told in self.balance_transactions(expanded=False) if told["source"] == one.dispute_id]
        return {
            "id": one.dispute_id, "object": "dispute", "amount": one.amount_minor, "currency": one.currency.lower(),
            "status": DISPUTES[one.status], "reason": "fraudulent", "charge": stripe_id("charge", one.payment_id),
            "payment_intent": stripe_id("payment", one.payment_id), "balance_transactions": moved, "metadata": {},
        }  # fmt: skip

    def charge(self, one: Transaction) -> Document:
        """The charge of a payment, with what its card is known by."""
        return {
            "id": stripe_id("charge", one.transaction_id), "object": "charge", "amount": one.amount_minor,
            "currency": one.currency.lower(), "payment_intent": stripe_id("payment", one.transaction_id),
            "payment_method_details": {"type": "card", "card": {"fingerprint": one.paid_with or None}},
        }  # fmt: skip

    def balance_transactions(self, expanded: bool) -> list[Document]:
        """Every movement, the newest first; the fee of a payment stands with it."""
        told: list[Document] = []
        for number, moved in enumerate(self._book.statement.movements):
            if moved["kind"] == "fee":
                told[-1]["fee"] -= moved["amount_minor"]
                told[-1]["net"] += moved["amount_minor"]
                continue
            is_fee = moved.get("status") == "lost"
            told.append({
                "id": f"txn_{number}", "object": "balance_transaction", "type": TYPES.get(moved["kind"], moved["kind"]),
                "amount": 0 if is_fee else moved["amount_minor"], "fee": -moved["amount_minor"] if is_fee else 0,
                "net": moved["amount_minor"], "currency": moved["currency"].lower(), "status": "available",
                "created": _seconds(moved["settled_at"]), "source": self._source(moved, expanded),
            })  # fmt: skip
        return told[::-1]

    def _payment(self, one: Transaction) -> Document:
        status, failure = PAYMENTS.get(one.status), None
        if status is None:
            status = "canceled" if one.reason == "voided" else "requires_payment_method"
            failure = {"type": "card_error", "code": "card_declined", "decline_code": one.reason}
        return {
            "amount": one.amount_minor, "amount_received": one.taken_minor if status == "succeeded" else 0,
            "amount_capturable": one.amount_minor if status == "requires_capture" else 0, "status": status,
            "capture_method": one.capture, "client_secret": f"{stripe_id('payment', one.transaction_id)}_secret_1",
            "payment_method": f"pm_{one.method}", "payment_method_types": ["card"], "cancellation_reason": None,
            "last_payment_error": failure if status == "requires_payment_method" else None,
            "latest_charge": stripe_id("charge", one.transaction_id),
        }  # fmt: skip

    def _refund(self, one: Transaction) -> Document:
        return {
            "amount": one.amount_minor, "status": REFUNDS[one.status],
            "payment_intent": stripe_id("payment", one.payment_id), "failure_reason": one.reason or None,
            "charge": stripe_id("charge", one.payment_id),
        }  # fmt: skip

    def _transfer(self, one: Transaction) -> Document:
        returned = one.status == "returned"
        return {
            "amount": one.amount_minor, "amount_reversed": one.amount_minor if returned else 0, "reversed": returned,
            "destination": one.destination, "transfer_group": self.metadata[one.transaction_id].get("transfer_id"),
        }  # fmt: skip

    def _source(self, moved: Document, expanded: bool) -> Any:
        payment_id, refund_id, transfer_id = (str(moved.get(f"{kind}_id")) for kind in PREFIX)
        match moved["kind"]:
            case "dispute":
                found = self._book.disputes.find(moved["dispute_id"])
                return {"id": found.dispute_id, "object": "dispute"} if expanded else found.dispute_id
            case "transfer_return":
                reversal = {"id": f"trr_{transfer_id}", "object": "transfer_reversal"}
                return reversal | {"transfer": stripe_id("transfer", transfer_id)} if expanded else reversal["id"]
            case "capture":
                charge = {"id": stripe_id("charge", payment_id), "object": "charge"}
                return charge | {"metadata": self.metadata[payment_id]} if expanded else charge["id"]
        kind = moved["kind"].removesuffix("_return")
        one = self._book.find(kind, refund_id if kind == "refund" else transfer_id)
        return self.of(one) if expanded else stripe_id(kind, one.transaction_id)


def stripe_id(kind: str, transaction_id: str) -> str:
    """The id that the thing has at Stripe."""
    return f"{PREFIX.get(kind, 'ch')}_{transaction_id.replace('-', '')}"


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
