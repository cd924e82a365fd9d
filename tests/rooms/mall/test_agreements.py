"""What sellers and communities agree on, as a mall lives with it: offered, accepted, kept by orders, ended."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.groups import GroupFounded
from services.kernel.domain import Refusal
from services.kernel.refusals import Forbidden
from services.mall.application.attribution import Attribution
from services.mall.domain import agreement_terms, refusals
from services.mall.domain.agreement import Agreement
from services.mall.domain.exclusivity import Promisable
from services.mall.domain.seller import Seller
from services.mall.invariants.agreements import AgreementsAreKept
from services.mall.invariants.commissions import CommissionsComeFromSales, CommissionsFollowTheRule
from services.mall.invariants.shares import SharesAccrueOnce
from services.mall.invariants.tariffs import LinesAreChargedByTheRules
from tests.support.forging import judged

from .agreeing import agreed, ended, of_offer, offered
from .attributing import by_way, explained, linked, rod_on_shelf, shares
from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .questioning import OTHER_GROUP, ask, buy, line, put_on_shelf

PROOFS = (
    AgreementsAreKept, CommissionsFollowTheRule, CommissionsComeFromSales, LinesAreChargedByTheRules, SharesAccrueOnce,
)  # fmt: skip
SELLS = Seller.create_id(ANNA)
AGREEMENT = Agreement.create_id(SELLS, GROUP)
AT_10, AT_20 = (
    {"seller": 10_200, "community": 1_200, "platform": 600}, {"seller": 9_000, "community": 2_400, "platform": 600},
)  # fmt: skip
NO_POOL = {"seller": 11_400, "platform": 600}


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """Anna sells; whatever is sold in a test, the audit finds nothing amiss."""
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market
        assert [judged(proof(), market.facts) for proof in PROOFS] == [None] * len(PROOFS)


@pytest.fixture
def rod(market: Market) -> str:
    """It costs 120.00 and gives 10 %, on the shelf of Chen's group."""
    return rod_on_shelf(market)


def by_shelf(market: Market, rod: str, group_id: UUID = GROUP, **more: Any) -> dict[str, Any]:
    return market.paid(lines=[line(rod, 1, group_id)], **more)


def outcome(market: Market, opened: dict[str, Any]) -> str | None:
    kept = explained(market, opened)["agreement"]
    return None if kept is None else str(kept["outcome"])


def test_a_sale_through_the_shelf_has_the_pool_that_was_agreed_on(market: Market, rod: str) -> None:
    assert shares(market, by_shelf(market, rod)) == AT_10
    agreed(market)
    assert shares(market, by_shelf(market, rod)) == AT_20
    assert shares(market, market.paid(rod)) == NO_POOL
    assert outcome(market, market.paid(rod)) is None


def test_the_agreed_pool_is_split_with_a_member_who_brought_the_buyer(market: Market, rod: str) -> None:
    agreed(market)
    of_dora = linked(market, rod, group_id=GROUP)
    opened = buy(market, BORIS, by_way(rod, link_id=of_dora))
    assert shares(market, opened) == {"seller": 9_000, "community": 1_200, "member": 1_200, "platform": 600}
    assert shares(market, buy(market, BORIS, by_way(rod, link_id=linked(market, rod))))["member"] == 1_200


def test_what_a_listing_does_not_offer_may_be_agreed_on_and_the_other_way_round(market: Market) -> None:
    put_on_shelf(market, CHEN)
    plain, rod = market.listed(commission_bps=0, stock=9), market.listed(stock=9)
    for listing_id in (plain, rod):
        market.do("pick", CHEN, group_id=GROUP, listing_id=listing_id)
    agreed(market)
    assert shares(market, by_shelf(market, plain)) == AT_20
    agreed(market, pool_bps=0)
    assert shares(market, by_shelf(market, rod)) == NO_POOL


