"""How it was: told once it has begun, with numbers of people from five on, in words that go with their author."""

from typing import Any
from uuid import UUID

import pytest

from services.contracts.events import RecapWritten
from services.contracts.groups import MemberAdmitted, MemberRoleGiven, PostPublished, PostRemoved, PostRestored
from services.contracts.message import Message
from services.events.domain.recap_refusals import NoRecap, RecapForMembers, RecapTakenDown, RecapThere
from services.events.domain.refusals import GatheringNotBegun

from .hall import ANNA, BORIS, CHEN, DORA, GROUP, LISTING, NOON, OPERATOR, Hall, crowd

POST, ELSEWHERE = UUID(int=0x505), UUID(int=0x506)
WORDS = "Two carps, both back in the lake."


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
    hall.do("write_recap", CHEN, gathering_id=gathering_id, text=WORDS)
    (said,) = hall.said("recap_written")
    assert isinstance(said, RecapWritten)
    assert (said.came, said.group_id, said.author_id, said.listing_ids) == (told, GROUP, CHEN, [str(LISTING)])
    groups_say(hall, MemberAdmitted(group_id=GROUP, person_id=BORIS))
    seen = hall.ask("recap", BORIS, gathering_id=gathering_id)
    assert (seen["text"], seen["came"]) == (WORDS, told)
    with pytest.raises(RecapThere):
        hall.do("write_recap", ANNA, gathering_id=gathering_id, text="And a pike.")


def test_a_recap_is_for_members_who_organised_it_and_operators(hall: Hall) -> None:
    gathering_id = written(hall)
    groups_say(hall, MemberAdmitted(group_id=GROUP, person_id=DORA))
    for reader in (ANNA, CHEN, DORA, OPERATOR):
        assert hall.ask("recap", reader, gathering_id=gathering_id)["text"] == WORDS
    with pytest.raises(RecapForMembers):
        hall.ask("recap", BORIS, gathering_id=gathering_id)


def test_the_words_are_not_read_while_the_post_is_taken_down(hall: Hall) -> None:
    gathering_id = written(hall)
    groups_say(hall, MemberAdmitted(group_id=GROUP, person_id=DORA), *posts(gathering_id))
    assert hall.ask("recap", DORA, gathering_id=gathering_id)["text"] == WORDS
    groups_say(hall, PostRemoved(post_id=ELSEWHERE, group_id=GROUP))
    assert hall.ask("recap", DORA, gathering_id=gathering_id)["text"] == WORDS, "another post"
    groups_say(hall, PostRemoved(post_id=POST, group_id=GROUP))
    with pytest.raises(RecapTakenDown):
        hall.ask("recap", DORA, gathering_id=gathering_id)
    groups_say(hall, MemberRoleGiven(group_id=GROUP, person_id=BORIS, role="reviewer"))
    for judge in (ANNA, BORIS, CHEN, OPERATOR):
        assert hall.ask("recap", judge, gathering_id=gathering_id)["text"] == WORDS, "who decides has to know them"
    groups_say(hall, PostRestored(post_id=POST, group_id=GROUP))
    assert hall.ask("recap", DORA, gathering_id=gathering_id)["text"] == WORDS


@pytest.mark.parametrize("is_removed", [False, True])
def test_without_the_guard_everybody_reads_it(hall: Hall, monkeypatch: pytest.MonkeyPatch, is_removed: bool) -> None:
    gathering_id = written(hall)
    groups_say(hall, *posts(gathering_id), *([PostRemoved(post_id=POST, group_id=GROUP)] if is_removed else []))
    monkeypatch.setattr("services.events.queries.offers._refuse_strangers", lambda *_: None)
    assert hall.ask("recap", BORIS, gathering_id=gathering_id)["text"] == WORDS


def written(hall: Hall) -> str:
    """A gathering with its recap."""
    gathering_id = attended(hall, 0, 0)
    hall.do("write_recap", CHEN, gathering_id=gathering_id, text=WORDS)
    return gathering_id


def posts(gathering_id: str) -> list[Message]:
    """The post that shows the recap, and another one about the gathering."""
    plain: dict[str, Any] = {
        "group_id": GROUP, "author_id": CHEN, "section_id": None, "is_advert": False, "listing_ids": [],
        "gathering_id": UUID(gathering_id), "shared_from_post_id": None, "shared_from_group_id": None,
    }  # fmt: skip
    return [PostPublished(post_id=one, kind=kind, **plain) for one, kind in ((POST, "recap"), (ELSEWHERE, "post"))]


def groups_say(hall: Hall, *messages: Message) -> None:
    for message in messages:
        hall.groups.say(message, NOON)
    hall.settle()


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
