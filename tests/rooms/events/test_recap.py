"""How it was: told once it has begun, with numbers of people from five on, in words that go with their author."""

import pytest

from services.contracts.events import RecapWritten
from services.events.domain.refusals import GatheringNotBegun, NoRecap, RecapThere

from .hall import ANNA, BORIS, CHEN, GROUP, LISTING, Hall, crowd


def attended(hall: Hall, came: int, registered: int) -> str:
    """A gathering that has begun, to which so many came."""
    gathering_id = hall.announced(capacity=20, listing_ids=[LISTING])
    codes = [hall.code(hall.comes(gathering_id, person)) for person in crowd(registered)]
    hall.pass_time(days=1)
    for code in codes[:came]:
        hall.do("check_in", ANNA, gathering_id=gathering_id, code=code, device_id="door-1")
    hall.settle()
    return gathering_id


@pytest.mark.parametrize(("came", "told"), [(4, None), (5, 5)])
def test_a_recap_tells_how_many_came_from_five_on(hall: Hall, came: int, told: int | None) -> None:
    gathering_id = attended(hall, came, registered=came)
    hall.do("write_recap", CHEN, gathering_id=gathering_id, text="Two carps, both back in the lake.")
    (said,) = hall.said("recap_written")
    assert isinstance(said, RecapWritten)
    assert (said.came, said.group_id, said.author_id, said.listing_ids) == (told, GROUP, CHEN, [str(LISTING)])
    seen = hall.ask("recap", BORIS, gathering_id=gathering_id)
    assert (seen["text"], seen["came"]) == ("Two carps, both back in the lake.", told)
    with pytest.raises(RecapThere):
        hall.do("write_recap", ANNA, gathering_id=gathering_id, text="And a pike.")


def test_there_is_no_recap_before_it_begins(hall: Hall) -> None:
    gathering_id = hall.announced()
    with pytest.raises(GatheringNotBegun):
        hall.do("write_recap", ANNA, gathering_id=gathering_id, text="It will be fine.")
    with pytest.raises(NoRecap):
        hall.ask("recap", BORIS, gathering_id=gathering_id)


@pytest.mark.parametrize(
    ("registered", "came", "told"),
    [(4, 4, (None, None)), (8, 5, (8, None)), (10, 5, (10, 5)), (5, 5, (5, 5)), (9, 0, (9, None))],
)
def test_figures_say_nothing_of_fewer_than_five_neither_of_those_who_came_nor_of_those_who_did_not(
    hall: Hall, registered: int, came: int, told: tuple[int | None, int | None]
) -> None:
    gathering_id = attended(hall, came, registered)
    one = hall.ask("attendance", BORIS, gathering_id=gathering_id)
    assert (one["registered"], one["came"]) == told
    assert hall.ask("attendance_of_group", BORIS, group_id=GROUP)["items"] == [one]


def test_the_words_are_in_no_view_message_or_stored_answer(hall: Hall) -> None:
    gathering_id = attended(hall, 0, 0)
    hall.do("write_recap", ANNA, gathering_id=gathering_id, text="Zwei Karpfen.")
    hall.do("cancel_gathering", ANNA, gathering_id=hall.announced(), reason="Sturmflut")
    hall.settle()
    hall.service.stop()
    from tests.support.stored import lying_at

    lying = lying_at(hall.folder)
    hall.open()
    for word in ("Zwei Karpfen", "Sturmflut", "morning at the lake", "Lake House", "meet.example.org"):
        assert not [name for name, content in lying.items() if word.encode() in content], word
