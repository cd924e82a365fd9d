"""The way from post to gathering to order: what each step counts, and who may ask."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contracts.events import CheckedIn, GatheringAnnounced, GatheringCancelled
from services.contracts.groups import PostPublished, PostRemoved, PostRestored
from services.mall.domain.refusals import NoSuchListing, NoSuchShelf

from .market import ANNA, BORIS, CHEN, GROUP, OPERATOR, Market
from .questioning import ask, buy, line, market_listing, person, put_on_shelf

POST, LAKE = UUID(int=0x91), UUID(int=0x92)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


@pytest.fixture
def rod(market: Market) -> str:
    """On the group's shelf, in a post of its, and at a gathering of its."""
    made = market_listing(market, stock=100)
    put_on_shelf(market, CHEN, made)
    market.groups.say(
        PostPublished(
            post_id=POST, group_id=GROUP, author_id=CHEN, kind="post", section_id=None, is_advert=True,
            listing_ids=[made], gathering_id=None, shared_from_post_id=None, shared_from_group_id=None,
        ),
        market.clock.at,
    )  # fmt: skip
    market.events.say(
        GatheringAnnounced(
            gathering_id=LAKE, group_id=GROUP, organiser_id=CHEN, starts_at=market.clock.at + timedelta(days=1),
            ends_at=market.clock.at + timedelta(days=2), capacity=20, price_minor=0, currency=None, listing_ids=[made],
            tags=[],
        ),
        market.clock.at,
    )  # fmt: skip
    market.settle()
    return made


def come(market: Market, *people: UUID) -> None:
    for person_id in people:
        said = CheckedIn(registration_id=uuid4(), gathering_id=LAKE, person_id=person_id, seats=2)
        market.events.say(said, market.clock.at)
    market.settle()


def journey(market: Market, rod: str) -> dict[str, Any]:
    """Of the listing; that of its community says the same."""
    told = ask(market, "listing_journey", ANNA, listing_id=rod)
    community = ask(market, "community_journey", CHEN, group_id=GROUP)
    same = {name: value for name, value in told.items() if name != "listing_id"}
    assert same == {name: value for name, value in community.items() if name != "group_id"}
    return told


def test_each_step_is_counted_and_orders_only_where_they_were_met(market: Market, rod: str) -> None:
    buy(market, person(0), line(rod, 1, GROUP) | {"post_id": POST})
    opened = buy(market, person(1), line(rod, 2, GROUP) | {"gathering_id": LAKE})
    buy(market, person(2), line(rod, 1, GROUP))
    told = journey(market, rod)
    assert (told["posts"], told["gatherings"], told["orders"]) == (1, 1, 2)
    assert (told["orders_by_post"], told["orders_by_gathering"], told["orders_back"]) == (1, 1, 0)
    assert told["amounts"] == [{"currency": "EUR", "gross_minor": 36_000, "net_minor": 36_000}]
    order = market.orders(opened)[0]
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    market.do("refund_line", ANNA, order_id=opened["order_ids"][0], line_id=next(iter(order.lines)), quantity=1)
    market.settle()
    after = journey(market, rod)
    assert (after["orders"], after["orders_back"]) == (2, 1)
    assert after["amounts"] == [{"currency": "EUR", "gross_minor": 36_000, "net_minor": 24_000}]


def test_a_community_counts_its_own_posts_and_gatherings_alone(market: Market, rod: str) -> None:
    """Met in a post of elsewhere and at a gathering of ours, or the other way round: each counts once, where it is."""
    elsewhere = UUID(int=0x93)
    buy(market, person(0), line(rod, 1, GROUP) | {"post_id": elsewhere, "gathering_id": LAKE})
    buy(market, person(1), line(rod, 1, GROUP) | {"post_id": POST, "gathering_id": elsewhere})
    told = ask(market, "community_journey", CHEN, group_id=GROUP)
    assert (told["orders"], told["orders_by_post"], told["orders_by_gathering"]) == (2, 1, 1)


def test_who_came_is_told_from_five_on_and_in_steps(market: Market, rod: str) -> None:
    come(market, *map(person, range(4)))
    assert journey(market, rod)["came"] is None
    come(market, *map(person, range(2, 9)))
    assert journey(market, rod)["came"] == 5, "nine people, told in steps"


def test_what_is_removed_or_cancelled_does_not_count(market: Market, rod: str) -> None:
    market.groups.say(PostRemoved(post_id=POST, group_id=GROUP), market.clock.at)
    market.events.say(GatheringCancelled(gathering_id=LAKE), market.clock.at)
    market.settle()
    told = journey(market, rod)
    assert (told["posts"], told["gatherings"]) == (0, 0)
    market.groups.say(PostRestored(post_id=POST, group_id=GROUP), market.clock.at)
    market.settle()
    assert journey(market, rod)["posts"] == 1


def test_each_asks_for_what_is_hers(market: Market, rod: str) -> None:
    for stranger in (BORIS, CHEN):
        with pytest.raises(NoSuchListing):
            ask(market, "listing_journey", stranger, listing_id=rod)
    for stranger in (BORIS, ANNA):
        with pytest.raises(NoSuchShelf):
            ask(market, "community_journey", stranger, group_id=GROUP)
    assert ask(market, "community_journey", OPERATOR, group_id=GROUP)["posts"] == 1
