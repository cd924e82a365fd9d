"""Communities near by topic: rare topics say more, both sides see the same, and only who shares a topic is compared."""

from collections import Counter
from collections.abc import Mapping
from math import log2
from typing import Any
from uuid import UUID

import pytest

from services.contracts.likeness import likeness, tag_key, weights

from .rooms import STRANGER, Rooms


def compared_one_by_one(rooms: Rooms, group_id: UUID) -> list[tuple[str, float, list[str]]]:
    """The same from all groups and all their tags, as it was first written down."""
    pages = rooms.ask("groups", STRANGER, limit=100)["items"]
    tags = {one["group_id"]: {tag_key(tag) for tag in one["tags"]} for one in pages}
    having = Counter(tag for theirs in tags.values() for tag in theirs)
    mine, weight = tags[str(group_id)], weights(having, len(tags))
    alike = [(one, round(likeness(mine, tags[one], weight), 3), sorted(mine & tags[one])) for one in tags]
    found = [one for one in alike if one[2] and one[0] != str(group_id)]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def test_comparing_those_that_share_a_topic_is_as_good_as_comparing_all(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = ["chess", "Chess", "CHESS  club", "chess club", "fishing", "Straße", "strasse", "outdoors", "moths"]
    made = [
        rooms.found(name=f"Group {number}", tags=[tag for at, tag in enumerate(some) if number * 7919 >> at & 1])
        for number in range(24)
    ]
    for group_id in made:
        found = [(one["group_id"], one["likeness"], sorted(one["shared"])) for one in neighbours(rooms, group_id)]
        assert found == compared_one_by_one(rooms, group_id)[: len(found)]
        assert len(found) == min(10, len(compared_one_by_one(rooms, group_id)))
    monkeypatch.setattr("services.groups.queries.neighbours.MOST_COMPARED", 3)
    assert max(len(neighbours(rooms, group_id)) for group_id in made) == 3, "however many there are"


def test_weights_are_computed_once(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = [rooms.found(name=f"Group {number}", tags=["chess"]) for number in range(5)]
    asked: list[int] = []

    def counting(having: Mapping[str, int], everything: int) -> dict[str, float]:
        asked.append(everything)
        return weights(having, everything)

    monkeypatch.setattr("services.groups.queries.neighbours.weights", counting)
    assert len(neighbours(rooms, first)) == 4
    assert asked == [5]


def neighbours(rooms: Rooms, group_id: UUID) -> list[dict[str, Any]]:
    return list(rooms.ask("neighbours", STRANGER, group_id=group_id)["items"])


def test_neighbours_share_topics_and_rare_ones_say_more(rooms: Rooms) -> None:
    mine = rooms.found(tags=["fishing", "outdoors"])
    rare = rooms.found(name="Anglers", tags=["Fishing"])
    common = rooms.found(name="Walkers", tags=["outdoors"])
    rooms.found(name="Campers", tags=["outdoors", "camping"])
    rooms.found(name="Coders", tags=["python"])
    found = neighbours(rooms, mine)
    assert [one["name"] for one in found] == ["Anglers", "Walkers", "Campers"]
    assert found[0]["reason"] == "Both are about fishing (2 of 5 communities)."
    assert [UUID(found[at]["group_id"]) for at in (0, 1)] == [rare, common]
    assert neighbours(rooms, rooms.found(name="Quiet", tags=[])) == []


def test_likeness_is_the_same_from_both_sides_and_a_rare_tag_of_the_other_counts(rooms: Rooms) -> None:
    plain, rare = rooms.found(tags=["outdoors"]), rooms.found(name="Rare", tags=["outdoors", "moth watching"])
    for number in range(4):
        rooms.found(name=f"Walkers {number}", tags=["outdoors"])
    (there,) = [one for one in neighbours(rooms, plain) if one["group_id"] == str(rare)]
    (back,) = [one for one in neighbours(rooms, rare) if one["group_id"] == str(plain)]
    # All six are about the outdoors (weight 1), one is about moths (weight log2(1 + 6)).
    assert there["likeness"] == back["likeness"] == round(1 / (1 + log2(7)), 3)