def test_an_agreement_comes_before_a_rule_of_the_tariff(market: Market, rod: str) -> None:
    market.do("announce_commission", OPERATOR, least_bps=0, most_bps=500)
    market.pass_time(days=7)
    assert shares(market, by_shelf(market, rod))["community"] == 600
    agreed(market)
    told = explained(market, opened := by_shelf(market, rod))
    assert (shares(market, opened), told["commission_rule"]) == (AT_20, None)


def test_an_order_keeps_what_held_when_it_was_placed(market: Market, rod: str) -> None:
    agreed(market, notice_days=0)
    opened = by_shelf(market, rod)
    told = explained(market, opened)
    assert told["agreement"]["agreement_id"] == str(AGREEMENT)
    assert (told["agreement"]["number"], told["agreement"]["pool_bps"], told["pool_bps"]) == (1, 2_000, 2_000)
    agreed(market, pool_bps=100)
    ended(market)
    assert explained(market, opened) == told


def test_it_ends_after_its_notice_and_what_is_ordered_before_keeps_it(market: Market, rod: str) -> None:
    agreed(market, notice_days=14)
    assert ended(market)["ends_at"] == (NOON + timedelta(days=14)).isoformat()
    market.pass_time(days=13, hours=23)
    assert shares(market, by_shelf(market, rod)) == AT_20
    market.pass_time(hours=1)
    opened = by_shelf(market, rod)
    assert (shares(market, opened), outcome(market, opened)) == (AT_10, "ended")


def test_it_holds_for_its_territory_and_nobody_is_refused_elsewhere(market: Market, rod: str) -> None:
    agreed(market, territory=["CN", "DE"])
    sold = {to: by_shelf(market, rod, delivery_country=to) for to in ("CN", "FR", None)}
    assert {to: outcome(market, one) for to, one in sold.items()} == {
        "CN": "applies", "FR": "outside_territory", None: "country_unknown",
    }  # fmt: skip
    assert [shares(market, one) for one in sold.values()] == [AT_20, AT_10, AT_10]
    assert not [fact for fact in market.facts if "FR" in str(vars(fact).values())]


def test_it_holds_from_its_floor_on(market: Market, rod: str) -> None:
    agreed(market, floor_minor=12_000, currency="EUR")
    assert shares(market, by_shelf(market, rod)) == AT_20
    market.do("reprice", ANNA, listing_id=rod, price_minor=11_999)
    assert outcome(market, opened := by_shelf(market, rod)) == "below_floor"
    assert shares(market, opened)["community"] == 1_200


def test_two_come_to_terms_by_offers_to_and_fro_and_every_step_is_kept(market: Market, rod: str) -> None:
    first = offered(market, pool_bps=1_500)
    second = offered(market, CHEN, pool_bps=3_000, listing_ids=[rod, rod])
    with pytest.raises(refusals.OfferNotOpen):
        market.do("accept_agreement", CHEN, **of_offer(first))
    market.do("decline_agreement", ANNA, **of_offer(second))
    third = offered(market, pool_bps=2_500, listing_ids=[rod])
    seen = ask(market, "agreement", CHEN, agreement_id=AGREEMENT)
    assert (seen["in_force"], seen["open_offer"]["number"], seen["open_offer"]["offered_by"]) == (None, 3, "seller")
    market.do("accept_agreement", CHEN, **of_offer(third))
    market.do("withdraw_agreement", CHEN, **of_offer(offered(market, CHEN)))
    ended(market, ANNA)
    history = ask(market, "agreement_history", ANNA, agreement_id=AGREEMENT)["items"]
    assert [(one["step"], one["by"], one["number"]) for one in reversed(history)] == [
        ("offered", "seller", 1), ("offered", "community", 2), ("declined", "seller", 2), ("offered", "seller", 3),
        ("accepted", "community", 3), ("offered", "community", 4), ("withdrawn", "community", 4),
        ("end_announced", "seller", None),
    ]  # fmt: skip
    assert (history[6]["terms"]["pool_bps"], history[6]["terms"]["listing_ids"]) == (3_000, [rod])
    assert history[0]["ends_at"] == (NOON + timedelta(days=30)).isoformat()


