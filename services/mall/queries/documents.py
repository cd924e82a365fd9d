"""Invoices and credit notes, for the seller and the buyer of their order; to everybody else they look missing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Row, page_of
from services.known.people import text_of
from services.mall.domain.invoice import Invoice
from services.mall.domain.refusals import NoSuchDocument, NoSuchOrder, PeriodEndsFirst
from services.mall.projections.documents import INVOICE, documents
from services.mall.projections.orders import orders

from .reading import Reading, is_operator, row_of


class DocumentQueries(Reading):
    """Reads of what was issued."""

    def documents(
        self, actor: Actor, begins_at: datetime | None = None, ends_at: datetime | None = None, limit: int = 100,
        cursor: list[str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """What was issued for the actor as a seller, the latest number first. Raises PeriodEndsFirst."""
        if begins_at is not None and ends_at is not None and ends_at <= begins_at:
            raise PeriodEndsFirst()
        mine = select(documents).where(documents.c.issuer_person_id == str(actor.person_id))
        with self._service.views.glancing() as connection:
            within = mine.where(*_within(begins_at, ends_at))
            page = page_of(connection, within, [documents.c.place.desc()], limit, cursor)
        return {"items": page.rows, "next": page.next}

    def order_documents(self, actor: Actor, order_id: UUID) -> dict[str, Any]:
        """The invoice of an order and its credit notes, as they were issued. Raises NoSuchOrder."""
        of_order = select(documents).where(documents.c.order_id == str(order_id)).order_by(documents.c.place)
        with self._service.views.reading() as connection:
            order = row_of(connection, orders, orders.c.order_id, order_id)
            rows = [dict(row) for row in connection.execute(of_order).mappings()]
        if order is None or not _may_read(actor, order["buyer_id"], order["seller_person_id"]):
            raise NoSuchOrder()
        return {"items": rows}

    def document(self, actor: Actor, document_id: UUID) -> dict[str, Any]:
        """One of them with its lines. Raises NoSuchDocument."""
        with self._service.views.glancing() as connection:
            row = row_of(connection, documents, documents.c.document_id, document_id)
        if row is None or not _may_read(actor, row["buyer_id"], row["issuer_person_id"]):
            raise NoSuchDocument()
        invoice = self._service.store.load(Invoice, UUID(row["invoice_id"]))
        if invoice is None:
            raise NoSuchDocument()
        # The seller of an order is not told by whom it was bought; the number of the order says what it is about.
        buyer_id = row["buyer_id"] if is_operator(actor) or row["buyer_id"] == str(actor.person_id) else None
        shown = {"buyer_id": buyer_id, "issuer_name": str(invoice.issuer_name) or None}
        return row | shown | _content(invoice, row)


def _content(invoice: Invoice, row: Row) -> Row:
    if row["kind"] == INVOICE:
        return {"invoice_number": invoice.number, "cause": None, "cause_id": None, "lines": invoice.lines}
    note = invoice.credit_notes[row["document_id"]]
    told = {name: note[name] for name in ("cause", "cause_id", "lines")}
    return {"invoice_number": invoice.number, **told}


def _may_read(actor: Actor, *people: str) -> bool:
    return str(actor.person_id) in people or is_operator(actor)


def _within(begins_at: datetime | None, ends_at: datetime | None) -> list[ColumnElement[bool]]:
    bounds = []
    if begins_at is not None:
        bounds.append(documents.c.issued_at >= text_of(begins_at))
    if ends_at is not None:
        bounds.append(documents.c.issued_at < text_of(ends_at))
    return bounds
