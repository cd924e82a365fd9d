"""Who is there: numbers of five and more, of whole batches, in steps; what the floor answers to those who subtract."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from services.contracts import floor
from services.contracts.identity import FieldVisibilitySet, PersonRegistered, PersonTagged
from services.groups.domain.refusals import NoSuchGroup, NotLeader
from services.groups.queries import audience

from .rooms import LEADER, MEMBER, NEVER_HEARD_OF, NOON, OPERATOR, OWNER, REVIEWER, STRANGER, Rooms


def person(number: int) -> UUID:
    return UUID(int=0xB000 + number)


def come(rooms: Rooms, group_id: UUID, *people: UUID, **tags: str) -> None:
    """They are registered, carry the tags, and are members."""
    for person_id in people:
        rooms.identity.say(PersonRegistered(person_id=person_id), NOON)
        for kind, value in tags.items():
            rooms.identity.say(PersonTagged(person_id=person_id, kind=kind, value=value), NOON)
    rooms.settle()
    for person_id in people:
        rooms.seat(group_id, person_id)


def cells(rooms: Rooms, group_id: UUID, who: UUID = OWNER) -> dict[str, int]:
    return {cell["value"]: cell["people"] for cell in rooms.ask("audience", who, group_id=group_id)["by"]}


@contextmanager
def floor_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every number as it is: what the tests below must notice."""
    with monkeypatch.context() as patch:
        patch.setattr(audience, "told_cells", lambda found, *_: {value: len(people) for value, people in found.items()})
        patch.setattr(audience, "are_apart", lambda *_: True)
        patch.setattr(audience, "PRIVACY_FLOOR", 1)
        yield


