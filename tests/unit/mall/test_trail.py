"""What is remembered of the ways of a person: little, and only as long as she wants it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.trail import MOST_LISTINGS, MOST_WAYS, Touch, Trail
from tests.support.scenario import BORIS, CHEN, NOON, Scenario, context
from tests.unit.mall.samples import GROUP, LINK, LISTING

OTHER = UUID(int=0x12)


def touch(at: datetime = NOON, **way: UUID) -> Touch:
    return Touch(touched_at=at, **(way or {"link_id": LINK}))


def trail() -> Trail:
    return Trail(BORIS)


def touched(trail: Trail) -> None:
    trail.touch(LISTING, touch())


def test_remembers_the_way_and_where_it_was_met() -> None:
    met: dict[str, Any] = {"group_id": GROUP, "post_id": UUID(int=1), "gathering_id": UUID(int=2)}
    expected = {"listing_id": LISTING, "touched_at": NOON, "link_id": None, **met}
    Scenario(Trail).given(trail).when(lambda one: one.touch(LISTING, touch(**met))).then((Trail.Touched, expected))


def test_the_same_way_again_within_the_hour_says_nothing_new() -> None:
    again = Scenario(Trail).given(trail, touched)
    again.when(lambda one: one.touch(LISTING, touch(NOON + timedelta(minutes=59)))).then_nothing()
    later = Scenario(Trail).given(trail, touched)
    later.when(lambda one: one.touch(LISTING, touch(NOON + timedelta(hours=1)))).then((Trail.Touched, {}))


def test_another_way_is_remembered_at_once_and_the_one_before_behind_it() -> None:
    with acting(context()):
        root = trail()
        touched(root)
        root.touch(LISTING, touch(NOON + timedelta(minutes=1), group_id=GROUP))
        root.touch(LISTING, touch(NOON + timedelta(minutes=2)))
    assert [one.way for one in root.touches_of(LISTING)] == [(LINK, None, None), (None, GROUP, None)]


def test_keeps_a_few_ways_of_a_few_listings() -> None:
    with acting(context()):
        root = trail()
        for number in range(MOST_WAYS + 3):
            root.touch(LISTING, touch(NOON + timedelta(hours=number), shelf_person_id=UUID(int=number)))
        for number in range(MOST_LISTINGS):
            root.touch(UUID(int=0x1000 + number), touch(NOON + timedelta(days=1)))
    assert len(root.touches) == MOST_LISTINGS
    assert root.touches_of(LISTING) == []
    assert all(len(kept) <= MOST_WAYS for kept in root.touches.values())


def test_she_leaves_the_ways_to_one_listing_or_to_all() -> None:
    def other(trail: Trail) -> None:
        trail.touch(OTHER, touch(shelf_person_id=CHEN))

    one = Scenario(Trail).given(trail, touched, other).when(lambda trail: trail.leave(LISTING))
    one.then((Trail.Left, {"listing_id": LISTING}))
    assert one.root is not None
    assert (one.root.touches_of(LISTING), len(one.root.touches_of(OTHER))) == ([], 1)
    everything = Scenario(Trail).given(trail, touched, other).when(lambda trail: trail.leave(None))
    everything.then((Trail.Left, {"listing_id": None}))
    assert everything.root is not None
    assert everything.root.touches == {}


def test_there_is_nothing_to_leave_where_nothing_is_remembered() -> None:
    Scenario(Trail).given(trail).when(lambda one: one.leave(None)).then_nothing()
    Scenario(Trail).given(trail, touched).when(lambda one: one.leave(OTHER)).then_nothing()
