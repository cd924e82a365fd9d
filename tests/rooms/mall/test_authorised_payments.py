"""A mall that has money reserved first: taken when all orders of the checkout wait for it, let go when none does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .market import BORIS, Market


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path, payments_capture="manual") as market:
        market.seller()
        yield market


def ordered(market: Market) -> dict[str, Any]:
    """Asked for, and still with the bank of the buyer."""
    opened = market.bought(market.listed())
    market.settle()
    assert market.provider.payments
    return opened


def authorise(market: Market, opened: dict[str, Any], **changes: Any) -> None:
    (payment,) = market.provider.payments.values()
    payment.update({"status": "authorised"} | changes)


def test_what_is_authorised_is_captured_when_it_is_told(market: Market) -> None:
    opened = ordered(market)
    authorise(market, opened)
    assert market.told(opened["payment_id"]) == 204
    assert market.checkout(opened).status == "paid"
    assert market.provider.balance_minor == market.account("provider") == 12_000


def test_what_is_authorised_is_captured_when_it_is_asked_for(market: Market) -> None:
    opened = ordered(market)
    authorise(market, opened)
    market.pass_time(seconds=10)
    assert market.checkout(opened).status == "paid"


def test_what_is_authorised_at_once_is_captured_at_once(market: Market) -> None:
    market.provider.instantly = "authorised"
    opened = market.bought(market.listed())
    market.settle()
    assert market.checkout(opened).status == "paid"


@pytest.mark.parametrize("ends_as", ["expired", "cancelled"])
def test_what_is_authorised_after_the_end_is_let_go_and_nothing_is_paid_back(market: Market, ends_as: str) -> None:
    opened = ordered(market)
    if ends_as == "cancelled":
        market.do("cancel_checkout", BORIS, checkout_id=opened["checkout_id"])
    else:
        market.pass_time(minutes=16)
    assert market.checkout(opened).status == ends_as
    authorise(market, opened)
    assert market.told(opened["payment_id"]) == 204
    market.pass_time(hours=2)
    assert market.checkout(opened).payment_status == "declined"
    assert market.checkout(opened).refunds == {}
    assert (market.provider.balance_minor, market.books()) == (0, {})


def test_the_same_told_twice_is_decided_once(market: Market) -> None:
    opened = ordered(market)
    authorise(market, opened)
    document = market.provider.document(next(iter(market.provider.payments)))
    assert market.callback("evt_1", "payment.authorised", document) == 204
    assert market.callback("evt_1", "payment.authorised", document) == 204
    assert market.account("provider") == 12_000


def test_another_amount_than_was_asked_for_is_not_captured(market: Market) -> None:
    opened = ordered(market)
    authorise(market, opened, amount_minor=11_999)
    assert market.told(opened["payment_id"]) == 204
    assert (market.checkout(opened).status, market.provider.balance_minor) == ("declined", 0)


def test_while_nobody_knows_whether_it_was_captured_it_is_to_be_told_again(market: Market) -> None:
    opened = ordered(market)
    authorise(market, opened)
    market.provider.unanswered_captures = 1
    assert market.told(opened["payment_id"]) == 503
    assert market.checkout(opened).status == "open"
    assert market.told(opened["payment_id"]) == 204
    assert market.checkout(opened).status == "paid"
