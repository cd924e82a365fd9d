"""Checkouts and orders, and who of those who take part sees what."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.mall.domain.refusals import NoSuchCheckout, NoSuchOrder
from services.mall.projections.orders import orders
from tests.support.statements import glances_at

from .market import ANNA, BORIS, CHEN, DORA, OPERATOR, Market
from .questioning import ask, buy, line, market_listing


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


def test_a_checkout_is_its_buyers_and_looks_missing_to_others(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market)))
    seen = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])
    assert (seen["state"], seen["payment_state"], seen["captured_minor"]) == ("paid", "captured", 12_000)
    assert seen["order_ids"] == opened["order_ids"] == [order["order_id"] for order in seen["orders"]]
    for other in (ANNA, CHEN, OPERATOR):
        with pytest.raises(NoSuchCheckout):
            ask(market, "checkout", other, checkout_id=opened["checkout_id"])


def test_a_checkout_has_its_orders_as_they_were_bought_and_refunds_as_they_were_demanded(market: Market) -> None:
    market.seller(DORA)
    rod, lamp = market_listing(market, stock=9), market.listed(DORA, stock=9)
    market.settle()
    opened = buy(market, BORIS, line(lamp, 3), line(rod, 3))
    demanded = []
    for order in (*market.orders(opened), *market.orders(opened)[::-1]):
        part = {"order_id": order.id, "line_id": next(iter(order.lines)), "quantity": 1}
        demanded.append(market.do("refund_line", order.seller_person_id, **part)["refund_id"])
    market.settle()
    seen = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])
    assert [(one["order_id"], one["total_minor"]) for one in seen["orders"]] == [
        (order_id, 36_000) for order_id in opened["order_ids"]
    ]
    assert [one["refund_id"] for one in seen["refunds"]] == demanded
    of_order = ask(market, "order", BORIS, order_id=opened["order_ids"][0])["refunds"]
    assert [one["refund_id"] for one in of_order] == [demanded[0], demanded[3]]


def test_a_checkout_is_shown_although_a_view_has_its_order_not_yet(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market)))
    with market.service.views.writing() as connection:
        connection.execute(orders.delete())
    seen = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])
    assert (seen["order_ids"], seen["orders"], seen["refunds"]) == (opened["order_ids"], [], [])


@pytest.mark.parametrize("question", ["checkout", "order", "listing"])
def test_a_question_about_one_thing_and_its_parts_is_one_statement(market: Market, question: str) -> None:
    rod = market_listing(market)
    opened = buy(market, BORIS, line(rod))
    wanted = {"checkout": opened["checkout_id"], "order": opened["order_ids"][0], "listing": rod}[question]
    with glances_at(market.service.views) as glances:
        ask(market, question, BORIS, **{f"{question}_id": wanted})
    assert glances == [1]


def test_an_order_is_its_buyers_its_sellers_and_operators(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market)))
    wanted = {"order_id": opened["order_ids"][0]}
    for allowed in (BORIS, ANNA, OPERATOR):
        assert ask(market, "order", allowed, **wanted)["state"] == "paid"
    for other in (CHEN, DORA):
        with pytest.raises(NoSuchOrder):
            ask(market, "order", other, **wanted)


def test_the_seller_has_the_address_from_payment_until_the_window_closes(market: Market) -> None:
    rod = market_listing(market)
    opened = market.bought(rod, delivery_address="1 Lake Road")
    market.settle()
    wanted = {"order_id": opened["order_ids"][0]}

    def address(actor_id: object = ANNA) -> object:
        return ask(market, "order", actor_id, **wanted)["delivery_address"]  # type: ignore[arg-type]

    assert (address(ANNA), address(BORIS), address(OPERATOR)) == (None, "1 Lake Road", None)
    market.provider.capture(opened["payment_id"])
    market.told(opened["payment_id"])
    market.settle()
    assert address() == "1 Lake Road"
    market.do("deliver", ANNA, **wanted)
    market.settle()
    assert address() == "1 Lake Road"
    market.pass_time(days=8)
    assert (address(ANNA), address(BORIS), address(OPERATOR)) == (None, "1 Lake Road", None)


def test_each_reading_of_an_address_by_its_seller_is_logged(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market)))
    wanted = {"order_id": opened["order_ids"][0]}
    with capture_logs() as logged:
        for actor_id in (ANNA, BORIS, OPERATOR, ANNA):
            ask(market, "order", actor_id, **wanted)
    assert [entry for entry in logged if entry["event"] == "address read"] == [
        {"event": "address read", "log_level": "info", "order_id": wanted["order_id"], "by": str(ANNA)}
    ] * 2


def test_a_forgotten_buyer_has_no_address(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market)))
    market.service.keys.forget(str(BORIS))
    assert ask(market, "order", BORIS, order_id=opened["order_ids"][0])["delivery_address"] is None


def test_the_buyer_sees_no_shares_and_the_seller_no_buyer(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market)))
    wanted = {"order_id": opened["order_ids"][0]}
    bought, sold = ask(market, "order", BORIS, **wanted), ask(market, "order", ANNA, **wanted)
    assert bought["lines"][0]["shares"] is None
    assert bought["lines"][0]["left"]["shares"] is None
    assert bought["buyer_id"] == str(BORIS)
    assert sold["lines"][0]["shares"] == {"seller": 11_400, "community": 0, "member": 0, "platform": 600}
    assert sold["buyer_id"] is None
    assert ask(market, "order", OPERATOR, **wanted)["buyer_id"] == str(BORIS)


def test_a_refund_stands_with_its_order_and_its_checkout(market: Market) -> None:
    opened = buy(market, BORIS, line(market_listing(market), 2))
    order = market.orders(opened)[0]
    line_id = next(iter(order.lines))
    refund = market.do("refund_line", ANNA, order_id=order.id, line_id=line_id, quantity=1)
    market.settle()
    seen = ask(market, "order", BORIS, order_id=order.id)
    assert [(one["refund_id"], one["line_id"], one["state"]) for one in seen["refunds"]] == [
        (refund["refund_id"], line_id, "demanded")
    ]
    assert (seen["refunded_minor"], seen["lines"][0]["left"]["quantity"]) == (12_000, 1)
    market.provider.end_refund(refund["refund_id"])
    market.told_of_refund(refund["refund_id"])
    market.settle()
    assert ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])["refunds"][0]["state"] == "refunded"


def test_orders_are_listed_for_the_buyer_and_for_the_seller(market: Market) -> None:
    rod = market_listing(market, stock=9)
    mine = [buy(market, BORIS, line(rod))["order_ids"][0] for _ in range(3)]
    other = buy(market, CHEN, line(rod))["order_ids"][0]

    def listed(actor_id: object, **asked: object) -> list[str]:
        return [row["order_id"] for row in ask(market, "orders", actor_id, **asked)["items"]]  # type: ignore[arg-type]

    assert listed(BORIS) == mine[::-1]
    assert listed(ANNA, **{"as": "seller"}) == [other, *mine[::-1]]
    assert listed(ANNA) == listed(DORA, **{"as": "seller"}) == []
    first = ask(market, "orders", BORIS, limit=2)
    assert listed(BORIS, limit=2, cursor=first["next"]) == mine[:1]
