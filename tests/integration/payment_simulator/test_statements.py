"""Statements of the simulated provider: each difference that was asked for, and the day as it was without."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.mall.domain.dispute import Dispute
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.http_provider import HttpProvider
from services.mall.payments.statement_errands import whole_statement
from services.mall.payments.statements import StatementPage
from simulators.payments.book import Book
from simulators.payments.script import Fault, Script
from simulators.payments.statements import Statements
from tests.support.callback_receiver import CallbackReceiver
from tests.support.payments import captured, heard

FIRST, SECOND = "2026-03-02", "2026-03-03"


def movement(number: int, day: str = FIRST, amount_minor: int = 1_000) -> dict[str, Any]:
    return {
        "kind": "capture" if amount_minor > 0 else "refund", "payment_id": f"p{number}", "refund_id": f"r{number}",
        "amount_minor": amount_minor, "currency": "EUR", "method": "card", "settled_at": f"{day}T10:00:00+00:00",
    }  # fmt: skip


def statements(*faults: str, movements: int = 2) -> Statements:
    book, script = Book(), Script()
    for one in (*map(movement, range(movements)), movement(99, SECOND, -400)):
        book.statement.add(one)
    script.add([Fault(name) for name in faults])
    return Statements(book, script)


def told(stated: Statements, day: str = FIRST) -> tuple[list[tuple[str, int, int]], int]:
    page = stated.page(day, None)
    lines = [(line["line_id"], line["amount_minor"], line["fee_minor"]) for line in page["lines"]]
    return lines, page["balances"].get("EUR", 0)


P0, P1, R99 = ("payment-p0", 1_000, 0), ("payment-p1", 1_000, 0), ("refund-r99", -400, 0)
UNKNOWN, FEE = (f"unknown_line-{FIRST}-0", 4_200, 0), (f"fee_line-{FIRST}-0", -25, 0)


def test_a_day_is_stated_as_it_was() -> None:
    stated = statements()
    assert told(stated) == ([P0, P1], 2_000)
    assert told(stated, SECOND) == ([R99], 1_600)
    assert told(stated, "2026-03-01") == ([], 0)


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        ("missing_line", ([P1], 2_000), ([R99], 1_600)),
        ("double_line", ([P0, P0, P1], 2_000), ([R99], 1_600)),
        ("altered_line", ([("payment-p0", 1_001, 0), P1], 2_000), ([R99], 1_600)),
        ("unknown_line", ([P0, P1, UNKNOWN], 6_200), ([R99], 5_800)),
        ("fee_line", ([P0, P1, FEE], 1_975), ([R99], 1_575)),
        ("kept_fee", ([("payment-p0", 1_000, 30), P1], 1_970), ([R99], 1_570)),
        ("late_line", ([P1], 1_000), ([P0, R99], 1_600)),
    ],
)
def test_a_difference_stays_until_the_provider_is_told_to_behave(fault: str, first: object, second: object) -> None:
    stated = statements(fault)
    assert [told(stated), told(stated), told(stated, SECOND)] == [first, first, second]
    stated.behave()
    assert told(stated) == ([P0, P1], 2_000)


def test_two_differences_concern_two_lines() -> None:
    assert told(statements("missing_line", "altered_line")) == ([("payment-p1", 1_001, 0)], 2_000)


def test_a_long_day_comes_in_pages() -> None:
    stated, after, seen = statements(movements=250), None, list[int]()
    while True:
        page = stated.page(FIRST, after)
        seen.append(len(page["lines"]))
        if (after := page["next"]) is None:
            break
    assert seen == [100, 100, 50]


def test_the_mall_reads_what_the_program_states(
    provider: HttpProvider, receiver: CallbackReceiver, direct: httpx.Client
) -> None:
    request = captured(provider, receiver)
    statement = whole_statement(provider, datetime.now(UTC).date().isoformat())
    assert statement is not None
    (line,) = [line for line in statement.lines if line.subject_id == request.payment_id]
    assert (line.kind, line.amount_minor, line.fee_minor, line.currency) == ("payment", 1_999, 0, "EUR")
    assert statement.balances["EUR"] >= 1_999
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    assert provider.statement(tomorrow).lines == ()


@pytest.mark.parametrize(("outcome", "moved_minor"), [("won", 1_999), ("lost", -1_500)])
def test_a_dispute_is_stated_when_it_opens_and_when_it_ends(
    provider: HttpProvider, receiver: CallbackReceiver, outcome: str, moved_minor: int
) -> None:
    captured(provider, receiver, f"card_dispute_{outcome}:0.1")
    opened = heard(receiver).outcome
    assert isinstance(opened, DisputeOutcome)
    assert heard(receiver).kind == f"dispute.{outcome}"
    statement = whole_statement(provider, datetime.now(UTC).date().isoformat())
    assert statement is not None
    lines = [line for line in statement.lines if line.subject_id == Dispute.id_of(opened.dispute_id)]
    assert [(line.kind, line.amount_minor, line.fee_minor) for line in lines] == [
        ("dispute", -1_999, 0), ("dispute", moved_minor, 0),
    ]  # fmt: skip
    assert len({line.line_id for line in lines}) == 2


def test_what_the_program_refuses_is_unknown(provider: HttpProvider, direct: httpx.Client) -> None:
    assert provider.statement("yesterday").status == "unknown"
    assert provider.statement(FIRST, "what?").status == "unknown"
    assert direct.get("/statements/yesterday").json()["code"] == "bad_day"
    assert direct.get(f"/statements/{FIRST}?after=-1").json()["code"] == "bad_cursor"


def test_nobody_there_is_unknown() -> None:
    provider = HttpProvider("http://127.0.0.1:1", timeout_seconds=0.2)
    assert provider.statement(FIRST) == StatementPage("unknown", reason="no answer: ConnectError")
    provider.close()