def test_members_are_told_by_claims_and_tags_in_steps_of_five(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.say(PersonTagged(person_id=OWNER, kind="city", value="Oslo"))
    come(rooms, group_id, *map(person, range(7)), city="Rome")
    come(rooms, group_id, *map(person, range(7, 19)), city="Oslo")
    for number in range(6):
        rooms.certify(person(number), "industry", "outdoors")
    told = rooms.ask("audience", OWNER, group_id=group_id)
    assert [(cell["certified"], cell["kind"], cell["value"], cell["people"]) for cell in told["by"]] == [
        (True, "industry", "outdoors", 5), (False, "city", "Oslo", 10), (False, "city", "Rome", 5),
    ]  # fmt: skip
    assert (told["count"], told["withheld"], told["known_at"]) == (20, None, f"identity:{len(rooms.identity.said)}")


def test_fewer_than_five_are_not_told_of(rooms: Rooms) -> None:
    group_id = rooms.found()
    come(rooms, group_id, *map(person, range(3)), city="Rome")
    told = rooms.ask("audience", OWNER, group_id=group_id)
    assert (told["count"], told["by"], told["withheld"]) == (None, [], "too_few")
    come(rooms, group_id, person(3), city="Rome")
    assert rooms.ask("audience", OWNER, group_id=group_id)["count"] == 5


def test_who_leads_asks_and_nobody_else(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, LEADER, "leader")
    rooms.seat(group_id, REVIEWER, "reviewer")
    rooms.seat(group_id, MEMBER)
    for who in (OWNER, LEADER, OPERATOR):
        assert rooms.ask("audience", who, group_id=group_id)
        assert rooms.ask("health", who, group_id=group_id)
    for who in (REVIEWER, MEMBER, STRANGER):
        for name in ("audience", "health"):
            assert isinstance(rooms.refusal(name, who, group_id=group_id), NotLeader)
    assert isinstance(rooms.refusal("audience", OWNER, group_id=NEVER_HEARD_OF), NoSuchGroup)


def two_moments(rooms: Rooms, group_id: UUID) -> list[tuple[dict[str, int], dict[str, int]]]:
    """Before and after each of four who come one by one, all of them from Rome."""
    seen = []
    for number in range(20, 24):
        before = cells(rooms, group_id)
        come(rooms, group_id, person(number), city="Rome")
        seen.append((before, cells(rooms, group_id)))
    return seen


def test_two_moments_do_not_tell_who_came(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    group_id = rooms.found()
    rooms.say(PersonTagged(person_id=OWNER, kind="city", value="Oslo"))
    come(rooms, group_id, *map(person, range(9)), city="Rome")
    come(rooms, group_id, *map(person, range(9, 19)), city="Oslo")
    assert all(before == after for before, after in two_moments(rooms, group_id))
    come(rooms, group_id, person(24), city="Oslo")
    assert cells(rooms, group_id) == {"Rome": 10, "Oslo": 10}


def test_without_batches_two_moments_tell_it(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.groups.projections import audience as view

    monkeypatch.setattr(view.batches, "_size", 1)
    group_id = rooms.found()
    come(rooms, group_id, *map(person, range(9)), city="Rome")
    come(rooms, group_id, *map(person, range(9, 19)), city="Oslo")
    with floor_off(monkeypatch):
        assert any(before != after for before, after in two_moments(rooms, group_id))


def two_communities(rooms: Rooms, target: UUID) -> tuple[UUID, UUID]:
    """The same people twice, one more in the second."""
    first, second = rooms.found(), rooms.found(name="Loud Trails")
    come(rooms, first, *map(person, range(9)), city="Rome")
    come(rooms, first, *map(person, range(9, 19)), city="Oslo")
    for number in range(19):
        rooms.seat(second, person(number))
    come(rooms, second, target, city="Rome")
    for number in range(30, 34):
        come(rooms, second, person(number))
        rooms.do("remove_member", OWNER, group_id=second, person_id=person(number), reason="Conduct")
    return first, second


def test_two_communities_do_not_tell_whom_one_has_more(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two_communities(rooms, person(50))
    come(rooms, first, *map(person, range(60, 64)))
    come(rooms, second, *map(person, range(60, 64)))
    told = [rooms.ask("audience", OPERATOR, group_id=group_id) for group_id in (first, second)]
    told_of = [one["count"] for one in told]
    assert all(one["withheld"] == "too_alike" or abs(told_of[0] - told_of[1]) in (0, 5) for one in told)
    assert cells(rooms, second).get("Rome", 0) - cells(rooms, first).get("Rome", 0) in (-10, -5, 0, 5, 10)


def test_nearly_the_same_people_are_not_broken_down_in_either(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = rooms.found(), rooms.found(name="Loud Trails")
    come(rooms, first, *map(person, range(9)), city="Rome")
    come(rooms, first, *map(person, range(10, 20)), city="Oslo")
    for number in (*range(9), *range(11, 20)):
        rooms.seat(second, person(number))
    come(rooms, second, person(30), city="Rome")
    for group_id in (first, second):
        told = rooms.ask("audience", OPERATOR, group_id=group_id)
        assert (told["count"], told["by"], told["withheld"]) == (20, [], "too_alike")
    with floor_off(monkeypatch):
        assert cells(rooms, second)["Rome"] - cells(rooms, first)["Rome"] == 1, "the one they differ by is from Rome"


def test_the_same_people_under_two_names_are_told_alike(rooms: Rooms) -> None:
    first, second = rooms.found(), rooms.found(name="Loud Trails")
    come(rooms, first, *map(person, range(9)), city="Rome")
    for number in range(9):
        rooms.seat(second, person(number))
    assert cells(rooms, first) == cells(rooms, second)


def test_there_is_no_filter_to_subtract_and_no_tag_to_cross(rooms: Rooms) -> None:
    group_id = rooms.found()
    operation = rooms.service.by_name["audience"]
    assert set(operation.takes._declared_fields) == {"as_of"}, "a moment has no cells: see test_who_was_there"
    come(rooms, group_id, *map(person, range(19)), city="Rome", hobby="chess")
    for cell in rooms.ask("audience", OWNER, group_id=group_id)["by"]:
        assert set(cell) == {"kind", "value", "certified", "people"}


def test_who_hides_a_field_is_in_no_cell_of_it(rooms: Rooms) -> None:
    group_id = rooms.found()
    come(rooms, group_id, *map(person, range(10)), city="Rome")
    come(rooms, group_id, *map(person, range(10, 19)))
    assert cells(rooms, group_id) == {"Rome": 10}
    for audience_, groups, told in (
        ("nobody", [], {"Rome": 5}), ("groups", [str(NEVER_HEARD_OF)], {"Rome": 5}),
        ("groups", [str(group_id)], {"Rome": 10}), ("everyone", [], {"Rome": 10}),
        ("nobody", [], {"Rome": 5}), ("groups", [], {"Rome": 10}),
    ):  # fmt: skip
        rooms.say(FieldVisibilitySet(person_id=person(0), field="tags", audience=audience_, group_ids=groups))
        assert cells(rooms, group_id) == told, audience_


def test_what_the_law_protects_is_not_broken_down(rooms: Rooms) -> None:
    group_id = rooms.found()
    come(rooms, group_id, *map(person, range(19)), religion="any", health="any", political_party="any")
    assert cells(rooms, group_id) == {}


def test_the_step_is_the_floor() -> None:
    assert [floor.in_steps(number) for number in (0, 4, 5, 9, 10, 14)] == [0, 0, 5, 5, 10, 10]
    assert floor.are_apart(10, 10, 10)
    assert not floor.are_apart(10, 11, 10)
    assert not floor.are_apart(10, 10, 8)
    assert floor.are_apart(10, 15, 10)
