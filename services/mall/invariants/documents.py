"""Invoices and credit notes: their numbers, and that they say what was paid and what was taken back."""

from typing import Any
from uuid import UUID

from services.amounts import money
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.mall import due
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import invoice_facts as documents
from services.mall.domain import order_facts as orders
from services.mall.domain.document_series import DocumentSeries, number_of

Key = tuple[UUID, UUID | None]
"""An order, and what took something of it back; None for all of it, when it was paid."""
Document = tuple[int, str, UUID, UUID]
"""Its amount and currency, who sold and who bought."""


class NumbersHaveNoGap(Invariant):
    """A gap would look like a document that somebody has taken away."""

    name = "numbers"
    sentence = "The documents of each issuer are numbered 1, 2, 3 and so on, and each has the number drawn for it."

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[UUID, int] = {}
        self._alone: dict[UUID, str] = {}

    @when(DocumentSeries.NumberDrawn)
    def drawn(self, _position: int, fact: DocumentSeries.NumberDrawn) -> None:
        if fact.originator_id != DocumentSeries.create_id(fact.issuer_id):
            raise Broken(f"it is not the series of the issuer {fact.issuer_id}")
        last = self._last.get(fact.issuer_id, 0)
        if fact.number != last + 1:
            raise Broken(f"number {fact.number} follows number {last}")
        self._last[fact.issuer_id] = fact.number
        self._pair(fact.document_id, number_of(fact.issuer_id, fact.number))

    @when(documents.Issued)
    def issued(self, _position: int, fact: documents.Issued) -> None:
        self._pair(fact.invoice_id, fact.number)

    @when(documents.Credited)
    def credited(self, _position: int, fact: documents.Credited) -> None:
        self._pair(fact.credit_note_id, fact.number)

    def finish(self) -> None:
        for document_id, number in self._alone.items():
            raise Broken(f"number {number} was not drawn once for document {document_id}, and issued once")

    def _pair(self, document_id: UUID, number: str) -> None:
        """A number is drawn and its document issued in one append, in either order."""
        other = self._alone.pop(document_id, None)
        if other is None:
            self._alone[document_id] = number
        elif other != number:
            raise Broken(f"document {document_id} has number {number} and number {other}")


class DocumentsFollowTheMoney(Invariant):
    """Which order has an invoice stands in the fact that it was paid, so that none can get lost unseen. Only what was
    paid before there were invoices says nothing of them."""

    name = "documents"
    sentence = (
        "Every order that was paid here has one invoice, and one credit note for whatever was taken back at once, "
        "to the cent, or they are due; nothing else has any."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._elsewhere: set[UUID] = set()
        self._parties: dict[UUID, tuple[str, UUID, UUID]] = {}
        self._due: dict[Key, int] = {}
        self._issued: dict[Key, Document] = {}

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._elsewhere.add(fact.originator_id)

    @when(orders.Paid)
    def paid(self, _position: int, fact: orders.Paid) -> None:
        if fact.is_invoiced is None:
            return
        if fact.is_invoiced == (fact.checkout_id in self._elsewhere):
            raise Broken("an invoice follows what was paid here, and nothing else")
        if fact.is_invoiced:
            self._parties[fact.originator_id] = (fact.currency, fact.seller_id, fact.buyer_id)
            total_minor = sum(line["price_minor"] * line["quantity"] + line["freight_minor"] for line in fact.lines)
            self._due[fact.originator_id, None] = total_minor

    @when(orders.LineRefunded)
    def refunded(self, _position: int, fact: orders.LineRefunded) -> None:
        self._take_back(fact.originator_id, fact.refund_id, fact.amount_minor)

    @when(orders.LineChargedBack)
    def charged_back(self, _position: int, fact: orders.LineChargedBack) -> None:
        self._take_back(fact.originator_id, fact.dispute_id, fact.amount_minor)

    @when(orders.CancelledPaid)
    def cancelled(self, _position: int, fact: orders.CancelledPaid) -> None:
        """What is cancelled when it was paid was paid elsewhere; otherwise a credit note would be missing here."""
        self._take_back(fact.originator_id, fact.refund_id or fact.originator_id, fact.amount_minor)

    @when(documents.Issued)
    def issued(self, _position: int, fact: documents.Issued) -> None:
        self._issue((fact.order_id, None), fact)

    @when(documents.Credited)
    def credited(self, _position: int, fact: documents.Credited) -> None:
        self._issue((fact.order_id, fact.cause_id), fact)

    def finish(self) -> None:
        rows = self._store.due_rows()
        for key, amount_minor in self._due.items():
            order_id, cause_id = key
            found = self._issued.get(key)
            if found is None and _row_of(order_id, cause_id) not in rows:
                raise Broken("a document about it will never come: it has no due row", stream=str(order_id))
            if found is not None:
                _check(found, (amount_minor, *self._parties[order_id]), order_id, cause_id)
        for order_id, cause_id in self._issued:
            if (order_id, cause_id) not in self._due:
                raise Broken("there is a document about what was not paid or taken back", stream=str(order_id))

    def _take_back(self, order_id: UUID, cause_id: UUID, amount_minor: int) -> None:
        if order_id in self._parties:
            self._due[order_id, cause_id] = self._due.get((order_id, cause_id), 0) + amount_minor

    def _issue(self, key: Key, fact: Any) -> None:
        if key in self._issued:
            raise Broken("there is a second document about the same")
        self._issued[key] = (fact.total_minor, fact.currency, fact.issuer_id, fact.buyer_id)


def _check(found: Document, wanted: Document, order_id: UUID, cause_id: UUID | None) -> None:
    what = "its invoice" if cause_id is None else f"its credit note for {cause_id}"
    if found[:2] != wanted[:2]:
        should, told = money(*wanted[:2]), money(*found[:2])
        raise Broken(f"{what} should be of {should}, and is of {told}", stream=str(order_id))
    if found != wanted:
        raise Broken(f"{what} names other parties than the order", stream=str(order_id))


def _row_of(order_id: UUID, cause_id: UUID | None) -> tuple[str, str]:
    if cause_id is None:
        return due.ISSUE_INVOICE, str(order_id)
    return due.ISSUE_CREDIT_NOTE, f"{order_id}/{cause_id}"
