"""The terms of business as a mall lives with them: announced, replaced, kept by orders, read by everybody for ever."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.refusals import NoticeTooShort, SellerThresholdUnmet
from services.mall.invariants.terms import TermsAreAnnounced
from tests.support.forging import judged

from .attributing import by_way, linked, rod_on_shelf, shares
from .market import ANNA, BORIS, CHEN, GROUP, NOON, OPERATOR, Market
from .questioning import ask, buy, line

TERMS: dict[str, Any] = {
    "platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None,
}  # fmt: skip
NOTICE = timedelta(days=7)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """Anna sells; whatever is announced in a test, the audit finds nothing amiss."""
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market
        assert judged(TermsAreAnnounced(), market.facts) is None


def announced(market: Market, **changes: Any) -> str:
    return str(market.do("set_terms", OPERATOR, **(TERMS | changes))["begins_at"])


def kept(market: Market, opened: dict[str, Any]) -> tuple[int, int]:
    (order,) = market.orders(opened)
    return order.terms["version"], order.terms["platform_fee_bps"]


def in_days(**days: float) -> str:
    return (NOON + timedelta(**days)).isoformat()


def test_the_first_terms_hold_at_once_and_a_dearer_fee_after_its_notice(market: Market) -> None:
    rod = market.listed(stock=9)
    before = market.bought(rod)
    assert announced(market, platform_fee_bps=600) == NOON.isoformat()
    first = market.bought(rod)
    assert announced(market, platform_fee_bps=700) == in_days(days=7)
    market.pass_time(days=6, hours=23)
    still = market.bought(rod)
    market.pass_time(hours=1)
    after = market.bought(rod)
    assert [kept(market, one) for one in (before, first, still, after)] == [(0, 500), (1, 600), (1, 600), (2, 700)]


def test_a_lower_fee_holds_at_once(market: Market) -> None:
    rod = market.listed(stock=9)
    announced(market)
    assert announced(market, platform_fee_bps=100) == NOON.isoformat()
    assert kept(market, market.bought(rod)) == (2, 100)


def test_what_is_announced_later_replaces_what_has_not_begun(market: Market) -> None:
    announced(market)
    announced(market, platform_fee_bps=900)
    market.pass_time(days=3)
    announced(market, platform_fee_bps=600)
    market.pass_time(days=5)
    assert ask(market, "terms", BORIS)["platform_fee_bps"] == 500
    market.pass_time(days=2)
    assert ask(market, "terms", BORIS)["platform_fee_bps"] == 600


def test_an_operator_names_a_later_beginning_and_none_within_the_notice(market: Market) -> None:
    announced(market)
    with pytest.raises(NoticeTooShort) as refused:
        announced(market, platform_fee_bps=900, begins_at=in_days(days=6))
    assert refused.value.facts["earliest"] == in_days(days=7)
    assert announced(market, platform_fee_bps=900, begins_at=in_days(days=60)) == in_days(days=60)
    assert announced(market, platform_fee_bps=900) == in_days(days=60), "the same again"


def test_who_may_sell_is_another_question_at_once(market: Market) -> None:
    announced(market)
    announced(market, seller_threshold={"claim": "industry", "level": 1})
    with pytest.raises(SellerThresholdUnmet):
        market.do("open_seller", CHEN, name="Chen")


def test_the_split_and_the_window_of_a_touch_are_those_of_the_order(market: Market) -> None:
    announced(market)
    rod = rod_on_shelf(market)
    announced(market, member_share_bps=0, link_window_days=3)
    way = by_way(rod, link_id=linked(market, rod, group_id=GROUP))
    assert shares(market, buy(market, BORIS, way))["member"] == 600
    market.do("touch", BORIS, listing_id=rod, link_id=way["link_id"])
    (before,) = ask(market, "my_touches", BORIS)["items"]
    market.pass_time(days=7)
    assert "member" not in shares(market, buy(market, BORIS, way))
    assert ask(market, "my_touches", BORIS)["items"] == []
    assert before["counts_until"] == in_days(days=30)
    assert "community" not in shares(market, buy(market, BORIS, line(rod)))


def test_a_return_window_is_that_of_the_order_however_late_it_arrives(market: Market) -> None:
    announced(market)
    rod = market.listed(stock=9)
    opened = market.paid(rod)
    announced(market, return_window_days=30)
    market.pass_time(days=20)
    (order,) = market.orders(opened)
    market.do("deliver", ANNA, order_id=order.id)
    (order,) = market.orders(opened)
    assert order.return_window_ends_at == NOON + timedelta(days=27)


def test_what_is_recorded_from_elsewhere_keeps_the_terms_of_the_day_of_recording(market: Market) -> None:
    seller_id, rod = str(market.listing(market.listed()).seller_id), market.listed()
    announced(market)
    announced(market, platform_fee_on_refund="kept")
    market.pass_time(days=8)
    sold = {"line_id": UUID(int=1), "listing_id": rod, "quantity": 1, "unit_price_minor": 1_000}
    order = {"order_id": UUID(int=2), "seller_id": seller_id, "lines": [sold]}
    fields = {"checkout_id": UUID(int=3), "buyer_id": BORIS, "currency": "EUR", "orders": [order]}
    told = {"happened_at": (NOON - timedelta(days=900)).isoformat(), "return_window_days": 30}
    market.do("record_sale", OPERATOR, **fields, **told)
    (placed,) = market.orders({"order_ids": [str(UUID(int=2))]})
    assert (placed.terms["version"], placed.terms["return_window_days"]) == (2, 30)


def test_everybody_reads_what_holds_and_what_is_announced(market: Market) -> None:
    seen = ask(market, "terms", BORIS)
    assert (seen["terms_version"], seen["begins_at"], seen["announced"]) == (0, None, None)
    announced(market)
    market.pass_time(days=1)
    announced(market, platform_fee_bps=600, return_window_days=14)
    seen = ask(market, "terms", BORIS)
    assert (seen["terms_version"], seen["platform_fee_bps"], seen["as_of"]) == (1, 500, in_days(days=1))
    assert (seen["begins_at"], seen["ends_at"]) == (NOON.isoformat(), in_days(days=8))
    to_come = seen["announced"]
    assert (to_come["terms_version"], to_come["platform_fee_bps"], to_come["return_window_days"]) == (2, 600, 14)
    assert (to_come["announced_at"], to_come["begins_at"]) == (in_days(days=1), in_days(days=8))
    then = [ask(market, "terms", BORIS, as_of=in_days(days=days)) for days in (-1, 0, 1, 8)]
    assert [one["terms_version"] for one in then] == [0, 1, 1, 2]
    assert [one["announced"] is None for one in then] == [True, True, False, True]


def test_all_versions_stay_to_be_read_the_latest_first(market: Market) -> None:
    announced(market)
    announced(market, platform_fee_bps=900)
    market.pass_time(days=2)
    announced(market, platform_fee_bps=400)
    market.pass_time(days=1_200)
    items = ask(market, "terms_versions", BORIS)["items"]
    assert [one["terms_version"] for one in items] == [3, 2, 1, 0]
    assert [one["platform_fee_bps"] for one in items] == [400, 900, 500, 500]
    latest, never, first, defaults = items
    assert (latest["begins_at"], latest["ends_at"]) == (in_days(days=2), None)
    assert (never["begins_at"], never["ends_at"]) == (in_days(days=7), in_days(days=2)), "it never held"
    assert (first["begins_at"], first["ends_at"]) == (NOON.isoformat(), in_days(days=2))
    assert (defaults["begins_at"], defaults["ends_at"], defaults["announced_at"]) == (None, NOON.isoformat(), None)


def test_versions_come_in_pages(market: Market) -> None:
    for minutes in (10, 20, 30):
        announced(market, reservation_minutes=minutes)
    first = ask(market, "terms_versions", BORIS, limit=2)
    rest = ask(market, "terms_versions", BORIS, limit=2, cursor=first["next"])
    found = [[one["terms_version"] for one in page["items"]] for page in (first, rest)]
    assert (found, rest["next"]) == ([[3, 2], [1, 0]], None)


def test_versions_are_the_same_when_they_are_read_from_disk(market: Market) -> None:
    announced(market)
    announced(market, platform_fee_bps=900)
    announced(market, platform_fee_bps=700)
    before = ask(market, "terms_versions", BORIS)
    market.reopen()
    assert ask(market, "terms_versions", BORIS) == before
    market.pass_time(days=7)
    assert kept(market, market.bought(market.listed())) == (3, 700)