def test_both_sides_find_it_and_page_through_its_history(market: Market, rod: str) -> None:
    agreed(market)
    offered(market, starts_at=(NOON + timedelta(days=3)).isoformat())
    for by, party_id in ((ANNA, SELLS), (CHEN, GROUP), (OPERATOR, SELLS)):
        (listed,) = ask(market, "agreements", by, party_id=party_id)["items"]
        assert (listed["agreement_id"], listed["number"], listed["open_number"]) == (str(AGREEMENT), 1, 2)
    page = ask(market, "agreement_history", CHEN, agreement_id=AGREEMENT, limit="2")
    rest = ask(market, "agreement_history", CHEN, agreement_id=AGREEMENT, limit="2", cursor=page["next"])
    assert [one["step"] for one in (*page["items"], *rest["items"])] == ["offered", "accepted", "offered"]


def test_what_is_to_come_is_told_and_holds_from_then_on(market: Market, rod: str) -> None:
    agreed(market)
    agreed(market, pool_bps=1_000, starts_at=(NOON + timedelta(days=3)).isoformat())
    seen = ask(market, "agreement", ANNA, agreement_id=AGREEMENT)
    assert (seen["in_force"]["pool_bps"], [one["pool_bps"] for one in seen["to_come"]]) == (2_000, [1_000])
    market.pass_time(days=3)
    assert shares(market, by_shelf(market, rod)) == AT_10
    assert ask(market, "agreement", ANNA, agreement_id=AGREEMENT)["in_force"]["pool_bps"] == 1_000


STRANGE: list[Callable[[Market, dict[str, Any]], Any]] = [
    lambda market, made: market.do("accept_agreement", BORIS, **of_offer(made)),
    lambda market, made: market.do("decline_agreement", BORIS, **of_offer(made)),
    lambda market, made: market.do("withdraw_agreement", BORIS, **of_offer(made)),
    lambda market, made: market.do("end_agreement", BORIS, agreement_id=made["agreement_id"]),
    lambda market, made: ask(market, "agreement", BORIS, agreement_id=made["agreement_id"]),
    lambda market, made: ask(market, "agreement_history", BORIS, agreement_id=made["agreement_id"]),
    lambda market, made: ask(market, "agreements", BORIS, party_id=GROUP),
    lambda market, made: ask(market, "agreements", BORIS, party_id=SELLS),
]


def test_to_strangers_an_agreement_looks_missing(market: Market, rod: str) -> None:
    made = offered(market)
    market.join(BORIS)
    for asked in STRANGE:
        with pytest.raises(refusals.NoSuchAgreement):
            asked(market, made)


def test_a_stranger_offers_nothing(market: Market, rod: str) -> None:
    with pytest.raises(Forbidden):
        offered(market, BORIS)


def test_a_seller_offers_nothing_to_a_group_that_nobody_has_heard_of(market: Market) -> None:
    with pytest.raises(refusals.NoSuchCommunity):
        offered(market, group_id=OTHER_GROUP)


def exclusive(market: Market, rod: str, **terms: Any) -> None:
    agreed(market, **({"listing_ids": [rod], "exclusive": True, "notice_days": 0} | terms))


def other_shelf(market: Market, *listing_ids: str) -> None:
    """Dora's group shows them."""
    put_on_shelf(market, DORA, *listing_ids, group_id=OTHER_GROUP)


def test_what_is_promised_to_one_community_is_picked_by_no_other_while_it_holds(market: Market, rod: str) -> None:
    exclusive(market, rod)
    with pytest.raises(refusals.ListingExclusive):
        other_shelf(market, rod)
    market.do("pick_mine", BORIS, listing_id=rod)
    market.do("drop", CHEN, group_id=GROUP, listing_id=rod)
    market.do("pick", CHEN, group_id=GROUP, listing_id=rod)
    ended(market)
    other_shelf(market, rod)


