"""An accepted example of each operation about papers: statements and reports, to read and to take away."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.mall.domain.invoice import Invoice
from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import bought

BEFORE, FROM, TO = "2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def _statement(more: Answer) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        sale = bought(everybody)
        body = {"party": sale.offer.seller_id, "from": FROM, "to": TO, "as_of": TO, **more}
        return Call(by=sale.offer.seller, body=body, other=sale.buyer)

    return example


def _income(more: Answer) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        body = {"quarter": "2025Q1", "time_zone": "Asia/Shanghai", "as_of": FROM, "since": BEFORE, **more}
        return Call(by=everybody.operator, body=body)

    return example


def _operators(more: Answer) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        body = {"half": "2025H1", "time_zone": "Asia/Shanghai", "as_of": FROM, "since": BEFORE, **more}
        return Call(by=everybody.operator, body=body)

    return example


def _filing(period: Answer) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        day = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=everybody.number() % 10_000)
        body = {**period, "as_of": day.isoformat(), "sha256": "0" * 64, "receipt": "No. 7"}
        return Call(by=everybody.operator, body=body, other_body=body | {"receipt": "No. 8"})

    return example


def _of_order(more: Answer) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        sale = bought(everybody)
        return Call(by=sale.buyer, path={"order_id": sale.order_id}, body=more, other=sale.offer.seller)

    return example


def _document(more: Answer) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        sale = bought(everybody)
        path = {"document_id": str(Invoice.id_of(UUID(sale.order_id)))}
        return Call(by=sale.offer.seller, path=path, body=more, other=sale.buyer)

    return example


EXAMPLES: dict[str, Example] = {
    "statement": _statement({"limit": 10}),
    "statement_csv": _statement({"language": "en"}),
    "statement_pdf": _statement({"language": "zh"}),
    "income": _income({"limit": 10}),
    "income_csv": _income({}),
    "operators": _operators({"limit": 10}),
    "operators_csv": _operators({}),
    "record_filing": _filing({"quarter": "2025Q1"}),
    "record_operators_filing": _filing({"half": "2025H1"}),
    "documents": lambda everybody, by: Call(by=by, body={"from": FROM, "to": TO, "limit": 10}),
    "order_documents": _of_order({}),
    "document": _document({}),
    "document_csv": _document({"language": "en"}),
    "document_pdf": _document({"language": "zh"}),
    "filings": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
}
