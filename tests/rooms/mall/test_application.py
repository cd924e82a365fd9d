"""Selling: who may, what is offered, on whose shelf; what the mall hears of claims, and what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.mall.domain.refusals import SellerSuspended, SellerThresholdUnmet

from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def told(market: Market) -> list[str]:
    return [one.type.split(".")[2] for one in market.service.messages(0).messages]


def test_a_person_without_the_claim_is_told_what_is_missing(market: Market) -> None:
    with pytest.raises(SellerThresholdUnmet) as refused:
        market.do("open_seller", ANNA, name="Anna")
    assert refused.value.detail == "To sell here you still need: a certified real name (level 1 or higher)."
    assert refused.value.facts["needed"] == [{"claim": "real_name", "level": 1}]


def test_a_seller_rests_on_the_claims_that_were_there(market: Market) -> None:
    market.seller()
    (opened,) = [fact for fact in market.facts if type(fact).__qualname__ == "Seller.Opened"]
    assert [claim["kind"] for claim in opened.relied_on] == ["real_name"]  # type: ignore[attr-defined]


def test_set_terms_hold_for_orders_to_come(market: Market) -> None:
    terms = {"return_window_days": 14, "reservation_minutes": 5, "seller_threshold": None}
    market.seller()
    rod = market.listed()
    before = market.paid(rod)
    market.do("set_terms", OPERATOR, platform_fee_bps=1_000, **terms)
    market.do("set_terms", OPERATOR, platform_fee_bps=1_000, **terms)
    after = market.paid(rod)
    assert [market.orders(one)[0].terms["platform_fee_bps"] for one in (before, after)] == [500, 1_000]
    assert market.account("platform_held") == -(600 + 1_200)
    assert market.do("open_seller", CHEN, name="Chen")


def test_a_seller_whose_claim_is_withdrawn_sells_nothing_until_it_is_certified_again(market: Market) -> None:
    market.seller()
    rod = market.listed()
    market.withdraw_claim(ANNA)
    for refused in (lambda: market.bought(rod), market.listed):
        with pytest.raises(SellerSuspended):
            refused()
    market.certify(ANNA)
    market.bought(rod)
    market.listed()


def test_a_claim_that_does_not_matter_suspends_nobody(market: Market) -> None:
    market.do(
        "set_terms", OPERATOR, platform_fee_bps=0, return_window_days=7, reservation_minutes=5, seller_threshold=None
    )
    market.seller()
    market.withdraw_claim(ANNA)
    market.withdraw_claim(BORIS)
    market.listed()


def test_a_claim_that_ran_out_counts_no_more_when_goods_are_listed(market: Market) -> None:
    market.seller()
    market.do(
        "set_terms", OPERATOR, platform_fee_bps=0, return_window_days=7, reservation_minutes=5,
        seller_threshold={"claim": "industry", "level": 1},
    )  # fmt: skip
    with pytest.raises(SellerThresholdUnmet):
        market.listed()


def test_its_seller_reprices_restocks_and_withdraws(market: Market) -> None:
    market.seller()
    rod = market.listed()
    market.do("reprice", ANNA, listing_id=rod, price_minor=9_900)
    market.do("restock", ANNA, listing_id=rod, quantity=2)
    market.do("withdraw_listing", ANNA, listing_id=rod, reason="discontinued")
    listing = market.listing(rod)
    assert (listing.price_minor, listing.available, listing.is_withdrawn) == (9_900, 5, True)


def test_owner_and_leader_pick_and_drop(market: Market) -> None:
    market.seller()
    rod = market.listed()
    market.found_group(CHEN, DORA)
    market.do("pick", DORA, group_id=GROUP, listing_id=rod, note="For the lake.")
    market.do("drop", CHEN, group_id=GROUP, listing_id=rod)
    market.do("pick", CHEN, group_id=GROUP, listing_id=rod)
    assert told(market) == ["seller_opened", "listing_listed", "listing_picked", "listing_dropped", "listing_picked"]


def test_every_message_of_a_sale_is_told_and_names_nobody(market: Market) -> None:
    market.seller()
    rod = market.listed()
    market.found_group(CHEN)
    market.do("pick", CHEN, group_id=GROUP, listing_id=rod)
    opened = market.paid(lines=[{"listing_id": rod, "quantity": 2, "group_id": GROUP}])
    order = market.orders(opened)[0]
    market.do("deliver", ANNA, order_id=order.id)
    market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.do("reprice", ANNA, listing_id=rod, price_minor=1)
    market.do("withdraw_listing", ANNA, listing_id=rod, reason="discontinued")
    market.pass_time(days=7)
    messages = {one.type.split(".")[2]: one.data for one in market.service.messages(0).messages}
    assert told(market)[-7:] == [
        "order_placed", "order_paid", "order_delivered", "line_refunded", "listing_repriced", "listing_withdrawn",
        "commission_released",
    ]  # fmt: skip
    assert "Somebody" not in str(messages)
    assert messages["order_paid"]["lines"][0] | {"line_id": ""} == {
        "line_id": "", "listing_id": rod, "quantity": 2, "price_minor": 12_000, "freight_minor": 0,
        "group_id": str(GROUP),
    }  # fmt: skip
    assert messages["line_refunded"]["amount_minor"] == 12_000
    released = {name: messages["commission_released"][name] for name in ("seller_minor", "platform_minor", "groups")}
    assert released == {
        "seller_minor": 10_200, "platform_minor": 600, "groups": [{"group_id": str(GROUP), "amount_minor": 1_200}],
    }  # fmt: skip