def test_a_community_that_shows_it_already_earns_nothing_by_it_after_the_notice(market: Market, rod: str) -> None:
    other_shelf(market, rod)
    market.join(BORIS, OTHER_GROUP)
    link = linked(market, rod, BORIS, group_id=OTHER_GROUP)
    exclusive(market, rod)
    assert shares(market, by_shelf(market, rod)) == AT_20
    market.pass_time(days=6, hours=23)
    assert shares(market, by_shelf(market, rod, OTHER_GROUP)) == AT_10
    market.pass_time(hours=1)
    for bought in (by_shelf(market, rod, OTHER_GROUP), buy(market, CHEN, by_way(rod, link_id=link))):
        assert shares(market, bought) == NO_POOL
        (order,) = market.orders(bought)
        told = ask(market, "attribution", OPERATOR, order_id=order.id, line_id=next(iter(order.lines)))
        assert (told["agreement"]["outcome"], told["agreement"]["agreement_id"]) == ("promised_to_another", None)
        assert "another community's alone" in told["steps"][1]
    ended(market)
    assert shares(market, by_shelf(market, rod, OTHER_GROUP)) == AT_10


def test_what_another_community_had_agreed_on_is_good_for_its_own_notice(market: Market, rod: str) -> None:
    other_shelf(market, rod)
    agreed(market, DORA, OTHER_GROUP, notice_days=14)
    exclusive(market, rod)
    market.pass_time(days=13)
    assert shares(market, by_shelf(market, rod, OTHER_GROUP)) == AT_20
    market.pass_time(days=1)
    assert shares(market, by_shelf(market, rod, OTHER_GROUP)) == NO_POOL


def test_owners_read_in_time_which_of_their_pools_end(market: Market, rod: str) -> None:
    other_shelf(market, rod, market.listed(title="Reel"))
    assert ask(market, "shelf_report", DORA, group_id=OTHER_GROUP)["pools_ending"] == []
    exclusive(market, rod, ends_at=(NOON + timedelta(days=40)).isoformat())
    (row,) = ask(market, "shelf_report", DORA, group_id=OTHER_GROUP)["pools_ending"]
    assert (row["listing_id"], row["title"], row["announced_at"]) == (rod, "Rod", NOON.isoformat())
    assert (row["pool_ends_at"], row["until"]) == tuple(
        (NOON + timedelta(days=days)).isoformat() for days in (7, 40)
    )
    assert str(GROUP) not in str(row)
    assert ask(market, "shelf_report", CHEN, group_id=GROUP)["pools_ending"] == []
    agreed(market, DORA, OTHER_GROUP, notice_days=30)
    (row,) = ask(market, "shelf_report", DORA, group_id=OTHER_GROUP)["pools_ending"]
    assert row["pool_ends_at"] == (NOON + timedelta(days=30)).isoformat()
    market.pass_time(days=40)
    assert ask(market, "shelf_report", DORA, group_id=OTHER_GROUP)["pools_ending"] == []


def test_without_the_guard_of_the_notice_the_audit_finds_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = rod_on_shelf(market)
        other_shelf(market, rod)
        exclusive(market, rod)
        with monkeypatch.context() as switched:
            switched.setattr(agreement_terms, "_is_over_for_others", lambda *_: True)
            assert shares(market, by_shelf(market, rod, OTHER_GROUP)) == NO_POOL
        assert "does not keep what was agreed" in str(judged(AgreementsAreKept(), market.facts))


