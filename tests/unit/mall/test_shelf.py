"""A listing stands on a shelf at most once."""

from services.kernel.domain import FORGOTTEN, acting, derived_id
from services.mall.domain.refusals import AlreadyPicked, NotPicked
from services.mall.domain.shelf import Shelf
from tests.support.scenario import ANNA, Scenario, context
from tests.unit.mall.samples import GROUP, LISTING, replayed


def shelf() -> Shelf:
    return Shelf(group_id=GROUP)


def pick(shelf: Shelf) -> None:
    shelf.pick(LISTING, ANNA, "For the lake.")


def drop(shelf: Shelf) -> None:
    shelf.drop(LISTING)


def test_a_group_has_one_shelf() -> None:
    Scenario(Shelf).when(lambda _: shelf()).then((Shelf.Opened, {"originator_id": derived_id("shelf", GROUP)}))


def test_picks_a_listing_with_a_note() -> None:
    expected = {"listing_id": LISTING, "person_id": ANNA, "note": "For the lake."}
    Scenario(Shelf).given(shelf).when(pick).then((Shelf.Picked, expected))


def test_refuses_a_second_pick_of_the_same_listing() -> None:
    Scenario(Shelf).given(shelf, pick).when(pick).then_refused(AlreadyPicked)


def test_drops_a_listing_which_can_then_be_picked_again() -> None:
    Scenario(Shelf).given(shelf, pick).when(drop).then((Shelf.Dropped, {"listing_id": LISTING}))
    Scenario(Shelf).given(shelf, pick, drop).when(pick).then((Shelf.Picked, {}))


def test_refuses_to_drop_what_is_not_on_the_shelf() -> None:
    Scenario(Shelf).given(shelf).when(drop).then_refused(NotPicked)


def test_still_holds_the_listing_when_the_note_was_forgotten() -> None:
    with acting(context()):
        root = shelf()
        pick(root)
        facts = list(root.collect_events())
    facts[1].__dict__["note"] = FORGOTTEN
    assert replayed(facts).holds(LISTING)
