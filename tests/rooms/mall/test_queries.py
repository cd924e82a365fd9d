"""What can be asked of the mall, and who gets an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.refusals import Malformed
from services.mall.domain.refusals import (
    NoSuchAccount,
    NoSuchCheckout,
    NoSuchListing,
    NoSuchOrder,
    NoSuchSeller,
    NoSuchShelf,
)

from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .questioning import ask, buy, certified, line, market_listing, person, put_on_shelf

NOWHERE = person(99)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


def test_the_terms_are_those_of_the_mall_until_others_are_set(market: Market) -> None:
    assert ask(market, "terms", BORIS)["platform_fee_bps"] == 500
    market.do(
        "set_terms", OPERATOR, platform_fee_bps=700, return_window_days=14, reservation_minutes=5, seller_threshold=None
    )
    seen = ask(market, "terms", BORIS)
    assert (seen["platform_fee_bps"], seen["return_window_days"], seen["seller_threshold"]) == (700, 14, None)


def test_a_seller_is_shown_by_name_with_what_is_certified(market: Market) -> None:
    certified(market, "industry", ANNA, level=2, code="outdoors")
    seller_id = ask(market, "listing", BORIS, listing_id=market_listing(market))["seller_id"]
    seen = ask(market, "seller", BORIS, seller_id=seller_id)
    assert (seen["name"], seen["state"]) == ("Somebody", "open")
    assert seen["claims"] == [{"kind": "industry", "level": 2}, {"kind": "real_name", "level": 2}]


def test_a_seller_whose_person_is_forgotten_has_no_name(market: Market) -> None:
    seller_id = ask(market, "listing", BORIS, listing_id=market_listing(market))["seller_id"]
    market.service.keys.forget(str(ANNA))
    assert ask(market, "seller", BORIS, seller_id=seller_id)["name"] == ""


def test_what_was_never_there_is_missing(market: Market) -> None:
    for name, field, refusal in (
        ("seller", "seller_id", NoSuchSeller), ("listing", "listing_id", NoSuchListing),
        ("shelf", "group_id", NoSuchShelf), ("checkout", "checkout_id", NoSuchCheckout),
        ("order", "order_id", NoSuchOrder), ("account", "party_id", NoSuchAccount),
        ("listing_sales", "listing_id", NoSuchListing), ("community_sales", "group_id", NoSuchShelf),
    ):  # fmt: skip
        with pytest.raises(refusal):
            ask(market, name, OPERATOR, **{field: NOWHERE})


def test_a_listing_says_how_many_are_available_and_how_many_were_sold(market: Market) -> None:
    rod = market_listing(market, stock=5, description="Long.")
    buy(market, BORIS, line(rod, 2))
    market.bought(rod, buyer_id=CHEN)
    market.settle()
    seen = ask(market, "listing", BORIS, listing_id=rod)
    assert (seen["available"], seen["sold"], seen["description"]) == (2, 2, "Long.")


def test_lists_come_in_pages_the_latest_first(market: Market) -> None:
    made = [market_listing(market, title=str(number)) for number in range(5)]
    first = ask(market, "listings", BORIS, limit=2)
    second = ask(market, "listings", BORIS, limit=2, cursor=first["next"])
    third = ask(market, "listings", BORIS, limit=2, cursor=second["next"])
    seen = [row["listing_id"] for page in (first, second, third) for row in page["items"]]
    assert seen == made[::-1]
    assert third["next"] is None


def test_lists_are_by_tag_and_by_seller_and_offer_nothing_that_is_withdrawn(market: Market) -> None:
    dora_id = market.seller(DORA)
    rod, lamp = market_listing(market, tags=["fishing", "long"]), market_listing(market, tags=["light"])
    tent = market.listed(DORA, tags=["light"])
    gone = market.listed(DORA, tags=["light"])
    market.do("withdraw_listing", DORA, listing_id=gone, reason="sold_elsewhere")
    market.settle()

    def listed(**asked: object) -> list[str]:
        return [row["listing_id"] for row in ask(market, "listings", BORIS, **asked)["items"]]

    assert listed() == [tent, lamp, rod]
    assert listed(tag="light") == [tent, lamp]
    assert listed(tag="light", limit=1, cursor=ask(market, "listings", BORIS, tag="light", limit=1)["next"]) == [lamp]
    assert listed(seller_id=dora_id) == [gone, tent]
    assert listed(tag="nobody_has_it") == []


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4IiwieSJd", "bnVsbA=="])
def test_a_cursor_that_was_never_given_is_malformed(market: Market, cursor: str) -> None:
    with pytest.raises(Malformed):
        ask(market, "listings", BORIS, cursor=cursor)


def test_a_shelf_shows_listings_with_the_notes_of_those_who_picked_them(market: Market) -> None:
    rod = market_listing(market)
    put_on_shelf(market, CHEN, rod)
    seen = ask(market, "shelf", BORIS, group_id=GROUP)
    assert [(pick["listing_id"], pick["note"], pick["available"]) for pick in seen["items"]] == [(rod, "Good.", 3)]
    market.service.keys.forget(str(CHEN))
    assert ask(market, "shelf", BORIS, group_id=GROUP)["items"][0]["note"] == ""


NOT_PAID_YET = {
    "withheld_minor": 0, "debt_minor": 0, "reserved_minor": 0, "paying_minor": 0, "paid_minor": 0, "not_paid_as": None,
}  # fmt: skip


def test_an_account_is_its_partys_own(market: Market) -> None:
    rod = market_listing(market)
    put_on_shelf(market, CHEN, rod)
    opened = buy(market, BORIS, line(rod, 1, GROUP))
    seller_id = ask(market, "listing", BORIS, listing_id=rod)["seller_id"]
    for party_id, owner_id, minor in ((seller_id, ANNA, 10_200), (GROUP, CHEN, 1_200)):
        for allowed in (owner_id, OPERATOR):
            seen = ask(market, "account", allowed, party_id=party_id)["balances"]
            assert seen == [{"currency": "EUR", "held_minor": minor, "available_minor": 0} | NOT_PAID_YET]
        with pytest.raises(NoSuchAccount):
            ask(market, "account", BORIS, party_id=party_id)
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.pass_time(days=8)
    released = ask(market, "account", CHEN, party_id=GROUP)["balances"]
    assert released == [{"currency": "EUR", "held_minor": 0, "available_minor": 1_200} | NOT_PAID_YET]


def test_a_leader_is_not_an_owner_and_does_not_see_the_account(market: Market) -> None:
    market.found_group(CHEN, DORA)
    assert ask(market, "account", CHEN, party_id=GROUP)["balances"] == []
    with pytest.raises(NoSuchAccount):
        ask(market, "account", DORA, party_id=GROUP)


def test_the_books_come_to_zero_and_say_where_they_stand(market: Market) -> None:
    rod, pot = market_listing(market, stock=9), market_listing(market, currency="CNY", price_minor=501)
    buy(market, BORIS, line(rod, 2))
    buy(market, CHEN, line(pot))
    market.settle()
    books = ask(market, "books", OPERATOR)
    assert books["sums"] == {"CNY": 0, "EUR": 0}
    assert books["position"] == f"mall:{market.position}"
    seen = {(row["account"], row["currency"]): row["balance_minor"] for row in books["accounts"]}
    assert seen["provider", "EUR"] == 24_000
    assert seen["seller_held", "CNY"] == -476
    assert not [row for row in books["accounts"] if row["account"] == "unallocated"]


def test_the_accounts_of_single_checkouts_come_to_one_row(market: Market) -> None:
    at = {"happened_at": market.clock.at.isoformat()}
    for number in range(3):
        checkout = {"checkout_id": person(number), **at}
        market.do("record_sale", OPERATOR, **checkout, buyer_id=BORIS, currency="EUR", orders=[])
        paid = {"payment_id": person(50 + number), "method": "voucher", "amount_minor": 100}
        market.do("record_payment", OPERATOR, **checkout, **paid)
        market.do("record_settlement", OPERATOR, **checkout)
    market.settle()
    books = ask(market, "books", OPERATOR)
    assert [(row["account"], row["party_id"], row["balance_minor"]) for row in books["accounts"]] == [
        ("provider", None, 300), ("suspense_paid_without_lines", None, -300),
    ]  # fmt: skip
    page = ask(market, "books", OPERATOR, limit=1)
    rest = ask(market, "books", OPERATOR, limit=1, cursor=page["next"])
    assert page["accounts"] + rest["accounts"] == books["accounts"]
    assert (rest["next"], page["sums"]) == (None, books["sums"])