def test_what_is_another_community_s_alone_is_not_suggested(market: Market) -> None:
    rod, reel = (market.listed(stock=9, tags=["fishing"]) for _ in range(2))
    for group_id, owner_id in ((GROUP, CHEN), (OTHER_GROUP, DORA)):
        market.groups.say(
            GroupFounded(group_id=group_id, owner_id=owner_id, threshold=None, tags=["fishing"]), market.clock.at
        )
    market.settle()
    starts_at, ends_at = ((NOON + timedelta(days=days)).isoformat() for days in (2, 9))
    exclusive(market, rod, starts_at=starts_at, ends_at=ends_at)

    def suggested(owner_id: UUID, group_id: UUID) -> set[str]:
        items = ask(market, "shelf_suggestions", owner_id, group_id=group_id)["items"]
        return {item["listing_id"] for item in items}

    assert (suggested(CHEN, GROUP), suggested(DORA, OTHER_GROUP)) == ({rod, reel}, {reel})
    market.pass_time(days=9)
    assert suggested(DORA, OTHER_GROUP) == {rod, reel}


def test_a_member_s_own_link_of_no_community_earns_as_ever(market: Market, rod: str) -> None:
    exclusive(market, rod)
    assert shares(market, buy(market, BORIS, by_way(rod, link_id=linked(market, rod))))["member"] == 1_200


def to_a_second_community(market: Market, rod: str) -> None:
    exclusive(market, rod)
    market.found_group(DORA, group_id=OTHER_GROUP)
    terms = {"listing_ids": [rod], "exclusive": True}
    with pytest.raises(refusals.ListingExclusive):
        agreed(market, DORA, OTHER_GROUP, **terms)


def test_nothing_is_promised_to_two_communities(market: Market, rod: str) -> None:
    to_a_second_community(market, rod)
    assert ask(market, "agreement", DORA, agreement_id=Agreement.create_id(SELLS, OTHER_GROUP))["in_force"] is None
    ended(market)
    agreed(market, DORA, OTHER_GROUP, listing_ids=[rod], exclusive=True)
    assert market.listing(rod).holder(market.clock.at) == OTHER_GROUP


def test_without_the_guard_it_is_and_the_audit_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Promisable, "_is_free", lambda *_: True)
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = rod_on_shelf(market)
        with pytest.raises(pytest.fail.Exception):
            to_a_second_community(market, rod)
        by_shelf(market, rod)
        assert "two communities" in str(judged(AgreementsAreKept(), market.facts))


def test_terms_that_promise_less_free_the_rest(market: Market, rod: str) -> None:
    reel = market.listed(stock=9)
    exclusive(market, rod, listing_ids=[rod, reel])
    exclusive(market, rod, starts_at=(NOON + timedelta(days=2)).isoformat())
    other_shelf(market)
    with pytest.raises(refusals.ListingExclusive):
        market.do("pick", DORA, group_id=OTHER_GROUP, listing_id=reel)
    market.pass_time(days=2)
    market.do("pick", DORA, group_id=OTHER_GROUP, listing_id=reel)
    with pytest.raises(refusals.ListingExclusive):
        market.do("pick", DORA, group_id=OTHER_GROUP, listing_id=rod)


def test_a_promise_that_runs_out_frees_by_itself(market: Market, rod: str) -> None:
    exclusive(market, rod, ends_at=(NOON + timedelta(days=2)).isoformat())
    market.pass_time(days=2)
    other_shelf(market, rod)
    assert shares(market, by_shelf(market, rod, OTHER_GROUP)) == AT_10


def test_without_the_guard_of_what_was_agreed_the_audit_finds_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        rod = rod_on_shelf(market)
        agreed(market, floor_minor=12_001, currency="EUR")
        with monkeypatch.context() as switched:
            switched.setattr(agreement_terms, "_why_not", lambda *_: None)
            assert shares(market, by_shelf(market, rod)) == AT_20
        assert "does not keep what was agreed" in str(judged(AgreementsAreKept(), market.facts))


def test_an_owner_who_buys_earns_nothing_of_the_agreed_pool(market: Market, rod: str) -> None:
    agreed(market)
    assert shares(market, by_shelf(market, rod, buyer_id=CHEN)) == NO_POOL


