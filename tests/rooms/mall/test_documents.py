"""Invoices and credit notes: made by the clock, one of each, numbered without a gap, and for whom they are."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from starlette.requests import Request
from starlette.responses import Response

from services.contracts.identity import PersonForgotten
from services.kernel.doors.operation import Actor
from services.kernel.flow.rebuild import rebuild
from services.kernel.refusals import Malformed
from services.mall import due
from services.mall.domain.invoice import Invoice
from services.mall.domain.order import Order
from services.mall.domain.refusals import NoSuchDocument, NoSuchOrder, PeriodEndsFirst
from services.mall.domain.seller import Seller
from services.mall.projections.documents import documents

from .market import ANNA, BORIS, CHEN, DORA, NOON, OPERATOR, Market
from .questioning import ask, buy, line
from .stories import of_elsewhere
from .test_disputes import broken, ended, opened_dispute

SELLER = Seller.create_id(ANNA)
SERIES = SELLER.hex[:8].upper()


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        assert broken(market) == {}


def issued(market: Market, opened: dict[str, Any], by: UUID = ANNA) -> list[dict[str, Any]]:
    """The documents of the first order, in full."""
    found = ask(market, "order_documents", by, order_id=opened["order_ids"][0])["items"]
    return [ask(market, "document", by, document_id=one["document_id"]) for one in found]


def refund(market: Market, opened: dict[str, Any], which: int = 0, **asked: int) -> str:
    (order,) = market.orders(opened)
    line_id = list(order.lines)[which]
    done = market.do("refund_line", order.seller_person_id, order_id=order.id, line_id=line_id, **asked)
    return str(done["refund_id"])


def test_an_order_that_was_paid_has_one_invoice_soon(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed(title="竿"), 2))
    (invoice,) = issued(market, opened)
    assert (invoice["kind"], invoice["number"], invoice["total_minor"]) == ("invoice", f"{SERIES}-000001", 24_000)
    assert (invoice["issuer_name"], invoice["order_id"]) == ("Somebody", opened["order_ids"][0])
    (told,) = invoice["lines"]
    assert (told["title"], told["quantity"]) == ("竿", 2)
    assert (told["unit_price_minor"], told["amount_minor"]) == (12_000, 24_000)
    assert "shares" not in told


def test_what_is_not_paid_has_none(market: Market) -> None:
    opened = market.bought(market.listed())
    market.pass_time(days=1)
    assert issued(market, opened) == []


def test_a_refund_has_a_credit_note_that_names_the_invoice(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed(), 2))
    first, second = refund(market, opened, quantity=1), refund(market, opened, amount_minor=1_000)
    market.settle()
    invoice, *notes = issued(market, opened)
    assert [note["number"] for note in notes] == [f"{SERIES}-000002", f"{SERIES}-000003"]
    assert {note["cause_id"]: note["total_minor"] for note in notes} == {first: 12_000, second: 1_000}
    assert {(note["kind"], note["cause"], note["invoice_number"]) for note in notes} == {
        ("credit_note", "refund", invoice["number"])
    }
    assert sorted(note["lines"][0]["quantity"] for note in notes) == [0, 1]


def test_a_lost_dispute_has_one_credit_note_for_all_lines(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed()), line(market.listed(price_minor=6_000)))
    opened_dispute(market, opened, 9_000)
    assert len(issued(market, opened)) == 1
    ended(market, "lost")
    _, note = issued(market, opened)
    assert (note["cause"], note["total_minor"]) == ("dispute", 9_000)
    assert [one["amount_minor"] for one in note["lines"]] == [6_000, 3_000]


def test_a_credit_note_that_is_due_first_has_its_invoice_issued_first(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.capture(opened["payment_id"])
    market.told(opened["payment_id"])
    refund(market, opened, quantity=1)
    (row,) = [row for row in market.service.recorder.due(market.clock.at, 100) if row.kind == due.ISSUE_INVOICE]
    market.service.recorder.postpone(row, market.clock.at + timedelta(hours=1))
    market.settle()
    assert [one["kind"] for one in issued(market, opened)] == ["invoice", "credit_note"]
    market.pass_time(hours=2)
    assert len(issued(market, opened)) == 2


def test_a_whole_refund_leaves_nothing_of_the_invoice(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed(), 3))
    for _ in range(3):
        refund(market, opened, quantity=1)
    market.settle()
    invoice = market.service.store.load(Invoice, Invoice.id_of(UUID(opened["order_ids"][0])))
    assert invoice is not None
    assert invoice.left_minor == 0


def test_each_seller_has_numbers_of_her_own(market: Market) -> None:
    market.seller(DORA)
    rod, lamp = market.listed(stock=30), market.listed(DORA, stock=30)
    at_once = [market.bought(rod, lamp, buyer_id=UUID(int=0xB00 + number)) for number in range(12)]
    market.settle()
    for opened in at_once:
        market.provider.capture(opened["payment_id"])
        market.told(opened["payment_id"], f"evt_{opened['payment_id']}")
    market.settle()
    for seller in (ANNA, DORA):
        numbers = [one["number"] for one in ask(market, "documents", seller)["items"]]
        series = Seller.create_id(seller).hex[:8].upper()
        assert numbers == [f"{series}-{number:06d}" for number in range(12, 0, -1)]


def test_what_was_sold_elsewhere_has_none(market: Market) -> None:
    of_elsewhere(market, market.listed())
    market.settle()
    assert ask(market, "documents", ANNA)["items"] == []


def test_what_was_paid_before_there_were_invoices_has_none(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    record = vars(Order)["_paid"]

    def as_then(order: Order, *told: Any) -> None:
        record.__get__(order, Order)(*told[:-1], None)

    monkeypatch.setattr(Order, "_paid", as_then)
    opened = buy(market, BORIS, line(market.listed()))
    monkeypatch.undo()
    refund(market, opened, quantity=1)
    market.settle()
    assert issued(market, opened) == []


def test_they_are_for_buyer_seller_and_operators(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed()))
    seen = {by: issued(market, opened, by)[0] for by in (ANNA, BORIS, OPERATOR)}
    assert {by: one["buyer_id"] for by, one in seen.items()} == {ANNA: None, BORIS: str(BORIS), OPERATOR: str(BORIS)}
    for nobodys in (opened["order_ids"][0], uuid4()):
        with pytest.raises(NoSuchOrder):
            ask(market, "order_documents", CHEN, order_id=nobodys)
    for nobodys in (seen[ANNA]["document_id"], uuid4()):
        with pytest.raises(NoSuchDocument):
            ask(market, "document", CHEN, document_id=nobodys)
        for name in ("document_csv", "document_pdf"):
            with pytest.raises(NoSuchDocument):
                file(market, name, nobodys, CHEN)
    assert ask(market, "documents", BORIS)["items"] == []


def test_a_seller_lists_them_by_date_page_by_page(market: Market) -> None:
    rod = market.listed(stock=9)
    for _ in range(3):
        buy(market, BORIS, line(rod))
        market.pass_time(days=1)
    whole = ask(market, "documents", ANNA)["items"]
    first = ask(market, "documents", ANNA, limit=2)
    second = ask(market, "documents", ANNA, limit=2, cursor=first["next"])
    assert (first["items"] + second["items"], second["next"]) == (whole, None)
    (middle,) = ask(
        market, "documents", ANNA,
        **{"from": (NOON + timedelta(days=1)).isoformat(), "to": (NOON + timedelta(days=2)).isoformat()},
    )["items"]  # fmt: skip
    assert middle["number"] == f"{SERIES}-000002"
    with pytest.raises(PeriodEndsFirst):
        ask(market, "documents", ANNA, **{"from": NOON.isoformat(), "to": NOON.isoformat()})


def test_forgetting_somebody_leaves_numbers_and_sums(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed()))
    (before,) = issued(market, opened, OPERATOR)
    market.identity.positions_each = 100
    for person_id in (BORIS, ANNA):
        market.identity.say(PersonForgotten(person_id=person_id), market.clock.at)
        market.settle()
    assert issued(market, opened, OPERATOR) == [before | {"issuer_name": None}]


def test_the_invoice_of_a_seller_who_is_forgotten_meanwhile_comes_without_her_name(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.capture(opened["payment_id"])
    market.told(opened["payment_id"])
    (row,) = [row for row in market.service.recorder.due(market.clock.at, 100) if row.kind == due.ISSUE_INVOICE]
    market.service.recorder.postpone(row, market.clock.at + timedelta(hours=1))
    market.identity.say(PersonForgotten(person_id=ANNA), market.clock.at)
    market.settle()
    market.pass_time(hours=2)
    (invoice,) = issued(market, opened, BORIS)
    assert (invoice["number"], invoice["issuer_name"]) == (f"{SERIES}-000001", None)


def test_the_view_made_again_is_the_same(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed()))
    refund(market, opened, quantity=1)
    market.settle()
    found = rebuild(market.service)
    assert found.is_equal
    assert documents.name in {table.table for table in found.tables}


def file(
    market: Market, name: str, document_id: object, actor_id: UUID = ANNA, language: str = "en", **asked: str
) -> Response:
    headers = [(b"accept-language", language.encode())]
    request = Request(
        {"type": "http", "path_params": {"document_id": str(document_id)}, "query_string": urlencode(asked).encode(),
         "headers": headers}
    )  # fmt: skip
    roles = frozenset({"operator"} if actor_id == OPERATOR else ())
    does = market.service.by_name[name].does
    response: Response = market.runner.run(does(market.service, request, Actor(actor_id, roles)))
    return response


def test_values_have_a_row_a_line_and_no_words_of_people(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed(title="=1+1")), line(market.listed(price_minor=500), 2))
    (invoice,) = issued(market, opened)
    content = bytes(file(market, "document_csv", invoice["document_id"]).body).decode()
    rows = list(csv.DictReader(StringIO(content)))
    assert [(row["number"], row["quantity"], row["amount"], row["cause"]) for row in rows] == [
        (invoice["number"], "1", "120.00", ""), (invoice["number"], "2", "10.00", ""),
    ]  # fmt: skip
    assert "=1+1" not in content


def test_a_page_to_print_is_in_the_language_of_the_reader(market: Market) -> None:
    opened = buy(market, BORIS, line(market.listed(title="竿")))
    refund(market, opened, quantity=1)
    market.settle()
    invoice, note = issued(market, opened)
    english, again = (file(market, "document_pdf", invoice["document_id"]) for _ in range(2))
    assert (english.headers["content-type"], english.body) == ("application/pdf", again.body)
    assert english.headers["content-disposition"] == f'attachment; filename="{invoice["number"]}.pdf"'
    assert b"STSong-Light" in bytes(english.body)
    chinese = file(market, "document_pdf", invoice["document_id"], language="zh").body
    assert chinese == file(market, "document_pdf", invoice["document_id"], **{"language": "zh"}).body != english.body
    assert bytes(file(market, "document_pdf", note["document_id"]).body).startswith(b"%PDF-")
    with pytest.raises(Malformed):
        file(market, "document_pdf", "nothing")
