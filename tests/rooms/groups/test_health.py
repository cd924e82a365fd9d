"""How a community does: who came and went, who wrote, in the days that count."""

from typing import Any
from uuid import UUID

from .rooms import OWNER, Rooms
from .test_audience import come, person


def health(rooms: Rooms, group_id: UUID) -> dict[str, Any]:
    return dict(rooms.ask("health", OWNER, group_id=group_id))


def test_a_new_community_is_quiet_and_says_so(rooms: Rooms) -> None:
    told = health(rooms, rooms.found())
    assert (told["members"], told["newcomers"], told["gone"], told["is_quiet"]) == (1, 0, 0, True)
    assert (told["writers"], told["advert_percent"], told["definitions"]) == (None, None, "health.v1")


def test_who_came_and_went_counts_for_thirty_days(rooms: Rooms) -> None:
    group_id = rooms.found()
    come(rooms, group_id, *map(person, range(6)))
    rooms.do("remove_member", OWNER, group_id=group_id, person_id=person(0), reason="Conduct")
    told = health(rooms, group_id)
    assert (told["members"], told["newcomers"], told["gone"], told["is_quiet"]) == (6, 6, 1, False)
    rooms.pass_time(days=31)
    later = health(rooms, group_id)
    assert (later["members"], later["newcomers"], later["gone"], later["is_quiet"]) == (6, 0, 0, True)
    assert later["at"] > told["at"]


def test_what_is_written_counts_by_who_wrote_it_and_until_it_is_removed(rooms: Rooms) -> None:
    group_id = rooms.found()
    people = [person(number) for number in range(6)]
    come(rooms, group_id, *people)
    rooms.do("publish_post", OWNER, group_id=group_id, text="Bring a lamp.", lane="leaders")
    posts = [rooms.do("publish_post", who, group_id=group_id, text="Owls at dusk.") for who in people]
    told = health(rooms, group_id)
    assert (told["posts_by_leaders"], told["posts_by_members"], told["writers"]) == (1, 6, 7)
    assert (told["adverts"], told["advert_percent"], told["is_quiet"]) == (0, 0, False)
    rooms.do("delete_post", people[0], post_id=posts[0]["post_id"])
    assert health(rooms, group_id)["posts_by_members"] == 5
    rooms.pass_time(days=31)
    assert (health(rooms, group_id)["writers"], health(rooms, group_id)["is_quiet"]) == (None, True)