def test_without_its_guard_she_would(market: Market, rod: str, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(market)
    monkeypatch.setattr(Attribution, "_why_not", lambda *_: None)
    assert shares(market, by_shelf(market, rod, buyer_id=CHEN)) == AT_20


def test_a_quote_says_what_the_agreement_would_make_of_a_line(market: Market, rod: str) -> None:
    agreed(market, territory=["CN"])
    asked = {"listing_id": rod, "group_id": GROUP}
    for country, told in ((None, ("country_unknown", 1_000)), ("CN", ("applies", 2_000))):
        found = ask(market, "quote", ANNA, **asked, **({"delivery_country": country} if country else {}))
        assert (found["agreement"]["outcome"], found["pool_bps"]) == told
    assert ask(market, "quote", ANNA, listing_id=rod)["agreement"] is None


def test_others_are_told_that_there_is_an_agreement_and_that_it_ends_and_no_terms(market: Market, rod: str) -> None:
    agreed(market)
    ended(market)
    said = [one for one in market.service.messages(0, 1_000).messages if ".agreement_" in one.type]
    assert [one.type for one in said] == ["agora.mall.agreement_accepted.v1", "agora.mall.agreement_ended.v1"]
    assert said[1].data == {
        "agreement_id": str(AGREEMENT), "seller_id": str(SELLS), "group_id": str(GROUP),
        "ends_at": (NOON + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    assert "2000" not in str(said[0].data)


def said_of_ends(market: Market) -> list[str]:
    said = [one for one in market.service.messages(0, 1_000).messages if one.type == "agora.mall.agreement_ended.v1"]
    return [one.data["ends_at"] for one in said]


def test_what_ends_as_it_was_agreed_is_told_when_it_does_and_once(market: Market, rod: str) -> None:
    ends_at = (NOON + timedelta(days=2)).isoformat()
    agreed(market, ends_at=ends_at)
    market.pass_time(days=1, hours=23)
    assert said_of_ends(market) == []
    market.reopen()
    market.pass_time(hours=1)
    market.pass_time(days=30)
    assert said_of_ends(market) == [ends_at]
    history = ask(market, "agreement_history", CHEN, agreement_id=AGREEMENT)["items"]
    assert (history[0]["step"], history[0]["by"], history[0]["ends_at"]) == ("lapsed", "neither", ends_at)
    assert ask(market, "agreements", CHEN, party_id=GROUP)["items"][0]["ends_at"] == ends_at


def test_terms_that_take_the_place_of_others_put_off_what_is_told(market: Market, rod: str) -> None:
    agreed(market, ends_at=(NOON + timedelta(days=2)).isoformat())
    agreed(market, pool_bps=100)
    market.pass_time(days=30)
    assert said_of_ends(market) == []


def test_an_end_that_was_announced_is_told_once(market: Market, rod: str) -> None:
    agreed(market, notice_days=1, ends_at=(NOON + timedelta(days=9)).isoformat())
    ended(market)
    market.pass_time(days=30)
    assert said_of_ends(market) == [(NOON + timedelta(days=1)).isoformat()]


def test_decided_again_after_a_crash_an_offer_is_the_same_one(market: Market, rod: str) -> None:
    told = {"seller_id": SELLS, "group_id": GROUP, "pool_bps": 2_000}
    made = market.do("offer_agreement", ANNA, "offer-1", **told)
    market.reopen()
    assert market.do("offer_agreement", ANNA, "offer-1", **told) == made
    accepted = market.do("accept_agreement", CHEN, "yes", **of_offer(made))
    market.reopen()
    assert market.do("accept_agreement", CHEN, "yes", **of_offer(made)) == accepted
    assert shares(market, by_shelf(market, rod)) == AT_20


def test_a_suspended_seller_agrees_on_nothing_and_may_still_end(market: Market, rod: str) -> None:
    agreed(market, notice_days=0)
    made = offered(market, CHEN)
    market.withdraw_claim(ANNA)
    for refused in (lambda: offered(market), lambda: market.do("accept_agreement", ANNA, **of_offer(made))):
        with pytest.raises(Refusal) as found:
            refused()
        assert isinstance(found.value, refusals.SellerSuspended)
    ended(market, ANNA)
