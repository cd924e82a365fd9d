"""The invoices and credit notes of orders, and facts about them that should not be."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.document_series import DocumentSeries
from services.mall.domain.invoice import DISPUTE, REFUND, Invoice
from services.mall.domain.order import Order
from tests.support.forging import forged
from tests.support.scenario import NOON, context

from .breaches import Breach
from .samples import CHECKOUT, ORDER, SELLER, a_checkout, an_order, pay
from .samples import REFUND as A_REFUND

INVOICE = Invoice.id_of(ORDER)


def documents_of(order: Order) -> list[Any]:
    """What was issued about an order, as the clock does it."""
    series, invoice_id = DocumentSeries(order.seller_id), Invoice.id_of(order.id)
    invoice = Invoice.issue(order, "Anna", series.draw(invoice_id), NOON)
    for cause_id, taken_back in order.taken_back.items():
        number = series.draw(Invoice.id_of_credit_note(order.id, UUID(cause_id)))
        cause = REFUND if cause_id in order.refunds else DISPUTE
        invoice.credit(cause, UUID(cause_id), taken_back, number, NOON)
    return [*series.collect_events(), *invoice.collect_events()]


def invoiced_story() -> list[Any]:
    """A sale of 104.99, of which one piece goes back; both are documented."""
    with acting(context()):
        checkout, order = a_checkout(), an_order()
        pay(order)
        order.refund_line(A_REFUND, "1", 1)
        documents = documents_of(order)
    return [*checkout.collect_events(), *order.collect_events(), *documents]


def document_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    story = invoiced_story
    yield "numbers", "number 3 follows number 1", _with(story(), DocumentSeries.NumberDrawn, 1, number=3)
    yield "numbers", "number 1 follows number 1", _with(story(), DocumentSeries.NumberDrawn, 1, number=1)
    yield "numbers", "was not drawn once", _without(story(), Invoice.Credited)
    yield "numbers", "was not drawn once", _without(story(), DocumentSeries.NumberDrawn)
    yield "numbers", "has number X-1", _with(story(), Invoice.Issued, number="X-1")
    yield "numbers", "not the series of the issuer", [*story(), _another_series()]
    yield "documents", "will never come", _without(story(), Invoice.Issued)
    yield "documents", "will never come", _without(story(), Invoice.Credited)
    yield "documents", "is of 0.01 EUR", _with(story(), Invoice.Issued, total_minor=1)
    yield "documents", "is of 33.32 EUR", _with(story(), Invoice.Credited, total_minor=3_332)
    yield "documents", "names other parties", _with(story(), Invoice.Credited, issuer_id=CHECKOUT)
    yield "documents", "second document", [*story(), *_only(story(), Invoice.Issued)]
    yield "documents", "not paid or taken back", _without(story(), Order.LineRefunded)
    yield "documents", "not paid or taken back", _with(story(), Order.Paid, is_invoiced=None)
    yield "documents", "follows what was paid here", _with(story(), Order.Paid, is_invoiced=False)
    yield "documents", "will never come", [*story(), _cancelled()]


def _another_series() -> Any:
    return forged(DocumentSeries.NumberDrawn, CHECKOUT, issuer_id=SELLER, document_id=INVOICE, number=3)


def _cancelled() -> Any:
    return forged(Order.CancelledPaid, ORDER, reason="x", refund_id=None, amount_minor=1, entries=[])


def _only(facts: list[Any], kind: type[Any]) -> list[Any]:
    return [fact for fact in facts if type(fact) is kind]


def _without(facts: list[Any], kind: type[Any]) -> list[Any]:
    return [fact for fact in facts if type(fact) is not kind]


def _with(facts: list[Any], kind: type[Any], which: int = 0, **fields: Any) -> list[Any]:
    _only(facts, kind)[which].__dict__.update(fields)
    return facts
