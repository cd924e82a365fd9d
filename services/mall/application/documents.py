"""Invoices and credit notes: issued by the clock, some moments after what they are about.

Not in the append of the payment: all sales of a seller would wait for one another there, for the next number.
"""

from datetime import datetime
from uuid import UUID

from services.mall.domain.document_series import DocumentSeries
from services.mall.domain.invoice import DISPUTE, REFUND, Invoice

from .loading import Loading


class Documents(Loading):
    """What is asked for here is issued once, however often it is asked for."""

    def issue_invoice(self, order_id: UUID) -> None:
        """The invoice of an order that was paid here. Raises NoSuchOrder."""
        self._invoiced(order_id)

    def issue_credit_note(self, order_id: UUID, cause_id: UUID) -> None:
        """The credit note for what a refund or a dispute took back; its invoice comes first, if it is still to come.

        Raises NoSuchOrder, MoreThanInvoiced.
        """
        invoice, credit_note_id = self._invoiced(order_id), Invoice.id_of_credit_note(order_id, cause_id)
        if invoice is None or str(credit_note_id) in invoice.credit_notes:
            return
        order = self.order(order_id)
        cause = REFUND if str(cause_id) in order.refunds else DISPUTE
        number = self._next_number(invoice.issuer_id, credit_note_id)
        invoice.credit(cause, cause_id, order.taken_back[str(cause_id)], number, self._issued_at)

    def _invoiced(self, order_id: UUID) -> Invoice | None:
        """The invoice of an order, a new one if there is none yet; None where none is due."""
        order, invoice_id = self.order(order_id), Invoice.id_of(order_id)
        invoice = self.unit.find(Invoice, invoice_id)
        if invoice is None and order.is_invoiced:
            name = self.seller(order.seller_id).name
            invoice = Invoice.issue(order, name, self._next_number(order.seller_id, invoice_id), self._issued_at)
            self.unit.add(invoice)
        return invoice

    @property
    def _issued_at(self) -> datetime:
        """Whenever that is about which it tells: a document has the date on which it was made."""
        return self.unit.context.recorded_at

    def _next_number(self, issuer_id: UUID, document_id: UUID) -> str:
        series = self.unit.find(DocumentSeries, DocumentSeries.create_id(issuer_id))
        if series is None:
            series = DocumentSeries(issuer_id)
            self.unit.add(series)
        return series.draw(document_id)
