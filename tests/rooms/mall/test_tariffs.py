"""Fees and commissions as rules, as a mall lives with them: announced, charged, kept by orders, open to all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import AggregateRoot
from services.kernel.store.eventstore import EventStore
from services.mall.domain import refusals
from services.mall.domain.tariff import Tariff
from services.mall.invariants.commissions import CommissionsComeFromSales, CommissionsFollowTheRule
from services.mall.invariants.shares import SharesAccrueOnce
from services.mall.invariants.tariffs import LinesAreChargedByTheRules
from services.mall.invariants.terms import TermsAreAnnounced
from tests.support.forging import judged

from .attributing import by_way, explained, linked, rod_on_shelf, shares
from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .questioning import ask, buy, line, put_on_shelf

TERMS = {"return_window_days": 7, "reservation_minutes": 15, "seller_threshold": None}
NOTICE = timedelta(days=7)
PROOFS = (
    CommissionsFollowTheRule, CommissionsComeFromSales, LinesAreChargedByTheRules, SharesAccrueOnce, TermsAreAnnounced,
)  # fmt: skip


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """Anna sells; whatever is sold in a test, the audit finds nothing amiss."""
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market
        assert [judged(proof(), market.facts) for proof in PROOFS] == [None] * len(PROOFS)


def announced(market: Market, what: str = "fee", **told: Any) -> str:
    return str(market.do(f"announce_{what}", OPERATOR, **told)["rule_id"])


def holding(market: Market, what: str = "fee", **told: Any) -> str:
    """Announced, and its notice is over."""
    rule_id = announced(market, what, **told)
    market.pass_time(days=7)
    return rule_id


def fee_of(market: Market, listing_id: str, **changes: Any) -> int:
    return shares(market, market.bought(listing_id, **changes)).get("platform", 0)


def rules(market: Market, **asked: Any) -> list[dict[str, Any]]:
    return list(ask(market, "tariff_rules", BORIS, **asked)["items"])


def test_mercur_1357_several_commissions_each_with_a_least_and_a_most(market: Market) -> None:
    """What was asked of another mall: rates by seller, product and category, side by side, each with its limits."""
    put_on_shelf(market, CHEN)
    limits = {"currency": "EUR", "least_minor": 100, "most_minor": 1_500}
    announced(market, bps=800)
    announced(market, bps=1_200, tag="books", **limits)
    announced(market, bps=1_000, seller_id=refusing_seller(market))
    announced(market, "commission", tag="books", least_bps=500, most_bps=2_000, **limits)
    rod = market.listed(stock=9)
    book, tome = (market.listed(stock=9, price_minor=price, tags=["books"]) for price in (500, 50_000))
    holding(market, bps=600, listing_id=tome)
    for listing_id in (rod, book, tome):
        market.do("pick", CHEN, group_id=GROUP, listing_id=listing_id)
    sold = {name: shares(market, buy(market, BORIS, line(one, 1, GROUP))) for name, one in
            (("rod", rod), ("book", book), ("tome", tome))}  # fmt: skip
    assert sold == {
        "rod": {"seller": 9_840, "community": 1_200, "platform": 960},
        "book": {"seller": 300, "community": 100, "platform": 100},
        "tome": {"seller": 45_500, "community": 1_500, "platform": 3_000},
    }  # fmt: skip


def refusing_seller(market: Market) -> str:
    """Dora sells as well."""
    return market.seller(DORA)


def test_a_dearer_fee_is_charged_when_its_notice_is_over_and_not_before(market: Market) -> None:
    rod = market.listed(stock=9)
    with pytest.raises(refusals.NoticeTooShort):
        announced(market, bps=700, begins_at=(NOON + timedelta(days=6)).isoformat())
    announced(market, bps=700)
    market.pass_time(days=6, hours=23)
    assert fee_of(market, rod) == 600
    market.pass_time(hours=1)
    assert fee_of(market, rod) == 840


def test_the_notice_of_the_terms_counts(market: Market) -> None:
    market.do("set_terms", OPERATOR, platform_fee_bps=500, notice_days=15, **TERMS)
    assert ask(market, "terms", BORIS)["notice_days"] == 15
    made = market.do("announce_fee", OPERATOR, bps=700)
    assert made["begins_at"] == (NOON + timedelta(days=15)).isoformat()


def test_a_lower_fee_is_charged_at_once(market: Market) -> None:
    rod = market.listed(stock=9)
    announced(market, bps=100, listing_id=rod)
    assert fee_of(market, rod) == 120


def test_an_order_keeps_the_rule_under_which_it_was_placed(market: Market) -> None:
    rod = rod_on_shelf(market)
    first = holding(market, bps=1_000, currency="EUR", most_minor=900)
    pool = holding(market, "commission", least_bps=1_500)
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
    told = explained(market, opened)
    holding(market, bps=0, currency="EUR")
    market.do("end_rule", OPERATOR, rule_id=pool)
    market.pass_time(days=30)
    assert explained(market, opened) == told
    assert (told["platform_fee_rule"]["rule_id"], told["commission_rule"]["rule_id"]) == (first, pool)
    assert (told["commission_rule"]["offered_bps"], told["pool_bps"]) == (1_000, 1_500)
    assert {one["party"]: one["share_minor"] for one in told["parts"]} == {
        "seller": 9_300, "community": 900, "member": 900, "platform": 900,
    }  # fmt: skip
    assert shares(market, buy(market, CHEN, line(rod))) == {"seller": 12_000}


def test_the_explanation_names_rule_limits_and_arithmetic(market: Market) -> None:
    rod = rod_on_shelf(market)
    fee = holding(market, bps=1_000, tag="fishing", currency="EUR", most_minor=900)
    assert fee not in str(explained(market, buy(market, BORIS, line(rod))))
    carp = market.listed(tags=["fishing"], stock=9)
    since = (NOON + NOTICE).isoformat()
    assert explained(market, buy(market, BORIS, line(carp)))["steps"][1:4] == [
        "The platform's fee is 1000 of 10000 of the price: 1200.",
        f"That is by rule {fee} for category fishing, which holds since {since}.",
        "The limits of the rule make it 900: at least 0, at most 900, a least up to 3000 of 10000.",
    ]


def test_a_refund_takes_back_what_the_limits_made_of_every_share(market: Market) -> None:
    rod = rod_on_shelf(market)
    holding(market, bps=1_000, currency="EUR", least_minor=333, most_minor=777)
    holding(market, "commission", currency="EUR", most_minor=1_001)
    opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)) | {"quantity": 3})
    (order,) = market.orders(opened)
    for _ in range(3):
        market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    assert market.account("platform_held") == market.account("member_held") == market.account("community_held") == 0


def test_a_bound_raises_an_offer_and_makes_none(market: Market) -> None:
    put_on_shelf(market, CHEN)
    low, none = market.listed(commission_bps=100), market.listed(commission_bps=0)
    for listing_id in (low, none):
        market.do("pick", CHEN, group_id=GROUP, listing_id=listing_id)
    holding(market, "commission", group_id=GROUP, least_bps=400)
    earned = [shares(market, buy(market, BORIS, line(one, 1, GROUP))).get("community", 0) for one in (low, none)]
    assert earned == [480, 0]


def test_nobody_earns_more_by_a_rule_of_an_own_purchase(market: Market) -> None:
    rod = rod_on_shelf(market)
    holding(market, "commission", least_bps=3_000)
    opened = buy(market, CHEN, line(rod, 1, GROUP))
    assert shares(market, opened) == {"seller": 11_400, "platform": 600}
    assert explained(market, opened, CHEN)["pool_bps"] == 3_000


def test_what_is_recorded_from_elsewhere_is_charged_as_told(market: Market) -> None:
    seller_id, rod = str(market.listing(market.listed()).seller_id), market.listed()
    holding(market, bps=2_000)
    sold = {"line_id": UUID(int=1), "listing_id": rod, "quantity": 1, "unit_price_minor": 1_000}
    order = {"order_id": UUID(int=2), "seller_id": seller_id, "lines": [sold | {"platform_fee_bps": 100}]}
    fields = {"checkout_id": UUID(int=3), "buyer_id": BORIS, "currency": "EUR", "orders": [order]}
    market.do("record_sale", OPERATOR, happened_at=market.clock.at.isoformat(), **fields)
    (placed,) = market.orders({"order_ids": [str(UUID(int=2))]})
    assert placed.lines[str(UUID(int=1))]["shares"] == {"seller": 990, "community": 0, "platform": 10}


def test_a_fee_of_the_terms_that_is_raised_beside_a_tariff_has_its_notice(market: Market) -> None:
    rod, other = market.listed(stock=9), market.listed(stock=9)
    announced(market, bps=400, listing_id=other)
    market.do("set_terms", OPERATOR, platform_fee_bps=900, **TERMS)
    market.do("set_terms", OPERATOR, platform_fee_bps=1_000, **TERMS)
    assert [fee_of(market, one) for one in (rod, other)] == [1_080, 480]
    market.pass_time(days=7)
    assert [fee_of(market, one) for one in (rod, other)] == [1_200, 480]


def test_a_rule_does_not_end_at_once_when_dearer_terms_are_announced(market: Market) -> None:
    market.do("set_terms", OPERATOR, platform_fee_bps=500, **TERMS)
    rule_id = holding(market, bps=600)
    market.do("set_terms", OPERATOR, platform_fee_bps=800, **TERMS)
    market.pass_time(days=5)
    ended = market.do("end_rule", OPERATOR, rule_id=rule_id)
    assert ended["ends_at"] == (NOON + timedelta(days=7 + 5 + 7)).isoformat()


def test_the_fee_and_the_notice_of_the_terms_are_those_of_the_moment_asked_for(market: Market) -> None:
    market.do("set_terms", OPERATOR, platform_fee_bps=500, **TERMS)
    market.do("set_terms", OPERATOR, platform_fee_bps=800, notice_days=30, **TERMS)
    rod = market.listed()
    soon, later = NOON.isoformat(), (NOON + NOTICE).isoformat()
    asked = [ask(market, "tariff_rules", BORIS, as_of=one) for one in (soon, later)]
    assert [(one["default_bps"], one["notice_days"]) for one in asked] == [(500, 7), (800, 30)]
    quotes = [ask(market, "quote", ANNA, listing_id=rod, as_of=one) for one in (soon, later)]
    assert [one["platform_fee_bps"] for one in quotes] == [500, 800]


def test_everybody_reads_the_rules_of_any_moment(market: Market) -> None:
    first = announced(market, bps=700)
    second = announced(market, bps=300, begins_at=(NOON + timedelta(days=40)).isoformat())
    market.pass_time(days=20)
    (now,) = rules(market)
    assert (now["rule_id"], now["most_bps"], now["ends_at"]) == (first, 700, (NOON + timedelta(days=40)).isoformat())
    assert rules(market, as_of=NOON.isoformat()) == []
    assert [one["rule_id"] for one in rules(market, as_of=(NOON + timedelta(days=1_100)).isoformat())] == [second]
    assert [one["rule_id"] for one in rules(market, state="announced")] == [second]
    assert [one["rule_id"] for one in rules(market, state="all")] == [second, first]
    assert rules(market, kind="commission") == []
    asked = ask(market, "tariff_rules", BORIS)
    assert (asked["default_bps"], asked["notice_days"]) == (500, 7)


def test_rules_come_in_pages(market: Market) -> None:
    made = [announced(market, bps=bps) for bps in (900, 800, 700)]
    first = ask(market, "tariff_rules", BORIS, state="all", limit=2)
    assert [one["rule_id"] for one in first["items"]] == made[:0:-1]
    rest = ask(market, "tariff_rules", BORIS, state="all", limit=2, cursor=first["next"])
    assert ([one["rule_id"] for one in rest["items"]], rest["next"]) == ([made[0]], None)


def test_a_rule_that_ended_years_ago_is_still_read(market: Market) -> None:
    rule_id = announced(market, bps=100)
    market.do("end_rule", OPERATOR, rule_id=rule_id)
    market.pass_time(days=4 * 365)
    market.reopen()
    (told,) = rules(market, state="all")
    assert (told["rule_id"], told["announced_at"], told["ends_at"]) == (
        rule_id, NOON.isoformat(), (NOON + NOTICE).isoformat(),
    )  # fmt: skip
    assert rules(market) == []


def test_a_quote_is_what_an_order_comes_to(market: Market) -> None:
    rod = rod_on_shelf(market)
    holding(market, bps=700, currency="EUR", least_minor=999)
    holding(market, "commission", group_id=GROUP, least_bps=1_111)
    quoted = ask(market, "quote", ANNA, listing_id=rod, group_id=GROUP, quantity=2)
    opened = buy(market, BORIS, line(rod, 2, GROUP))
    assert {one["party"]: one["share_minor"] for one in quoted["parts"]} == shares(market, opened)
    assert (quoted["pool_bps"], quoted["offered_bps"], quoted["price_minor"]) == (1_111, 1_000, 24_000)
    assert quoted["commission_rule"] == explained(market, opened)["commission_rule"]
    by_a_member = ask(market, "quote", OPERATOR, listing_id=rod, price_minor=1_000)
    assert by_a_member["commission_rule"] is None
    assert [(one["party"], one["party_id"], one["share_minor"]) for one in by_a_member["parts"][2:]] == [
        ("member", None, 100), ("platform", None, 300),
    ]  # fmt: skip
    with pytest.raises(refusals.NoSuchListing):
        ask(market, "quote", BORIS, listing_id=rod)


def test_a_quote_of_a_time_to_come_has_the_rules_of_that_time(market: Market) -> None:
    rod = market.listed(commission_bps=0)
    announced(market, bps=1_000)
    told = [ask(market, "quote", ANNA, listing_id=rod, as_of=(NOON + days).isoformat())["platform_fee_bps"]
            for days in (timedelta(0), NOTICE)]  # fmt: skip
    assert told == [500, 1_000]


def test_a_rule_is_not_announced_for_what_is_not_there(market: Market) -> None:
    missing = (refusals.NoSuchListing, refusals.NoSuchSeller, refusals.NoSuchShelf)
    for name, refusal in zip(("listing_id", "seller_id", "group_id"), missing, strict=True):
        with pytest.raises(refusal):
            announced(market, bps=100, **{name: UUID(int=0xBAD)})
    assert rules(market, state="all") == []


def test_the_same_key_announces_once(market: Market) -> None:
    first, again = (market.do("announce_fee", OPERATOR, "once", bps=700)["rule_id"] for _ in range(2))
    assert (str(first), len(rules(market, state="all"))) == (str(again), 1)


def test_many_lines_load_the_tariffs_once(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [market.listed() for _ in range(5)]
    announced(market, bps=400)
    market.reopen()
    loaded: list[type[AggregateRoot]] = []
    load = EventStore.load_any

    def noted(self: EventStore, kind: type[AggregateRoot], *more: Any, **how: Any) -> AggregateRoot | None:
        loaded.append(kind)
        return load(self, kind, *more, **how)

    monkeypatch.setattr(EventStore, "load_any", noted)
    market.bought(*listed)
    assert loaded.count(Tariff) <= 2
    loaded.clear()
    market.bought(*listed)
    assert Tariff not in loaded
