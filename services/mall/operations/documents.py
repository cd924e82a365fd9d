"""Invoices and credit notes: to be found, to read, to take away."""

from services.kernel.doors.operation import SIGNED_IN, Operation, only, query, raw
from services.mall.answers import documents as answers
from services.mall.papers.doors import CSV, PDF, document_csv, document_pdf
from services.mall.queries import MallQueries
from services.mall.schemas import documents

OF_THE_SALE = only("the buyer, the seller, or an operator")

operations: list[Operation] = [
    query("documents", "/documents", MallQueries.documents, policy=SIGNED_IN, takes=documents.DocumentsAsked,
          gives=answers.DocumentsSeen, summary="Invoices and credit notes of what you sold."),
    query("order_documents", "/orders/{order_id}/documents", MallQueries.order_documents, policy=OF_THE_SALE,
          gives=answers.DocumentsOfOrder, summary="The invoice of an order, and its credit notes."),
    query("document", "/documents/{document_id}", MallQueries.document, policy=OF_THE_SALE,
          gives=answers.DocumentSeen, summary="An invoice or a credit note with its lines."),
    raw("document_csv", "GET", "/documents/{document_id}/csv", document_csv, policy=OF_THE_SALE, media=CSV,
        takes=documents.DocumentFileAsked, summary="The same as one file of comma-separated values."),
    raw("document_pdf", "GET", "/documents/{document_id}/pdf", document_pdf, policy=OF_THE_SALE, media=PDF,
        takes=documents.DocumentFileAsked, summary="The same as one file to print, in the reader's language."),
]  # fmt: skip
