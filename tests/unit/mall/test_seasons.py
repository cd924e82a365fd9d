"""A shelf, or one listing on it, opens and closes by date: of a group and of a person alike."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.kernel.domain import FORGOTTEN, acting, derived_id
from services.mall.domain.member_shelf import MemberShelf
from services.mall.domain.picks import Picks
from services.mall.domain.refusals import AlreadyPicked, NotPicked, OutOfSeason, SeasonEndsFirst
from services.mall.domain.shelf import Shelf
from tests.support.scenario import ANNA, CHEN, NOON, Scenario, context
from tests.unit.mall.samples import GROUP, LISTING, replayed

SPRING, AUTUMN = NOON + timedelta(days=20), NOON + timedelta(days=200)


def of_group() -> Shelf:
    return Shelf(GROUP)


def of_person() -> MemberShelf:
    return MemberShelf(CHEN)


def pick(shelf: Any) -> None:
    if isinstance(shelf, Shelf):
        shelf.pick(LISTING, ANNA, "For the lake.")
    else:
        shelf.pick(LISTING, "For the lake.")


def of_the_year(shelf: Any) -> None:
    shelf.set_season(None, SPRING, AUTUMN)


def of_the_pick(shelf: Any) -> None:
    shelf.set_season(LISTING, SPRING, None)


both = pytest.mark.parametrize("shelf", [of_group, of_person])


def test_a_person_has_one_shelf() -> None:
    Scenario(MemberShelf).when(lambda _: of_person()).then(
        (MemberShelf.Opened, {"originator_id": derived_id("member_shelf", CHEN)})
    )


def test_a_person_picks_and_drops() -> None:
    Scenario(MemberShelf).given(of_person).when(pick).then((MemberShelf.Picked, {"note": "For the lake."}))
    Scenario(MemberShelf).given(of_person, pick).when(pick).then_refused(AlreadyPicked)
    dropped = Scenario(MemberShelf).given(of_person, pick).when(lambda one: one.drop(LISTING))
    dropped.then((MemberShelf.Dropped, {"listing_id": LISTING}))
    Scenario(MemberShelf).given(of_person).when(lambda one: one.drop(LISTING)).then_refused(NotPicked)


def test_still_holds_the_listing_when_the_note_was_forgotten() -> None:
    with acting(context()):
        root = of_person()
        pick(root)
        facts = list(root.collect_events())
    facts[1].__dict__["note"] = FORGOTTEN
    assert replayed(facts).holds(LISTING)


@both
def test_refuses_a_season_that_ends_before_it_begins(shelf: Callable[[], Picks]) -> None:
    Scenario(Picks).given(shelf).when(lambda one: one.set_season(None, AUTUMN, SPRING)).then_refused(SeasonEndsFirst)


@both
def test_refuses_dates_for_what_is_not_on_the_shelf(shelf: Callable[[], Picks]) -> None:
    Scenario(Picks).given(shelf).when(of_the_pick).then_refused(NotPicked)


@both
def test_the_same_dates_again_record_nothing(shelf: Callable[[], Picks]) -> None:
    Scenario(Picks).given(shelf, pick, of_the_year).when(of_the_year).then_nothing()
    Scenario(Picks).given(shelf, pick, of_the_pick).when(of_the_pick).then_nothing()


@both
@pytest.mark.parametrize(("season", "at", "is_open"), [
    (of_the_year, NOON, False), (of_the_year, SPRING, True), (of_the_year, AUTUMN, False),
    (of_the_pick, NOON, False), (of_the_pick, SPRING, True), (of_the_pick, AUTUMN, True), (pick, NOON, True),
])  # fmt: skip
def test_is_open_from_its_first_moment_until_its_last(
    shelf: Callable[[], Picks], season: Callable[[Any], None], at: datetime, is_open: bool
) -> None:
    commands = [pick] if season is pick else [pick, season]
    asked = Scenario(Picks).given(shelf, *commands).when(lambda one: one.require_open(LISTING, at))
    if is_open:
        asked.then_nothing()
    else:
        asked.then_refused(OutOfSeason)


@both
def test_the_season_of_a_pick_goes_with_the_pick(shelf: Callable[[], Picks]) -> None:
    again = Scenario(Picks).given(shelf, pick, of_the_pick, lambda one: one.drop(LISTING), pick)  # type: ignore[attr-defined]
    again.when(lambda one: one.require_open(LISTING, NOON)).then_nothing()
