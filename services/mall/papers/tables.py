"""Papers as comma-separated values (RFC 4180): the same in every language, for programs and spreadsheets.

Times are ISO 8601 in UTC, amounts plain decimals beside their minor units. No cell holds words of people, so none can
be a formula.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from services.pages import formats

from .words import Answer

COLUMNS = (
    "row", "position", "number", "effective_at", "recorded_at", "cause", "order_id", "checkout_id", "line_id",
    "refund_id", "payout_id", "account", "currency", "amount", "amount_minor",
)  # fmt: skip
INCOME_COLUMNS = (
    "quarter", "time_zone", "as_of", "since", "role", "party_id", "kind", "currency", "gross_minor", "returned_minor",
    "net_minor", "fee_minor", "commission_minor", "income_minor",
)  # fmt: skip


OPERATOR_COLUMNS = (
    "half", "time_zone", "as_of", "since", "role", "party_id", "operating_since", "ended_at", "ended_as", "claims",
    "change",
)  # fmt: skip
DOCUMENT_COLUMNS = (
    "number", "kind", "issued_at", "invoice_number", "order_id", "issuer_id", "cause", "cause_id", "line_id",
    "listing_id", "quantity", "currency", "unit_price_minor", "price_minor", "freight_minor", "amount_minor", "amount",
)  # fmt: skip


def csv_of_document(document: Answer) -> bytes:
    """A row a line of an invoice or a credit note; what the goods are called stands in the other forms of it."""
    written = StringIO()
    rows = csv.DictWriter(written, DOCUMENT_COLUMNS, restval="", extrasaction="ignore")
    rows.writeheader()
    for line in document["lines"]:
        amount = formats.amount(line["amount_minor"], document["currency"])
        rows.writerow({**document, **line, "amount": f"{amount:f}"})
    return written.getvalue().encode()


def income_csv_of(pages: Iterable[Answer]) -> bytes:
    """A report with all of its pages; the same report is the same bytes."""
    written = StringIO()
    rows = csv.DictWriter(written, INCOME_COLUMNS, extrasaction="ignore")
    rows.writeheader()
    for page in pages:
        rows.writerows({**page, **item} for item in page["items"])
    return written.getvalue().encode()


def operators_csv_of(pages: Iterable[Answer]) -> bytes:
    """A list with all of its pages; the same list is the same bytes."""
    written = StringIO()
    rows = csv.DictWriter(written, OPERATOR_COLUMNS, extrasaction="ignore")
    rows.writeheader()
    for page in pages:
        rows.writerows({**page, **item, "claims": " ".join(item["claims"])} for item in page["items"])
    return written.getvalue().encode()


def csv_of(statement: Answer) -> bytes:
    """A header, the opening balances, the entries, the closing balances: of an account and a currency they add up."""
    written = StringIO()
    rows = csv.DictWriter(written, COLUMNS, restval="", extrasaction="ignore")
    rows.writeheader()
    rows.writerows(_balances(statement, "opening", statement["from"]))
    rows.writerows(_row("entry", entry, entry["amount_minor"]) for entry in statement["entries"])
    rows.writerows(_balances(statement, "closing", statement["to"]))
    return written.getvalue().encode()


def _balances(statement: Answer, name: str, at: str | None) -> Iterator[dict[str, Any]]:
    accounts: Iterable[Answer] = statement["accounts"]
    return (_row(name, {**account, "effective_at": at or ""}, account[f"{name}_minor"]) for account in accounts)


def _row(name: str, of: Answer, amount_minor: int) -> dict[str, Any]:
    amount = formats.amount(amount_minor, of["currency"])
    return {**of, "row": name, "amount": f"{amount:f}", "amount_minor": amount_minor}
