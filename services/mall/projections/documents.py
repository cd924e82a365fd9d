"""Every invoice and credit note, so that it is found; its lines are read from the invoice itself."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.known.people import text_of
from services.mall.domain import invoice_facts as facts

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
metadata = MetaData()
documents = Table(
    "documents_v1",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("invoice_id", Text, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("issuer_id", Text, nullable=False),
    Column("issuer_person_id", Text, nullable=False),
    Column("buyer_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("issued_at", Text, nullable=False),
    Index("documents_v1_of_order", "order_id", "place"),
    Index("documents_v1_of_issuer", "issuer_person_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(documents)


class DocumentsView(PagedProjection):
    """One row a document."""

    name, hears, metadata = "documents", frozenset({"mall"}), metadata

    @when(facts.Issued)
    def issued(self, writes: Writes, fact: facts.Issued, place: Place) -> None:
        row = {"document_id": str(fact.invoice_id), "kind": INVOICE, "invoice_id": str(fact.invoice_id)}
        writes.begin(_BEGIN, row | _told(fact, place))

    @when(facts.Credited)
    def credited(self, writes: Writes, fact: facts.Credited, place: Place) -> None:
        row = {"document_id": str(fact.credit_note_id), "kind": CREDIT_NOTE, "invoice_id": str(fact.originator_id)}
        writes.begin(_BEGIN, row | _told(fact, place))


def _told(fact: facts.Issued | facts.Credited, place: Place) -> dict[str, object]:
    return {
        "place": place.position, "number": fact.number, "order_id": str(fact.order_id),
        "issuer_id": str(fact.issuer_id), "issuer_person_id": str(fact.issuer_person_id),
        "buyer_id": str(fact.buyer_id), "currency": fact.currency, "total_minor": fact.total_minor,
        "issued_at": text_of(fact.issued_at),
    }  # fmt: skip
