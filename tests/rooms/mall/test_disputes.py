"""Disputes from the callback to the books: before and after release, after a refund, twice, lost on the way."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from services.mall.domain.refusals import (
    DisputeAboveCapture,
    DisputeDiffers,
    DisputeEndedOtherwise,
    DisputeFeeTooHigh,
    NoSuchCheckout,
    OrderDisputed,
    PaymentNotCaptured,
)
from services.mall.domain.reversals import Reversible
from services.mall.invariants import invariants
from tests.support.forging import judged

from .gathered import PRICE, Gathered, ticket
from .market import ANNA, BORIS, CHEN, DORA, OPERATOR, Market
from .questioning import ask
from .test_payments_refunds import delivered, refunded, through_the_shelf

FEE = 1_500


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market
        market.settle()
        assert market.account("provider") == market.provider.balance_minor
        assert broken(market) == {}


def broken(market: Market) -> dict[str, str]:
    """What the audit would find."""
    rows = market.service.recorder.due(market.clock.at + timedelta(days=400), 1_000)
    store: Any = Mock(due_rows=lambda: {(row.kind, row.subject) for row in rows})
    found = {one.name: judged(one, market.facts) for one in invariants(store)}
    return {name: what for name, what in found.items() if what is not None}


def opened_dispute(
    market: Market, opened: dict[str, Any], amount_minor: int = 12_000, dispute_id: str = "dp_1"
) -> None:
    market.provider.disputed.open(dispute_id, opened["payment_id"], amount_minor)
    assert market.told_of_dispute(dispute_id) == 204
    market.settle()


def ended(market: Market, status: Any, dispute_id: str = "dp_1") -> None:
    market.provider.disputed.end(dispute_id, status)
    assert market.told_of_dispute(dispute_id) == 204
    market.settle()


def order_of(market: Market, opened: dict[str, Any], by: Any = ANNA) -> dict[str, Any]:
    return ask(market, "order", by, order_id=opened["order_ids"][0])


def test_what_the_provider_takes_is_booked_at_once_and_held_money_stays_held(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    opened_dispute(market, opened)
    market.pass_time(days=30)
    assert market.account("provider") == 0
    assert market.account("disputed") == 12_000
    assert market.account("seller_held") == -10_200
    assert market.orders(opened)[0].status == "delivered"


def test_won_it_goes_on_where_it_was_and_is_released(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    opened_dispute(market, opened)
    market.pass_time(days=30)
    ended(market, "won")
    market.pass_time(seconds=1)
    assert market.orders(opened)[0].status == "released"
    assert (market.account("disputed"), market.account("provider")) == (0, 12_000)


def test_won_within_the_window_it_is_released_when_that_closes(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    opened_dispute(market, opened)
    ended(market, "won")
    market.pass_time(days=6)
    assert market.orders(opened)[0].status == "delivered"
    market.pass_time(days=1)
    assert market.orders(opened)[0].status == "released"


def test_delivered_while_it_is_disputed_it_is_released_when_it_was_won(market: Market) -> None:
    opened = through_the_shelf(market)
    opened_dispute(market, opened)
    delivered(market, opened)
    market.pass_time(days=8)
    assert market.orders(opened)[0].status == "delivered"
    ended(market, "won")
    market.pass_time(seconds=1)
    assert market.orders(opened)[0].status == "released"


@pytest.mark.parametrize("days", [0, 8])
def test_lost_every_party_bears_its_share_before_and_after_release(market: Market, days: int) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    market.pass_time(days=days)
    opened_dispute(market, opened)
    ended(market, "lost")
    assert market.books() == {("provider", None): -FEE, ("processing_fees", None): FEE}
    market.pass_time(days=30)
    assert market.books() == {("provider", None): -FEE, ("processing_fees", None): FEE}


def test_a_fee_that_is_told_when_it_is_lost_is_borne_like_one_that_was_told_before(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000, fee_minor=0)
    assert market.told_of_dispute("dp_1") == 204
    market.provider.disputed.end("dp_1", "lost", fee_minor=FEE)
    for number in range(2):
        assert market.told_of_dispute("dp_1", f"evt_lost_{number}") == 204
    market.settle()
    assert market.books() == {("provider", None): -FEE, ("processing_fees", None): FEE}
    assert ask(market, "disputes", OPERATOR)["items"][0]["fee_minor"] == FEE


def test_a_fee_that_is_told_late_is_bounded_like_any(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000, fee_minor=0)
    assert market.told_of_dispute("dp_1") == 204
    market.provider.disputed.end("dp_1", "lost", fee_minor=10_001)
    with pytest.raises(DisputeFeeTooHigh):
        market.told_of_dispute("dp_1", "evt_lost")
    ended(market, "won")


def test_the_fee_is_the_sellers_where_the_terms_say_so(market: Market) -> None:
    terms = {"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None}
    market.do("set_terms", OPERATOR, **terms, dispute_fee_borne_by="seller")
    opened = market.paid(market.listed())
    opened_dispute(market, opened)
    ended(market, "lost")
    seller_id = str(market.orders(opened)[0].seller_id)
    assert market.books() == {("provider", None): -FEE, ("seller_available", seller_id): FEE}


def test_after_a_refund_of_the_same_payment_the_rest_is_a_loss_of_the_platform(market: Market) -> None:
    opened = market.paid(market.listed())
    refund_id = refunded(market, opened)
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id)
    opened_dispute(market, opened)
    ended(market, "lost")
    assert market.books() == {
        ("provider", None): -12_000 - FEE, ("dispute_losses", None): 12_000, ("processing_fees", None): FEE,
    }  # fmt: skip


def test_of_several_sellers_each_bears_its_part_of_what_is_left(market: Market) -> None:
    market.seller(DORA)
    opened = market.paid(market.listed(price_minor=1_000), market.listed(DORA, price_minor=2_000))
    opened_dispute(market, opened, 1_500)
    ended(market, "lost")
    assert [order.left_minor for order in market.orders(opened)] == [500, 1_000]


def test_two_disputes_of_one_payment_take_nothing_twice(market: Market) -> None:
    opened = market.paid(market.listed())
    opened_dispute(market, opened, 8_000, "dp_1")
    opened_dispute(market, opened, 8_000, "dp_2")
    ended(market, "lost", "dp_1")
    with pytest.raises(OrderDisputed):
        refunded(market, opened)
    ended(market, "lost", "dp_2")
    assert market.orders(opened)[0].left_minor == 0
    assert market.account("dispute_losses") == 4_000


def test_an_end_that_is_told_first_is_the_beginning_too(market: Market) -> None:
    opened = market.paid(market.listed())
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000)
    late = market.provider.disputed.document("dp_1")
    ended(market, "lost")
    before = market.position
    assert market.callback("evt_late", "dispute.opened", late) == 204
    assert market.position == before
    assert market.orders(opened)[0].left_minor == 0


def test_the_same_news_twice_are_decided_once(market: Market) -> None:
    opened = market.paid(market.listed())
    opened_dispute(market, opened)
    ended(market, "lost")
    before = market.position
    assert market.told_of_dispute("dp_1") == market.told_of_dispute("dp_1", "evt_another") == 204
    assert market.position == before


def test_contradicting_news_wait_for_a_person(market: Market) -> None:
    opened = market.paid(market.listed())
    opened_dispute(market, opened)
    with pytest.raises(DisputeDiffers):
        market.callback("evt_x", "dispute.lost", market.provider.disputed.document("dp_1")
                        | {"status": "lost", "amount_minor": 1})  # fmt: skip
    ended(market, "won")
    with pytest.raises(DisputeEndedOtherwise):
        market.callback("evt_y", "dispute.lost", market.provider.disputed.document("dp_1") | {"status": "lost"})


def test_a_dispute_before_its_payment_is_booked_is_told_again(market: Market) -> None:
    opened = market.bought(market.listed())
    market.settle()
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000)
    with pytest.raises(PaymentNotCaptured):
        market.told_of_dispute("dp_1")
    market.provider.disputed.known.clear()


@pytest.mark.parametrize(
    ("amount_minor", "fee_minor", "refusal"),
    [(12_001, FEE, DisputeAboveCapture), (10**15, FEE, DisputeAboveCapture), (12_000, 10_001, DisputeFeeTooHigh)],
)
def test_a_dispute_that_cannot_be_is_refused_and_nothing_is_released_until_it_is_corrected(
    market: Market, amount_minor: int, fee_minor: int, refusal: Any
) -> None:
    opened = market.paid(market.listed())
    delivered(market, opened)
    market.provider.disputed.open("dp_1", opened["payment_id"], amount_minor, fee_minor)
    with pytest.raises(refusal):
        market.told_of_dispute("dp_1")
    market.pass_time(days=8)
    assert market.orders(opened)[0].status == "delivered"
    market.provider.disputed.known.clear()
    market.pass_time(hours=1)
    assert market.orders(opened)[0].status == "released"


def test_a_dispute_of_a_payment_that_nobody_knows_is_refused(market: Market) -> None:
    market.provider.disputed.open("dp_1", ANNA, 12_000)
    with pytest.raises(NoSuchCheckout):
        market.told_of_dispute("dp_1")
    market.provider.disputed.known.clear()


def test_a_lost_callback_about_its_end_is_found_by_asking(market: Market) -> None:
    opened = market.paid(market.listed())
    opened_dispute(market, opened)
    market.provider.disputed.end("dp_1", "lost")
    market.pass_time(days=1, seconds=1)
    assert market.orders(opened)[0].left_minor == 0


def test_a_lost_callback_about_its_beginning_is_found_before_anything_is_released(market: Market) -> None:
    opened = market.paid(market.listed())
    delivered(market, opened)
    market.provider.disputed.open("dp_1", opened["payment_id"], 12_000)
    market.pass_time(days=8)
    assert market.orders(opened)[0].is_disputed
    assert market.account("seller_held") == -11_400
    ended(market, "won")
    market.pass_time(seconds=1)
    assert market.orders(opened)[0].status == "released"


def test_nothing_is_released_while_the_provider_does_not_say(market: Market) -> None:
    opened = market.paid(market.listed())
    delivered(market, opened)
    market.provider.disputed.is_away = True
    market.pass_time(days=8)
    assert market.orders(opened)[0].status == "delivered"
    market.provider.disputed.is_away = False
    market.pass_time(hours=2)
    assert market.orders(opened)[0].status == "released"


def test_without_the_guard_what_is_disputed_is_released_and_the_audit_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Market(tmp_path) as market:
        market.seller()
        opened = market.paid(market.listed())
        opened_dispute(market, opened)
        monkeypatch.setattr(Reversible, "_check_undisputed", lambda _: None)
        refunded(market, opened)
        assert broken(market).keys() == {"disputes"}


def test_spree_14622_an_order_says_how_much_of_it_went_back(market: Market) -> None:
    opened = market.paid(market.listed())
    assert order_of(market, opened)["refund_state"] == "none"
    (line_id,) = market.orders(opened)[0].lines
    market.do("refund_line", ANNA, order_id=opened["order_ids"][0], line_id=line_id, amount_minor=2_000)
    market.settle()
    assert order_of(market, opened, BORIS)["refund_state"] == "part"
    refunded(market, opened)
    told = order_of(market, opened)
    assert (told["state"], told["refund_state"], told["refunded_minor"]) == ("paid", "full", 12_000)
    (part,) = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])["orders"]
    assert part["refund_state"] == "full"


def test_an_order_says_that_it_is_disputed_and_what_was_charged_back(market: Market) -> None:
    opened = market.paid(market.listed())
    opened_dispute(market, opened, 3_000)
    assert order_of(market, opened)["is_disputed"]
    ended(market, "lost")
    told = order_of(market, opened)
    assert (told["is_disputed"], told["charged_back_minor"], told["refund_state"]) == (False, 3_000, "part")


def test_sellers_see_disputes_of_their_orders_and_operators_all(market: Market) -> None:
    market.seller(DORA)
    opened = market.paid(market.listed(price_minor=1_000), market.listed(DORA, price_minor=2_000))
    opened_dispute(market, opened, 1_500)
    (mine,) = ask(market, "my_disputes", DORA)["items"]
    assert (mine["order_id"], mine["amount_minor"], mine["state"]) == (opened["order_ids"][1], 1_000, "open")
    assert ask(market, "my_disputes", CHEN)["items"] == []
    (all_of_it,) = ask(market, "disputes", OPERATOR, state="open")["items"]
    assert (all_of_it["amount_minor"], all_of_it["reference"], all_of_it["reason"]) == (1_500, "dp_1", "fraudulent")
    assert ask(market, "disputes", OPERATOR, state="won")["items"] == []


def test_the_figures_of_a_listing_agree_with_the_ledger_after_a_dispute(market: Market) -> None:
    opened = through_the_shelf(market)
    opened_dispute(market, opened, 3_000)
    ended(market, "lost")
    rod = next(iter(market.orders(opened)[0].lines.values()))["listing_id"]
    figures = ask(market, "listing_sales", ANNA, listing_id=rod)
    assert "3000" in str(figures)


@pytest.mark.parametrize(("outcome", "demanded"), [("won", [PRICE]), ("lost", [])])
def test_what_is_due_for_a_seat_that_ends_waits_until_the_dispute_has_ended(
    market: Market, outcome: str, demanded: list[int]
) -> None:
    gathered = Gathered(market)
    gathered.announce()
    gathered.reserve()
    opened = market.paid(lines=[ticket()])
    opened_dispute(market, opened, PRICE)
    gathered.end("given_back")
    market.settle()
    assert market.checkout(opened).refunds == {}
    assert broken(market) == {}
    ended(market, outcome)
    assert [refund["amount_minor"] for refund in market.checkout(opened).refunds.values()] == demanded
