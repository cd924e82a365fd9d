"""Money that goes back: of a line, before and after the shares were released; failed, retried, lost on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.refusals import Forbidden
from services.mall.domain.refusals import NoSuchRefund, OverRefunded, RefundAlreadyConfirmed, RefundNotCovered

from .market import ANNA, BORIS, CHEN, GROUP, OPERATOR, Market
from .paying import account, asked, terms


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def refunded(market: Market, opened: dict[str, Any], quantity: int = 1) -> str:
    order = market.orders(opened)[0]
    (line_id,) = order.lines
    done = market.do("refund_line", ANNA, order_id=order.id, line_id=line_id, quantity=quantity)
    market.settle()
    return str(done["refund_id"])


def delivered(market: Market, opened: dict[str, Any]) -> None:
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])


def status(market: Market, opened: dict[str, Any], refund_id: str) -> str:
    return str(market.checkout(opened).refunds[refund_id]["status"])


def through_the_shelf(market: Market) -> dict[str, Any]:
    rod = market.listed()
    market.found_group(CHEN)
    market.do("pick", CHEN, group_id=GROUP, listing_id=rod)
    line = {"listing_id": rod, "quantity": 1, "group_id": GROUP}
    return market.paid(lines=[line])


def test_an_operator_who_bought_it_does_not_pay_herself_back(market: Market) -> None:
    opened = market.paid(market.listed(), buyer_id=OPERATOR)
    (order,) = market.orders(opened)
    with pytest.raises(Forbidden):
        market.do("refund_line", OPERATOR, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)


def test_a_refund_before_release_takes_back_what_is_held(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    refund_id = refunded(market, opened)
    assert market.books() == {("provider", None): 12_000, ("refunds_due", opened["checkout_id"]): -12_000}
    market.provider.end_refund(refund_id)
    assert market.told_of_refund(refund_id) == 204
    assert market.books() == {}
    assert status(market, opened, refund_id) == "refunded"


def test_a_refund_after_release_takes_back_what_is_available(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    market.pass_time(days=7)
    assert market.account("seller_available") == -10_200
    assert market.account("community_available") == -1_200
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id)
    assert market.books() == {}


def test_shares_are_held_until_the_return_window_closes(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    market.pass_time(days=6, hours=23)
    assert market.account("seller_available") == 0
    market.pass_time(hours=1)
    assert market.account("seller_held") == 0
    (fact,) = [fact for fact in market.facts if type(fact).__name__ == "Released"]
    assert fact.effective_at == market.orders(opened)[0].return_window_ends_at


def test_a_refund_whose_answer_and_callback_are_lost_is_asked_for(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.faults.append("lost")
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id)
    market.pass_time(seconds=6)
    assert status(market, opened, refund_id) == "refunded"
    assert market.provider.requests.count(UUID(refund_id)) == 1


def test_a_refund_that_never_arrived_is_requested_again(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.faults.append("dropped")
    refund_id = refunded(market, opened)
    market.provider.instantly = "captured"
    market.pass_time(seconds=6)
    assert status(market, opened, refund_id) == "refunded"


def test_a_refusal_after_a_standstill_is_not_granted_in_the_same_moment(market: Market) -> None:
    """Requesting and asking are due at once then: else it would go back twice, once demanded again under another id."""
    opened = market.paid(market.listed())
    (order,) = market.orders(opened)
    done = market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.provider.faults.append("not_enough")
    market.pass_time(hours=1)
    assert (status(market, opened, done["refund_id"]), market.provider.refunds) == ("failed", {})


def test_what_was_lost_in_a_standstill_is_requested_again_by_one_alone(market: Market) -> None:
    opened = market.paid(market.listed())
    (order,) = market.orders(opened)
    done = market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.provider.faults += ["dropped", "not_enough"]
    market.pass_time(hours=1)
    assert (status(market, opened, done["refund_id"]), market.provider.refunds) == ("failed", {})


def test_a_failed_refund_stays_visible_and_due_and_is_not_repeated_by_itself(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id, "failed", "card_closed")
    market.told_of_refund(refund_id)
    market.pass_time(days=1)
    assert status(market, opened, refund_id) == "failed"
    assert market.account("refunds_due") == -12_000
    assert market.provider.requests.count(UUID(refund_id)) == 1


def test_an_operator_demands_a_failed_refund_again_and_only_once(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id, "failed", "card_closed")
    market.told_of_refund(refund_id)
    market.provider.instantly = "captured"
    again = {"checkout_id": opened["checkout_id"], "refund_id": refund_id}
    retried = market.do("retry_refund", OPERATOR, **again)["refund_id"]
    assert market.do("retry_refund", OPERATOR, **again)["refund_id"] == retried
    market.settle()
    assert status(market, opened, retried) == "refunded"
    assert market.books() == {}
    with pytest.raises(RefundAlreadyConfirmed):
        market.do("retry_refund", OPERATOR, **(again | {"refund_id": retried}))


def test_a_refund_under_way_is_not_demanded_again(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    before = market.position
    again = market.do("retry_refund", OPERATOR, checkout_id=opened["checkout_id"], refund_id=refund_id)
    assert (again["refund_id"], market.position) == (refund_id, before)


def test_the_same_callback_about_a_refund_twice_is_decided_once(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id, "evt_r1")
    before = market.position
    assert market.told_of_refund(refund_id, "evt_r1") == market.told_of_refund(refund_id, "evt_r2") == 204
    assert market.position == before


def test_a_callback_about_a_refund_that_nobody_demanded_is_refused(market: Market) -> None:
    opened = market.paid(market.listed())
    payment = market.provider.document(UUID(opened["payment_id"]))
    stray = payment | {"refund_id": opened["checkout_id"], "status": "succeeded"}
    with pytest.raises(NoSuchRefund):
        market.callback("evt_stray", "refund.succeeded", stray)


def test_no_more_goes_back_than_was_bought(market: Market) -> None:
    opened = market.paid(market.listed())
    refunded(market, opened)
    with pytest.raises(OverRefunded):
        refunded(market, opened)


def test_a_buyer_asks_to_return_and_the_seller_pays_back(market: Market) -> None:
    opened = market.paid(market.listed())
    delivered(market, opened)
    order = market.orders(opened)[0]
    (line_id,) = order.lines
    asked = {"order_id": order.id, "line_id": line_id, "quantity": 1, "reason": "too_short"}
    market.do("request_return", BORIS, **asked)
    assert market.orders(opened)[0].left[line_id]["returning"] == 1
    refunded(market, opened)
    assert market.orders(opened)[0].left[line_id] == {
        "quantity": 0, "returning": 0, "price_minor": 0, "freight_minor": 0,
        "shares": {"seller": 0, "community": 0, "platform": 0},
    }  # fmt: skip


def test_a_seller_gives_back_of_what_was_released_only_what_she_has(market: Market) -> None:
    opened = market.paid(market.listed())
    delivered(market, opened)
    terms(market)
    account(market)
    market.pass_time(days=8)
    asked(market, 11_000)
    (line_id,) = market.orders(opened)[0].lines
    part = {"order_id": opened["order_ids"][0], "line_id": line_id}
    with pytest.raises(RefundNotCovered):
        market.do("refund_line", ANNA, **part, amount_minor=1_000)
    market.do("refund_line", ANNA, **part, amount_minor=400)
    market.do("refund_line", OPERATOR, **part, amount_minor=1_000)
