"""A refund beside a dispute of the same payment: whoever gets it from his bank does not get it from us, too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.refusals import PaymentDisputed, RefundTakenByBank

from .market import ANNA, OPERATOR, Market
from .paying import ensure_sound
from .questioning import ask
from .test_disputes import BORIS, FEE, ended, opened_dispute
from .test_payments_refunds import refunded, status


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        assert market.account("provider") == market.provider.balance_minor
        ensure_sound(market)


def without_provider(market: Market) -> tuple[dict[str, Any], str]:
    """A rod is paid back while the provider is away, and then its payment is disputed."""
    opened = market.paid(market.listed())
    market.extras["provider"] = None
    refund_id = refunded(market, opened)
    market.extras["provider"] = market.provider
    opened_dispute(market, opened)
    return opened, refund_id


def failed(market: Market) -> tuple[dict[str, Any], str]:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id, "failed", "card_closed")
    market.told_of_refund(refund_id)
    return opened, refund_id


def test_a_refund_that_was_not_sent_waits_for_the_end_of_the_dispute(market: Market) -> None:
    opened, refund_id = without_provider(market)
    market.pass_time(hours=3)
    assert UUID(refund_id) not in market.provider.requests
    market.provider.instantly = "captured"
    ended(market, "won")
    market.pass_time(hours=2)
    assert status(market, opened, refund_id) == "refunded"


def test_a_refund_that_the_bank_has_paid_is_not_sent(market: Market) -> None:
    opened, refund_id = without_provider(market)
    ended(market, "lost")
    market.pass_time(hours=2)
    assert UUID(refund_id) not in market.provider.requests
    assert status(market, opened, refund_id) == "set_off"
    assert market.books() == {("provider", None): -FEE, ("processing_fees", None): FEE}
    (seen,) = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])["refunds"]
    assert (seen["state"], seen["amount_minor"]) == ("set_off", 0)


def test_what_is_left_of_it_is_sent_also_when_all_that_was_due_is_worked_off_together(market: Market) -> None:
    opened = market.paid(market.listed())
    (order,) = market.orders(opened)
    asked = {"order_id": order.id, "line_id": next(iter(order.lines)), "quantity": 1}
    refund_id = str(market.do("refund_line", ANNA, **asked)["refund_id"])
    market.provider.disputed.open("dp_1", opened["payment_id"], 5_000)
    market.told_of_dispute("dp_1")
    market.pass_time(minutes=1)
    market.provider.disputed.end("dp_1", "lost")
    market.told_of_dispute("dp_1")
    market.provider.instantly = "captured"
    market.pass_time(days=1)
    market.pass_time(seconds=5)
    assert status(market, opened, refund_id) == "refunded"


def test_of_two_refunds_that_are_worked_off_together_the_one_that_the_bank_has_not_paid_is_sent(market: Market) -> None:
    opened = market.paid(lines=[{"listing_id": market.listed(), "quantity": 2}])
    (order,) = market.orders(opened)
    asked = {"order_id": order.id, "line_id": next(iter(order.lines)), "quantity": 1}
    refund_ids = [str(market.do("refund_line", ANNA, **asked)["refund_id"]) for _ in range(2)]
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000)
    market.told_of_dispute("dp_1")
    market.pass_time(minutes=1)
    market.provider.disputed.end("dp_1", "lost")
    market.told_of_dispute("dp_1")
    market.provider.instantly = "captured"
    market.pass_time(days=1)
    market.pass_time(days=1)
    assert sorted(status(market, opened, one) for one in refund_ids) == ["refunded", "set_off"]


def test_of_a_refund_that_the_bank_has_paid_in_part_the_rest_is_sent(market: Market) -> None:
    opened = market.paid(market.listed())
    market.extras["provider"] = None
    refund_id = refunded(market, opened)
    market.extras["provider"] = market.provider
    opened_dispute(market, opened, 5_000)
    ended(market, "lost")
    market.provider.instantly = "captured"
    market.pass_time(hours=2)
    market.pass_time(seconds=5)
    assert status(market, opened, refund_id) == "refunded"
    assert market.provider.refunds[UUID(refund_id)]["amount_minor"] == 7_000
    assert market.books() == {("provider", None): -FEE, ("processing_fees", None): FEE}


def test_an_operator_does_not_demand_it_again_while_it_is_disputed_or_was_paid_by_the_bank(market: Market) -> None:
    opened, refund_id = failed(market)
    again = {"checkout_id": opened["checkout_id"], "refund_id": refund_id}
    opened_dispute(market, opened)
    with pytest.raises(PaymentDisputed):
        market.do("retry_refund", OPERATOR, **again)
    ended(market, "lost")
    with pytest.raises(RefundTakenByBank):
        market.do("retry_refund", OPERATOR, **again)
    assert market.account("refunds_due") == market.account("dispute_losses") == 0


def test_a_refund_that_was_sent_before_the_dispute_is_booked_as_the_provider_tells(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    opened_dispute(market, opened)
    market.provider.end_refund(refund_id)
    market.pass_time(seconds=10)
    assert status(market, opened, refund_id) == "refunded"
    ended(market, "lost")
    assert market.account("dispute_losses") == 12_000
