"""``agora invoice`` and ``agora report filings``: what a platform answers, as tables, as values, as pages."""

import csv
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.commands import app

ORDER, SELLER, INVOICE, NOTE, REFUND = (str(UUID(int=number)) for number in (0xD, 0x5E, 0x1, 0x2, 0xF1))
AT = "2026-03-02T12:00:00+00:00"
ROW: dict[str, Any] = {
    "document_id": INVOICE, "kind": "invoice", "number": "0000005E-000001", "invoice_id": INVOICE, "order_id": ORDER,
    "issuer_id": SELLER, "currency": "EUR", "total_minor": 12_000, "issued_at": AT,
}  # fmt: skip
LINE: dict[str, Any] = {
    "line_id": "1", "listing_id": str(UUID(int=0x11)), "title": "竿 [long]", "quantity": 1, "unit_price_minor": 11_500,
    "price_minor": 11_500, "freight_minor": 500, "amount_minor": 12_000,
}  # fmt: skip
FULL = ROW | {
    "issuer_name": "Anna", "buyer_id": None, "invoice_number": ROW["number"], "cause": None, "cause_id": None,
    "lines": [LINE],
}  # fmt: skip
CREDITED = FULL | {
    "document_id": NOTE, "kind": "credit_note", "number": "0000005E-000002", "cause": "refund", "cause_id": REFUND,
    "issuer_name": None, "total_minor": 500,
}  # fmt: skip
FILED: dict[str, Any] = {
    "filing_id": INVOICE, "quarter": "2025Q4", "time_zone": "UTC", "as_of": AT, "since": None, "sha256": "0" * 64,
    "receipt": "No. 7", "recorded_at": AT,
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    f"/mall/orders/{ORDER}/documents": {"items": [ROW, ROW | {"document_id": NOTE, "number": "0000005E-000002"}]},
    f"/mall/orders/{INVOICE}/documents": {"items": []},
    f"/mall/documents/{INVOICE}": FULL,
    f"/mall/documents/{NOTE}": CREDITED,
    "/mall/reports/filings": {"items": [FILED], "next": None},
}


@pytest.fixture(autouse=True)
def platform(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer hers"
        return httpx.Response(200, json=ANSWERS[request.url.path])

    client = partial(httpx.Client, transport=httpx.MockTransport(answers))
    monkeypatch.setattr("services.reporting.desks.httpx.Client", client)


def said(*words: str | Path, command: str = "invoice") -> Result:
    given = [*command.split(), *map(str, words), "--url", "http://agora.test", "--token", "hers"]
    return CliRunner().invoke(app, given, env={"COLUMNS": "200", "TERM": "dumb"})


def test_a_table_shows_the_invoice_and_its_credit_notes() -> None:
    result = said("--order", ORDER)
    assert result.exit_code == 0, (result.output, result.exception)
    for wanted in ("Invoice 0000005E-000001", "By Anna", "竿 [long]", "€120.00", "Credit note 0000005E-000002"):
        assert wanted in result.output, result.output
    assert f"Because of refund {REFUND}" in result.output
    assert f"By seller {SELLER}" in result.output


def test_it_speaks_the_language_of_the_reader() -> None:
    assert "账单 0000005E-000001" in said("--order", ORDER, "--language", "zh").output


def test_a_file_takes_the_invoice_or_the_document_of_a_number(tmp_path: Path) -> None:
    rows = list(csv.DictReader(StringIO(said("--order", ORDER, "--format", "csv").stdout)))
    assert [row["number"] for row in rows] == ["0000005E-000001"]
    named = said("--order", ORDER, "--number", "0000005E-000002", "--format", "csv", "--out", tmp_path / "a.csv")
    assert named.exit_code == 0, named.output
    assert "0000005E-000002" in (tmp_path / "a.csv").read_text()
    assert said("--order", ORDER, "--format", "pdf", "--out", tmp_path / "a.pdf").exit_code == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_what_is_not_there_is_said() -> None:
    assert "There is none" in said("--order", INVOICE).output
    assert said("--order", ORDER, "--number", "0000005E-000009").exit_code == 2
    assert said("--order", ORDER, "--format", "pdf").exit_code == 2


def test_filings_are_listed_with_their_digests() -> None:
    result = said(command="report filings")
    assert result.exit_code == 0, (result.output, result.exception)
    for wanted in ("2025Q4", "0" * 64, "No. 7"):
        assert wanted in result.output, result.output


def test_income_and_operators_are_no_pages_to_print() -> None:
    for command, period in (("report income", "--quarter"), ("report operators", "--half")):
        assert said(period, "2025Q4", "--as-of", AT, "--format", "pdf", command=command).exit_code == 2
