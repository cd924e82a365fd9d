"""What was given back elsewhere is recorded with its time: no provider is asked, and nothing stays in suspense."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from services.mall.domain.refusals import AlreadyReleased, CheckoutNotRecorded, InSuspense, NothingToRefund
from services.mall.due import OFFER_TICKETS

from .elsewhere import DELIVERED_AT, PRICE, SALE, accounts, captured, ordered, record, released
from .market import CHEN, GROUP, NOON, OPERATOR, Market
from .paying import FOR_EVER, ensure_sound

pytestmark = pytest.mark.in_files


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def given_back(market: Market) -> None:
    record(market, "refund", DELIVERED_AT, checkout_id=SALE, reason="canceled")


def due(market: Market) -> list[str]:
    """What the clock is to do, about sales."""
    return [row.kind for row in market.service.recorder.due(FOR_EVER, 100) if row.kind != OFFER_TICKETS]


def test_all_that_was_paid_goes_back_to_the_buyer(market: Market) -> None:
    market.found_group(CHEN)
    ordered(market, orders=2, group_id=GROUP, platform_fee_bps=500)
    captured(market, amount_minor=2 * PRICE)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market)["community_held"] == -2_000
    given_back(market)
    assert accounts(market) == {}
    ensure_sound(market)


def test_it_is_known_under_the_time_at_which_it_happened_and_asks_nobody(market: Market) -> None:
    ordered(market)
    captured(market)
    record(market, "settlement", checkout_id=SALE)
    given_back(market)
    kinds = (Order.CancelledPaid, Checkout.RefundDemanded, Checkout.PaymentRefunded)
    times = [(fact.effective_at, fact.recorded_at) for fact in market.facts if isinstance(fact, kinds)]
    assert times == [(datetime(2017, 10, 5, 10, 56, 33, tzinfo=UTC), NOON)] * 3
    assert due(market) == []
    market.pass_time(days=40)
    assert market.provider.requests == []


def test_what_was_paid_beyond_the_lines_goes_back_as_well_when_it_was_kept_out_of_suspense(market: Market) -> None:
    ordered(market)
    captured(market, amount_minor=PRICE + 3)
    record(market, "settlement", checkout_id=SALE, rest_to_suspense=False)
    assert accounts(market)["unallocated"] == -3
    given_back(market)
    assert accounts(market) == {}
    ensure_sound(market)


def test_what_was_paid_for_no_lines_goes_back(market: Market) -> None:
    ordered(market, orders=0)
    captured(market)
    given_back(market)
    assert accounts(market) == {}
    ensure_sound(market)


def test_what_was_paid_too_little_goes_back_and_nothing_more(market: Market) -> None:
    ordered(market, orders=2)
    captured(market)
    record(market, "settlement", checkout_id=SALE)
    assert accounts(market)["suspense_underpaid"] == PRICE
    given_back(market)
    assert accounts(market) == {}
    ensure_sound(market)


def test_the_same_once_more_changes_nothing(market: Market) -> None:
    ordered(market)
    captured(market, amount_minor=PRICE + 3)
    record(market, "settlement", checkout_id=SALE, rest_to_suspense=False)
    given_back(market)
    before = market.position
    given_back(market)
    assert market.position == before


def test_what_lies_in_suspense_already_is_not_said_to_have_gone_back(market: Market) -> None:
    ordered(market)
    captured(market)
    record(market, "settlement", checkout_id=SALE)
    record(market, "cancellation", checkout_id=SALE, reason="canceled")
    before = market.position
    with pytest.raises(InSuspense):
        given_back(market)
    assert (market.position, accounts(market)["suspense_cancelled_paid"]) == (before, -PRICE)


def test_nothing_goes_back_of_what_nobody_paid_of_what_was_released_or_of_what_was_opened_here(market: Market) -> None:
    ordered(market)
    with pytest.raises(NothingToRefund):
        given_back(market)
    released(market)
    with pytest.raises(AlreadyReleased):
        given_back(market)
    market.seller(CHEN)
    opened = market.bought(market.listed(CHEN))
    with pytest.raises(CheckoutNotRecorded):
        market.do("record_refund", OPERATOR, happened_at=DELIVERED_AT, checkout_id=opened["checkout_id"], reason="x")
