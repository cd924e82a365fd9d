"""Following, friendship and blocks through the door: what each of the two sees, also when both act at once."""

import asyncio
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.domain.relationship import Relationship
from services.identity.projections.relationships import KINDS

from .conftest import House


class Two:
    """Anna and Boris, and what each does about the other."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.anna, self.boris = house.register(), house.register("boris@example.org", "Boris")
        self.other = {self.anna: self.boris, self.boris: self.anna}

    def do(self, by: UUID, *verbs: str) -> dict[str, Any]:
        """One after the other; the last answer."""
        for verb in verbs:
            answer = self.house.call("POST", f"/people/{self.other[by]}/{verb}", self.house.token_of(by))
            assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    def refusal(self, by: UUID, verb: str) -> str:
        """The code with which it is refused."""
        answer = self.house.call("POST", f"/people/{self.other[by]}/{verb}", self.house.token_of(by))
        assert answer.status_code >= 400
        return str(answer.json()["code"])

    def seen(self, by: UUID) -> set[str]:
        """What the other is to one of them."""
        found = set()
        for kind in KINDS:
            page = self.house.call(
                "GET", "/people/me/relationships", self.house.token_of(by), params={"kind": kind}
            ).json()
            found |= {kind for row in page["items"] if row["person_id"] == str(self.other[by])}
        return found


@pytest.fixture
def two(house: House) -> Two:
    return Two(house)


def test_following_and_friendship_stand_on_both_sides(two: Two) -> None:
    two.do(two.anna, "follow", "friend")
    assert (two.seen(two.anna), two.seen(two.boris)) == (
        {"following", "request_sent"},
        {"follower", "request_received"},
    )
    two.do(two.boris, "friend/accept")
    assert (two.seen(two.anna), two.seen(two.boris)) == ({"following", "friend"}, {"follower", "friend"})
    two.do(two.anna, "unfollow")
    two.do(two.boris, "friend/end")
    assert (two.seen(two.anna), two.seen(two.boris)) == (set(), set())


def test_a_request_is_declined_or_taken_back(two: Two) -> None:
    two.do(two.anna, "friend")
    two.do(two.boris, "friend/decline")
    assert (two.seen(two.anna), two.seen(two.boris)) == (set(), set())
    assert two.refusal(two.boris, "friend/decline") == "identity.no_such_request"
    two.do(two.anna, "friend", "friend/end")
    assert two.refusal(two.boris, "friend/accept") == "identity.no_such_request"


def test_of_the_blocked_one_nothing_is_seen_and_she_sees_nothing_of_it(two: Two) -> None:
    two.do(two.anna, "follow", "friend")
    two.do(two.boris, "follow", "block")
    assert two.seen(two.boris) == {"blocked"}
    assert two.seen(two.anna) == {"following", "request_sent"}
    assert two.refusal(two.boris, "friend/accept") == "identity.person_is_blocked"
    two.do(two.boris, "unblock")
    assert two.seen(two.boris) == {"follower", "request_received"}


def test_without_the_guard_the_blocked_one_is_seen(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    two.do(two.boris, "block")
    two.do(two.anna, "follow")
    assert "follower" not in two.seen(two.boris)
    monkeypatch.setattr("services.identity.projections.relationships.BEGUN_BY_OTHER", ())
    assert "follower" in two.seen(two.boris)


ACTS = ("follow", "friend", "unfollow", "friend/end", "friend/accept", "friend/decline", "block", "unblock")


def test_to_the_blocked_one_every_answer_looks_the_same(house: House, two: Two) -> None:
    """What she is answered, what she then sees, and by how much the log has grown; each verb after each other."""
    looks = {}
    for blocked in (True, False):
        carl = house.register(f"carl.{blocked}@example.org", "Carl")
        two.other |= {carl: two.anna, two.anna: carl}
        if blocked:
            two.do(two.anna, "block")
        looks[blocked] = [_look(house, two, carl, verb) for verb in (*ACTS, *reversed(ACTS))]
    assert looks[True] == looks[False]


def _look(house: House, two: Two, by: UUID, verb: str) -> tuple[object, ...]:
    before = house.service.recorder.position()
    answer = house.call("POST", f"/people/{two.anna}/{verb}", house.token_of(by))
    shown = {name: value for name, value in answer.json().items() if name != "position"}
    return answer.status_code, shown, house.service.recorder.position() - before, two.seen(by), house.card(two.anna, by)


def test_a_snapshot_gives_what_all_facts_give(house: House, two: Two) -> None:
    two.do(two.anna, "follow", "friend")
    two.do(two.boris, "friend/accept", "block")
    store, originator_id = house.service.store, Relationship.create_id(two.anna, two.boris)
    store.take_snapshot(Relationship, originator_id)
    taken, replayed = (store.load(Relationship, originator_id, use_snapshot=use) for use in (True, False))
    assert taken is not None
    assert vars(taken) == vars(replayed)


@pytest.mark.parametrize("verb", ACTS)
def test_of_herself_and_of_nobody_nothing_is_wanted(house: House, verb: str) -> None:
    token = house.token_of(anna := house.register())
    for person_id, code in ((anna, "identity.person_is_yourself"), (uuid4(), "identity.no_such_person")):
        assert house.call("POST", f"/people/{person_id}/{verb}", token).json()["code"] == code
    assert house.service.recorder.position() == 1


def test_nothing_of_it_is_told_to_others(house: House, two: Two) -> None:
    before = house.messages()
    two.do(two.anna, "follow", "friend")
    two.do(two.boris, "friend/accept", "block", "unblock")
    assert house.messages() == before


@pytest.mark.parametrize("verbs", list(product(["friend"], ["friend", "friend/accept"])), ids=str)
def test_both_at_once_become_friends(house: House, two: Two, verbs: tuple[str, str]) -> None:
    two.do(two.anna, "friend")
    asked = [(two.anna, verbs[0]), (two.boris, verbs[1])] * 10
    assert set(_at_once(house, two, asked)) == {200}
    assert (two.seen(two.anna), two.seen(two.boris)) == ({"friend"}, {"friend"})


def test_twenty_who_ask_one_another_at_once_are_friends_once(house: House, two: Two) -> None:
    asked = [(two.anna, "friend"), (two.boris, "friend")] * 20
    assert set(_at_once(house, two, asked)) == {200}
    assert (two.seen(two.anna), two.seen(two.boris)) == ({"friend"}, {"friend"})
    assert house.service.recorder.position() == 2 + 2, "asked, begun"


def test_a_block_beats_all_that_comes_with_it_at_once(house: House, two: Two) -> None:
    two.do(two.anna, "friend")
    acts = [(two.boris, "friend/accept"), (two.boris, "block"), (two.boris, "friend"), (two.anna, "friend")] * 10
    assert set(_at_once(house, two, acts)) <= {200, 404, 409}
    assert two.seen(two.boris) == {"blocked"}
    assert "friend" not in two.seen(two.anna)


def _at_once(house: House, two: Two, acts: list[tuple[UUID, str]]) -> list[int]:
    async def all_of_them(client: Any) -> list[Any]:
        asked = [
            client.post(f"/people/{two.other[by]}/{verb}", headers={"Authorization": f"Bearer {house.token_of(by)}"})
            for by, verb in acts
        ]
        return list(await asyncio.gather(*asked))

    answers = house.run(all_of_them)
    house.settle()
    return [answer.status_code for answer in answers]


def test_a_list_comes_in_pages_the_latest_first_with_names(house: House) -> None:
    token, others = house.token_of(house.register()), []
    for number in range(5):
        others.append(house.register(f"person.{number}@example.org", f"Person {number}"))
        house.call("POST", f"/people/{others[-1]}/follow", token)
    asked, seen = {"kind": "following", "limit": "2"}, []
    while True:
        page = house.call("GET", "/people/me/relationships", token, params=asked).json()
        seen += page["items"]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert {row["person_id"] for row in seen} == {str(person_id) for person_id in others}
    assert {row["name"] for row in seen} == {f"Person {number}" for number in range(5)}
    assert len(seen) == 5
