"""Paydays of elsewhere: what was released was released then, what was paid out was paid out then, and once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.flow.rebuild import rebuild
from services.kernel.refusals import Malformed
from services.mall.domain import refusals
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.due import RELEASE

from .elsewhere import (
    DELIVERED_AT,
    PAYOUT,
    PRICE,
    RELEASED_AT,
    SELLER,
    accounts,
    captured,
    order_of,
    ordered,
    paid_out,
    record,
    released,
)
from .market import ANNA, BORIS, CHEN, GROUP, NOON, OPERATOR, Market
from .paying import ensure_sound
from .questioning import ask
from .reconciled import DAY, compare, open_ones, state
from .test_refunds_elsewhere import due

pytestmark = pytest.mark.in_files


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def test_what_could_be_returned_until_a_time_that_is_over_was_released_then(market: Market) -> None:
    released(market)
    (fact,) = [fact for fact in market.facts if isinstance(fact, Order.Released)]
    assert (fact.effective_at.isoformat(), fact.recorded_at) == ("2017-10-12T10:56:33+00:00", NOON)
    assert accounts(market) == {"provider": PRICE, "seller_available": -PRICE}
    assert due(market) == []
    ensure_sound(market)


def test_what_can_still_be_returned_waits_for_the_clock(market: Market) -> None:
    checkout_id = ordered(market)
    captured(market, checkout_id)
    record(market, "settlement", checkout_id=checkout_id)
    record(market, "delivery", (NOON - timedelta(days=1)).isoformat(), order_id=order_of(0))
    assert due(market) == [RELEASE]
    market.pass_time(days=7)
    assert accounts(market) == {"provider": PRICE, "seller_available": -PRICE}


def test_a_delivery_that_is_recorded_of_what_was_paid_here_is_released_by_the_clock(market: Market) -> None:
    market.seller()
    market.clock.at = NOON - timedelta(days=60)
    opened = market.paid(market.listed())
    market.clock.at = NOON
    market.do("record_delivery", OPERATOR, happened_at=(NOON - timedelta(days=50)).isoformat(),
              order_id=opened["order_ids"][0])  # fmt: skip
    assert not [fact for fact in market.facts if isinstance(fact, Order.Released)]
    market.settle()
    assert [fact for fact in market.facts if isinstance(fact, Payable.Credited)]
    ensure_sound(market)


def test_how_long_could_be_returned_is_told_with_the_sale(market: Market) -> None:
    values = {"platform_fee_bps": 500, "return_window_days": 30, "reservation_minutes": 15, "seller_threshold": None}
    market.do("set_terms", OPERATOR, **values)
    released(market)
    assert accounts(market)["seller_available"] == -PRICE
    with pytest.raises(Malformed):
        record(market, "sale", checkout_id=UUID(int=9), buyer_id=BORIS, currency="EUR", orders=[], return_window_days=6)


def test_a_payout_moves_what_was_earned_to_the_provider_and_asks_nobody(market: Market) -> None:
    first, second = released(market), released(market, 1)
    paid_out(market, first, second)
    assert accounts(market) == {}
    (fact,) = [fact for fact in market.facts if isinstance(fact, PayoutElsewhere.Recorded)]
    assert (fact.amount_minor, fact.effective_at.isoformat()) == (2 * PRICE, "2017-11-01T00:00:00+00:00")
    market.pass_time(days=40)
    assert not [one for one in market.facts if isinstance(one, Payout.Requested | Payable.Opened)]
    assert market.provider.requests == []
    ensure_sound(market)


def test_the_party_reads_it_in_its_statement_and_among_its_payouts(market: Market) -> None:
    paid_out(market, released(market))
    market.settle()
    told = ask(market, "statement", ANNA, party=str(SELLER))
    assert [(one["cause"], one["amount_minor"]) for one in told["entries"] if one["account"] == "seller_available"] == [
        ("order_released", PRICE), ("payout_elsewhere_recorded", -PRICE),
    ]  # fmt: skip
    assert told["entries"][-1]["payout_id"] == str(PAYOUT)
    (seen,) = ask(market, "payouts", ANNA, party_id=SELLER)["items"]
    assert (seen["payout_id"], seen["state"], seen["amount_minor"]) == (str(PAYOUT), "paid", PRICE)
    assert ask(market, "payouts", OPERATOR, party_id=SELLER)["items"] == [seen]
    (owed,) = ask(market, "account", ANNA, party_id=SELLER)["balances"]
    assert (owed["available_minor"], owed["paid_minor"]) == (0, PRICE)


def test_it_is_no_movement_of_our_provider(market: Market) -> None:
    paid_out(market, released(market))
    market.pass_time(days=1)
    state(market, DAY)
    compare(market, DAY)
    assert open_ones(market) == []
    ensure_sound(market)


def test_a_community_is_paid_its_own_share(market: Market) -> None:
    market.found_group(CHEN)
    order_id = released(market, group_id=GROUP)
    paid_out(market, order_id, role="community", party_id=GROUP)
    assert accounts(market) == {"provider": PRICE - 1_000, "seller_available": 1_000 - PRICE}
    paid_out(market, order_id, payout_id=UUID(int=0x60F))
    assert accounts(market) == {}
    ensure_sound(market)


def test_the_same_once_more_changes_nothing_and_otherwise_is_refused(market: Market) -> None:
    order_id = released(market)
    paid_out(market, order_id)
    before = market.position
    paid_out(market, order_id)
    for changed in ({"role": "member"}, {"party_id": GROUP}, {"order_ids": [order_of(1)]}):
        with pytest.raises(refusals.RecordedOtherwise):
            paid_out(market, order_id, **changed)
    with pytest.raises(refusals.RecordedOtherwise):
        paid_out(market, order_id, payout_id=order_id)
    assert market.position == before


def test_a_share_is_paid_out_once(market: Market) -> None:
    first, second = released(market), released(market, 1)
    paid_out(market, first)
    before = market.position
    with pytest.raises(refusals.PaidOutBefore):
        paid_out(market, second, first, payout_id=UUID(int=0x60F))
    assert market.position == before
    ensure_sound(market)


@pytest.mark.parametrize("at", [DELIVERED_AT, "2017-10-12T10:56:32Z"])
def test_what_was_still_held_was_not_paid_out(market: Market, at: str) -> None:
    order_id = released(market)
    with pytest.raises(refusals.NotReleasedThen):
        paid_out(market, order_id, at=at)
    paid_out(market, order_id, at=RELEASED_AT)


def test_what_was_never_delivered_was_not_paid_out(market: Market) -> None:
    checkout_id = ordered(market)
    captured(market, checkout_id)
    record(market, "settlement", checkout_id=checkout_id)
    with pytest.raises(refusals.NotReleasedThen):
        paid_out(market, order_of(0))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"party_id": ANNA}, refusals.NotEarnedThere), ({"role": "community"}, refusals.NotEarnedThere),
        ({"order_ids": [UUID(int=0xBAD)]}, refusals.NoSuchOrder), ({"order_ids": []}, Malformed),
        ({"order_ids": [order_of(0)] * 2}, Malformed), ({"role": "platform"}, Malformed),
    ],
)  # fmt: skip
def test_what_a_payout_cannot_be_of_is_refused(market: Market, changes: dict[str, Any], refusal: Any) -> None:
    order_id = released(market)
    with pytest.raises(refusal):
        paid_out(market, order_id, **changes)
    assert not [fact for fact in market.facts if isinstance(fact, PayoutElsewhere.Recorded)]


def test_a_payout_is_of_one_currency_and_of_elsewhere_alone(market: Market) -> None:
    here, there = released(market), released(market, 1, currency="BRL")
    with pytest.raises(refusals.MixedCurrencies):
        paid_out(market, here, there)
    market.certify(ANNA)
    opened = market.paid(market.listed())
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=8)
    with pytest.raises(refusals.CheckoutNotRecorded):
        paid_out(market, UUID(opened["order_ids"][0]), at=market.clock.at.isoformat())


def test_views_made_again_from_the_facts_are_the_same(market: Market) -> None:
    paid_out(market, released(market))
    market.settle()
    found = rebuild(market.service, page=3)
    assert found.is_equal, [table for table in found.tables if not table.is_equal]
