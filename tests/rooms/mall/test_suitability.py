"""Which community suits a listing, and which listings suit a community: by tags, people and sales, with reasons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.groups import GroupFounded, GroupTagged, MemberAdmitted, MemberLeft
from services.contracts.identity import FieldVisibilitySet
from services.mall.domain.refusals import NoSuchListing, NoSuchShelf

from .market import ANNA, BORIS, CHEN, DORA, OPERATOR, Market
from .questioning import ask, buy, line, market_listing, person, tagged

OUTDOOR, GADGET, COOKING = (UUID(int=number) for number in (0x70, 0x71, 0x72))


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


def found(market: Market, group_id: UUID, owner_id: UUID, *tags: str) -> None:
    market.groups.say(GroupFounded(group_id=group_id, owner_id=owner_id, threshold=None, tags=[*tags]), market.clock.at)
    market.settle()


def join(market: Market, group_id: UUID, *people: UUID) -> None:
    for person_id in people:
        market.groups.say(MemberAdmitted(group_id=group_id, person_id=person_id), market.clock.at)
    market.settle()


def the_story(market: Market, outdoor: tuple[str, ...], gadget: tuple[str, ...]) -> str:
    """An outdoor community, a gadget community, one more, and a rod."""
    found(market, OUTDOOR, CHEN, *outdoor)
    found(market, GADGET, DORA, *gadget)
    found(market, COOKING, BORIS, "cooking", "outdoors")
    return market_listing(market, tags=["Fishing", "outdoors"], stock=100)


def suits(market: Market, rod: str, actor_id: UUID = ANNA) -> dict[str, dict[str, Any]]:
    items = ask(market, "listing_communities", actor_id, listing_id=rod)["items"]
    return {item["group_id"]: item for item in items if item["suits"]}


def assert_the_rod_suits_the_outdoor_community(market: Market, rod: str) -> None:
    found = suits(market, rod)
    assert next(iter(found), None) == str(OUTDOOR)
    assert str(GADGET) not in found


def test_the_rod_suits_the_outdoor_community_and_not_the_gadget_one(market: Market) -> None:
    rod = the_story(market, ("fishing", "outdoors"), ("gadgets", "drones"))
    assert_the_rod_suits_the_outdoor_community(market, rod)
    best = suits(market, rod)[str(OUTDOOR)]
    assert best["by_tags_alone"]
    assert [(reason["kind"], reason["sentence"]) for reason in best["reasons"]] == [
        ("topics", "The community is about fishing (1 of 3 communities), outdoors (2 of 3 communities)."),
        ("no_sales_yet", "No such goods were sold through its shelf yet: this is judged by tags alone."),
    ]


def test_with_the_tags_shuffled_it_does_not(market: Market) -> None:
    rod = the_story(market, ("gadgets", "drones"), ("fishing", "outdoors"))
    with pytest.raises(AssertionError):
        assert_the_rod_suits_the_outdoor_community(market, rod)


def test_a_rare_tag_says_more_than_one_that_all_have(market: Market) -> None:
    rod = the_story(market, ("fishing",), ("outdoors",))
    answer = ask(market, "listing_communities", ANNA, listing_id=rod)["items"]
    scores = {item["group_id"]: item["score"] for item in answer}
    assert scores[str(OUTDOOR)] > scores[str(GADGET)] == scores[str(COOKING)] > 0


def test_a_community_that_is_about_something_else_from_now_on_is_judged_by_that(market: Market) -> None:
    rod = the_story(market, ("fishing", "outdoors"), ("gadgets",))
    market.groups.say(GroupTagged(group_id=OUTDOOR, tags=["chess"]), market.clock.at)
    market.groups.say(GroupTagged(group_id=GADGET, tags=["fishing", "outdoors"]), market.clock.at)
    market.settle()
    assert next(iter(suits(market, rod))) == str(GADGET)


def test_members_count_from_five_on_and_in_steps(market: Market) -> None:
    rod = the_story(market, ("chess",), ("gadgets",))
    people = [person(number) for number in range(14)]
    join(market, OUTDOOR, *people)
    tagged(market, "interest", "Fishing", *people[:4])
    assert str(OUTDOOR) not in {one["group_id"] for one in all_of(market, rod)}
    tagged(market, "interest", "Fishing", *people[4:9])
    (reason,) = [one for one in of(market, rod, OUTDOOR)["reasons"] if one["kind"] == "people"]
    assert (reason["people"], reason["of_people"]) == (5, 15)
    assert reason["sentence"] == "At least 5 of 15 members carry fishing."


def test_a_tag_that_the_law_protects_counts_for_nobody(market: Market) -> None:
    the_story(market, ("chess",), ("gadgets",))
    people = [person(number) for number in range(14)]
    join(market, OUTDOOR, *people)
    pills = market_listing(market, tags=["pills"])
    tagged(market, "health", "pills", CHEN, *people)
    assert all_of(market, pills) == []
    tagged(market, "interest", "pills", CHEN, *people)
    assert [one["group_id"] for one in all_of(market, pills)] == [str(OUTDOOR)]


def test_who_hides_the_tags_is_not_counted(market: Market) -> None:
    rod = the_story(market, ("chess",), ("gadgets",))
    people = [person(number) for number in range(9)]
    join(market, OUTDOOR, *people)
    tagged(market, "interest", "fishing", *people[:5])
    assert of(market, rod, OUTDOOR)["score"] > 0
    for audience, groups in (("nobody", []), ("groups", [str(GADGET)])):
        show(market, people[0], audience, groups)
        assert str(OUTDOOR) not in {one["group_id"] for one in all_of(market, rod)}, audience
    for audience, groups in (("groups", [str(OUTDOOR)]), ("everyone", []), ("groups", [])):
        show(market, people[0], audience, groups)
        assert of(market, rod, OUTDOOR)["score"] > 0, audience


def test_sales_count_and_what_came_back_counts_against(market: Market) -> None:
    rod = the_story(market, ("fishing", "outdoors"), ("gadgets",))
    market.do("pick", CHEN, group_id=OUTDOOR, listing_id=rod, note="Good.")
    before = of(market, rod, OUTDOOR)["score"]
    opened = buy(market, BORIS, line(rod, 4, OUTDOOR))
    sold = of(market, rod, OUTDOOR)
    assert sold["score"] > before
    assert sold["is_on_shelf"]
    assert not sold["by_tags_alone"]
    order = market.orders(opened)[0]
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.do("refund_line", ANNA, order_id=opened["order_ids"][0], line_id=next(iter(order.lines)), quantity=2)
    market.settle()
    after = of(market, rod, OUTDOOR)
    assert after["score"] < sold["score"]
    assert after["reasons"][-1]["sentence"] == "2 of 4 pieces came back."


def test_sales_alone_do_not_make_a_community_suit(market: Market) -> None:
    rod = the_story(market, ("fishing", "outdoors"), ("gadgets",))
    market.do("pick", DORA, group_id=GADGET, listing_id=rod, note="Good.")
    buy(market, BORIS, line(rod, 90, GADGET))
    assert 0 < of(market, rod, GADGET)["score"] < 25
    assert_the_rod_suits_the_outdoor_community(market, rod)


def test_suggestions_leave_out_what_is_shown_and_what_was_taken_down(market: Market) -> None:
    rod = the_story(market, ("fishing", "outdoors"), ("gadgets",))
    reel = market_listing(market, title="Reel", tags=["fishing"])
    market_listing(market, title="Drone", tags=["drones"])
    assert sorted(suggested(market)) == ["Reel", "Rod"]
    market.do("pick", CHEN, group_id=OUTDOOR, listing_id=rod, note="Good.")
    market.settle()
    assert suggested(market) == ["Reel"]
    market.do("drop", CHEN, group_id=OUTDOOR, listing_id=rod)
    market.settle()
    assert suggested(market) == ["Reel"], "what was taken down does not come back"
    market.do("withdraw_listing", ANNA, listing_id=reel, reason="broken")
    market.settle()
    assert suggested(market) == []


def test_each_asks_for_what_is_hers(market: Market) -> None:
    rod = the_story(market, ("fishing",), ("gadgets",))
    for stranger in (BORIS, CHEN):
        with pytest.raises(NoSuchListing):
            ask(market, "listing_communities", stranger, listing_id=rod)
    for stranger in (BORIS, ANNA):
        with pytest.raises(NoSuchShelf):
            ask(market, "shelf_suggestions", stranger, group_id=OUTDOOR)
    assert suits(market, rod, OPERATOR)
    assert ask(market, "shelf_suggestions", OPERATOR, group_id=OUTDOOR)["items"]


def test_somebody_who_comes_or_goes_changes_nothing_until_five_have(market: Market) -> None:
    rod = the_story(market, ("chess",), ("gadgets",))
    people = [person(number) for number in range(14)]
    tagged(market, "interest", "fishing", CHEN, *people)
    join(market, OUTDOOR, *people[:9])
    told = of(market, rod, OUTDOOR)
    for number in range(9, 13):
        join(market, OUTDOOR, people[number])
        assert of(market, rod, OUTDOOR) == told
    market.groups.say(MemberLeft(group_id=OUTDOOR, person_id=people[0]), market.clock.at)
    market.settle()
    assert of(market, rod, OUTDOOR)["reasons"][1]["of_people"] == 13


def show(market: Market, person_id: UUID, audience: str, group_ids: list[str]) -> None:
    said = FieldVisibilitySet(person_id=person_id, field="tags", audience=audience, group_ids=group_ids)
    market.identity.say(said, market.clock.at)
    market.settle()


def all_of(market: Market, rod: str) -> list[dict[str, Any]]:
    return list(ask(market, "listing_communities", ANNA, listing_id=rod)["items"])


def of(market: Market, rod: str, group_id: UUID) -> dict[str, Any]:
    (item,) = [one for one in all_of(market, rod) if one["group_id"] == str(group_id)]
    return item


def suggested(market: Market) -> list[str]:
    return [item["title"] for item in ask(market, "shelf_suggestions", CHEN, group_id=OUTDOOR)["items"]]
