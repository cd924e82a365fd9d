"""Statements: what a party was owed, what changed that, and that it is the ledger's, to the cent."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from services.kernel.doors.operation import Actor
from services.kernel.refusals import Malformed
from services.mall.domain.refusals import FiguresNotReady, NoSuchAccount, PeriodEndsFirst, StatementTooLong
from services.mall.domain.seller import Seller
from services.mall.papers import doors
from services.mall.projections.ledger import OF_PARTIES, balances

from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .questioning import ask, buy, line, put_on_shelf
from .stories import eventful

SELLER = str(Seller.create_id(ANNA))


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with Market(tmp_path_factory.mktemp("statements")) as market:
        eventful(market)
        yield market


def stated(market: Market, party: object, actor_id: UUID = OPERATOR, **asked: Any) -> dict[str, Any]:
    return ask(market, "statement", actor_id, party=str(party), **asked)


def file(market: Market, name: str, actor_id: UUID = ANNA, language: str = "en", **asked: str) -> Response:
    query = urlencode({"party": SELLER} | asked)
    headers = [(b"accept-language", language.encode())]
    request = Request({"type": "http", "path_params": {}, "query_string": query.encode(), "headers": headers})
    operation = market.service.by_name[name]
    roles = frozenset({"operator"} if actor_id == OPERATOR else ())
    response: Response = market.runner.run(operation.does(market.service, request, Actor(actor_id, roles)))
    return response


def closing(statement: dict[str, Any]) -> dict[str, int]:
    return {row["account"]: row["closing_minor"] for row in statement["accounts"]}


def test_a_statement_ends_with_what_the_books_have_at_its_position(market: Market) -> None:
    with market.service.views.reading() as connection:
        kept = [row._mapping for row in connection.execute(select(balances).where(balances.c.account.in_(OF_PARTIES)))]
    for party in {row["party_id"] for row in kept}:
        seen = stated(market, party or "platform")
        mine = {row["account"]: -row["balance_minor"] for row in kept if row["party_id"] == party}
        assert {name: amount for name, amount in closing(seen).items() if name in OF_PARTIES} == mine
        assert seen["position"] == f"mall:{market.position}"


def test_all_parties_and_nobody_come_to_nothing(market: Market) -> None:
    total = Counter[str]()
    for party in {party or "platform" for _, party in market.books()}:
        for row in stated(market, party)["accounts"]:
            total[row["currency"]] += row["closing_minor"]
    assert total == {"EUR": 0}


def test_every_entry_says_what_caused_it(market: Market) -> None:
    seen = stated(market, SELLER, ANNA)
    assert seen["name"] == "Somebody"
    causes = {entry["cause"] for entry in seen["entries"]}
    taken_back = {"order_line_refunded", "order_line_charged_back", "order_cancelled_paid"}
    of_payouts = {f"payout_{what}" for what in ("requested", "cancelled", "failed", "returned")}
    assert causes == {"order_paid", "order_released", "order_share_forfeited", *taken_back, *of_payouts}
    for entry in seen["entries"]:
        assert (entry["payout_id"] is not None) == (entry["cause"] in of_payouts)
        assert (entry["order_id"] is None) == (entry["cause"] in of_payouts)
        is_refund, is_taken_back = entry["cause"] == "order_line_refunded", entry["cause"] == "order_line_charged_back"
        assert (entry["refund_id"] is not None) == is_refund
        assert (entry["line_id"] is not None) == (is_refund or is_taken_back)
    places = [(entry["position"], entry["number"]) for entry in seen["entries"]]
    assert places == sorted(places)


def test_pages_hold_at_the_position_of_the_first(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = market.listed(stock=9)
        for _ in range(3):
            buy(market, BORIS, line(rod))
        whole = stated(market, SELLER, ANNA)
        first = stated(market, SELLER, ANNA, limit=2)
        buy(market, BORIS, line(rod))
        second = stated(market, SELLER, ANNA, limit=2, cursor=first["next"])
        assert first["entries"] + second["entries"] == whole["entries"]
        assert (second["accounts"], second["position"], second["next"]) == (whole["accounts"], whole["position"], None)
        ahead = market.service.by_name["statement"].gives().dump({"next": ["999999", "1", "0"]})["next"]
        with pytest.raises(FiguresNotReady):
            stated(market, SELLER, ANNA, cursor=ahead)


def test_a_period_begins_with_what_was_owed_before_it(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = market.listed(stock=9)
        buy(market, BORIS, line(rod))
        market.pass_time(days=1)
        cut = market.clock.at.isoformat()
        buy(market, BORIS, line(rod))
        before, after = stated(market, SELLER, ANNA, to=cut), stated(market, SELLER, ANNA, **{"from": cut})
        (row,) = after["accounts"]
        assert (row["opening_minor"], row["added_minor"], row["taken_minor"]) == (11_400, 11_400, 0)
        assert closing(before) == {"seller_held": 11_400}
        assert closing(after) == {"seller_held": 22_800}
        with pytest.raises(PeriodEndsFirst):
            stated(market, SELLER, ANNA, **{"from": cut, "to": cut})


def test_what_is_recorded_later_is_left_out_as_of_then(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = market.listed(stock=9)
        buy(market, BORIS, line(rod))
        then = market.clock.at.isoformat()
        market.pass_time(days=1)
        recorded_sale(market, rod, (NOON - timedelta(days=400)).isoformat())
        early = {"to": NOON.isoformat()}
        assert closing(stated(market, SELLER, ANNA, **early)) == {"seller_held": 12_000}
        assert stated(market, SELLER, ANNA, **early, as_of=then)["accounts"] == []
        assert closing(stated(market, SELLER, ANNA, as_of=then)) == {"seller_held": 11_400}


def recorded_sale(market: Market, rod: str, happened_at: str) -> None:
    checkout = {"checkout_id": uuid4(), "happened_at": happened_at}
    sold = {"line_id": uuid4(), "listing_id": rod, "quantity": 1, "unit_price_minor": 12_000, "freight_minor": 0}
    parts = [{"order_id": uuid4(), "seller_id": SELLER, "lines": [sold]}]
    payment = {"payment_id": uuid4(), "method": "voucher", "amount_minor": 12_000}
    market.do("record_sale", OPERATOR, **checkout, buyer_id=BORIS, currency="EUR", orders=parts)
    market.do("record_payment", OPERATOR, **checkout, **payment)
    market.do("record_settlement", OPERATOR, **checkout)
    market.settle()


def test_a_party_sees_its_own_and_an_operator_all_of_them(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = market.listed(stock=9)
        put_on_shelf(market, CHEN, rod)
        opened = buy(market, BORIS, line(rod, 1, GROUP))
        assert closing(stated(market, GROUP, CHEN)) == {"community_held": 1_200}
        assert stated(market, BORIS, BORIS)["accounts"] == []
        hers = stated(market, "mine", ANNA)
        assert hers == stated(market, SELLER.upper(), ANNA)
        assert (hers["party"], closing(hers)) == (SELLER, {"seller_held": 10_200})
        assert closing(stated(market, "platform")) == {"platform_held": 600, "provider": -12_000}
        assert closing(stated(market, opened["checkout_id"])) == {"unallocated": 0}
        for party, actor_id in (
            (SELLER, BORIS), (SELLER, CHEN), (GROUP, DORA), (BORIS, ANNA), ("platform", ANNA), (uuid4(), OPERATOR),
            ("mine", BORIS), (opened["checkout_id"], BORIS),
        ):  # fmt: skip
            with pytest.raises(NoSuchAccount):
                stated(market, party, actor_id)


@pytest.mark.parametrize("party", ["", "nobody", "0000", "{" + SELLER + "}"])
def test_what_is_no_party_is_malformed(market: Market, party: str) -> None:
    with pytest.raises(Malformed):
        stated(market, party)


def test_a_file_of_values_adds_up_and_is_the_same_in_every_language(market: Market) -> None:
    response = file(market, "statement_csv")
    assert response.headers["content-type"] == "text/csv"
    assert file(market, "statement_csv", language="zh").body == response.body
    rows, seen = list(csv.DictReader(StringIO(bytes(response.body).decode()))), stated(market, SELLER, ANNA)
    total = Counter[str]()
    for row in rows:
        total[row["account"]] += int(row["amount_minor"]) * (-1 if row["row"] == "closing" else 1)
    assert len(rows) == len(seen["entries"]) + 2 * len(seen["accounts"])
    assert not any(total.values())
    assert all(row["amount"] == f"{int(row['amount_minor']) / 100:.2f}" for row in rows)


def test_a_page_to_print_is_the_same_bytes_again_and_another_in_another_language(market: Market) -> None:
    english, again = file(market, "statement_pdf"), file(market, "statement_pdf")
    assert english.headers["content-type"] == "application/pdf"
    assert bytes(english.body).startswith(b"%PDF-")
    assert english.body == again.body
    assert file(market, "statement_pdf", language="zh").body == file(market, "statement_pdf", **{"language": "zh"}).body
    assert file(market, "statement_pdf", language="zh").body != english.body


def test_a_file_is_for_whom_the_statement_is_for(market: Market) -> None:
    for name in ("statement_csv", "statement_pdf"):
        with pytest.raises(NoSuchAccount):
            file(market, name, BORIS)
        with pytest.raises(Malformed):
            file(market, name, party="nobody")
        assert file(market, name, OPERATOR).status_code == 200


def test_a_file_takes_so_many_entries(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(stated(market, SELLER, ANNA)["entries"])
    monkeypatch.setattr("services.mall.papers.whole.PAGE_ROWS", 2)
    monkeypatch.setattr(doors, "MOST_IN_CSV", count)
    assert bytes(file(market, "statement_csv").body).count(b"\nentry,") == count
    monkeypatch.setattr(doors, "MOST_IN_CSV", count - 1)
    with pytest.raises(StatementTooLong):
        file(market, "statement_csv")
