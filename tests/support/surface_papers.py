"""An accepted example of each operation about papers: statements and reports, to read and to take away."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

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


def _filing(everybody: Everybody, by: UUID) -> Call:
    day = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=everybody.number() % 10_000)
    body = {"quarter": "2025Q1", "as_of": day.isoformat(), "sha256": "0" * 64, "receipt": "No. 7"}
    return Call(by=everybody.operator, body=body, other_body=body | {"receipt": "No. 8"})


EXAMPLES: dict[str, Example] = {
    "statement": _statement({"limit": 10}),
    "statement_csv": _statement({"language": "en"}),
    "statement_pdf": _statement({"language": "zh"}),
    "income": _income({"limit": 10}),
    "income_csv": _income({}),
    "record_filing": _filing,
    "filings": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
}
