"""Who sees which field of whose profile: every field, every audience, every relation of the viewer."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contracts import identity as messages
from services.contracts.groups import MemberLeft
from services.identity.domain.visibility import AUDIENCES, FIELDS, Visibility

from .conftest import House

CITY = {"kind": "city", "value": "Tula"}
SETTINGS = [*AUDIENCES, "this group"]
SEES: dict[str, set[str]] = {
    "herself": {"everyone", "groups", "nobody", "this group"},
    "in this group": {"everyone", "groups", "this group"},
    "in another group": {"everyone", "groups"},
    "gone from this group": {"everyone"},
    "a stranger": {"everyone"},
    "a friend": {"everyone"},
    "an operator": {"everyone"},
    "blocked, in this group": {"everyone"},
    "has blocked her, in this group": {"everyone", "groups", "this group"},
}
"""Relation of the viewer -> the settings under which she sees a field."""


class Profile:
    """Anna, of whom every kind of claim is certified, who has a tag; and everybody who looks at her."""

    def __init__(self, house: House) -> None:
        self.house, self.anna = house, house.register()
        house.call("POST", "/people/me/tags", house.token_of(self.anna), json=CITY)
        certifier = house.token_of(house.create_operator(), "certifier")
        for kind in FIELDS[:-1]:
            submitted = house.call("POST", "/claims", house.token_of(self.anna), json={"kind": kind, "value": "yes"})
            path = f"/claims/{submitted.json()['claim_id']}/certify"
            assert house.call("POST", path, certifier, json={"level": 2}).status_code == 200
        self.viewers = {"herself": self.anna} | {
            who: house.register(f"viewer.{number}@example.org") for number, who in enumerate(SEES) if who != "herself"
        }
        self.group = house.together(self.anna, *(self.viewers[who] for who in SEES if "this group" in who))
        house.together(self.viewers["in another group"], self.anna)
        gone = MemberLeft(group_id=self.group, person_id=self.viewers["gone from this group"])
        house.groups.say(gone, house.clock.at)
        self.between(self.anna, "a friend", "friend")
        house.call("POST", f"/people/{self.anna}/friend/accept", house.token_of(self.viewers["a friend"]))
        self.between(self.anna, "blocked, in this group", "block")
        blocking = house.token_of(self.viewers["has blocked her, in this group"])
        assert house.call("POST", f"/people/{self.anna}/block", blocking).status_code == 200

    def between(self, by: UUID, who: str, verb: str) -> None:
        """Anna does something about one of them."""
        answer = self.house.call("POST", f"/people/{self.viewers[who]}/{verb}", self.house.token_of(by))
        assert answer.status_code == 200, answer.text

    def show(self, field: str, setting: str) -> None:
        """Anna says who may see a field."""
        body: dict[str, Any] = {"field": field, "audience": setting}
        if setting == "this group":
            body = {"field": field, "audience": "groups", "group_ids": [str(self.group)]}
        answer = self.house.call("POST", "/people/me/visibility", self.house.token_of(self.anna), json=body)
        assert answer.status_code == 200, answer.text

    def seen(self, who: str) -> set[str]:
        """The fields that one of them sees."""
        card = self.house.card(self.anna, self.viewers[who])
        assert card["name"] == "Anna Karenina"
        return {claim["kind"] for claim in card["claims"]} | ({"tags"} if card["tags"] == [CITY] else set())


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    house = House(tmp_path_factory.mktemp("house"))
    yield Profile(house)
    house.service.stop()


@pytest.mark.parametrize(("field", "setting"), list(product(FIELDS, SETTINGS)))
def test_each_sees_what_the_setting_says_and_the_others_stay_as_they_are(
    profile: Profile, field: str, setting: str
) -> None:
    for other in FIELDS:
        profile.show(other, "nobody")
    profile.show(field, setting)
    expected = {who: {field} if setting in settings else set() for who, settings in SEES.items() if who != "herself"}
    assert {who: profile.seen(who) for who in expected} == expected
    assert profile.seen("herself") == set(FIELDS)


def test_without_the_guard_everybody_sees_everything(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    profile.show("tags", "nobody")
    monkeypatch.setattr(Visibility, "reaches", lambda *_: True)
    assert profile.seen("a stranger") == set(FIELDS)


def test_without_the_guard_a_block_shows_as_much_as_before(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    profile.show("tags", "groups")
    assert "tags" not in profile.seen("blocked, in this group")
    monkeypatch.setattr("services.identity.queries.people.has_blocked", lambda *_: False)
    assert "tags" in profile.seen("blocked, in this group")


def test_she_reads_her_own_settings_and_others_are_told_by_a_message(house: House) -> None:
    token, group_id = house.token_of(anna := house.register()), uuid4()
    body = {"field": "tags", "audience": "groups", "group_ids": [str(group_id)]}
    for _ in range(2):
        assert house.call("POST", "/people/me/visibility", token, json=body).status_code == 200
    mine = {one["field"]: one for one in house.call("GET", "/people/me", token).json()["visibility"]}
    assert mine["tags"] == body
    assert mine["real_name"] == {"field": "real_name", "audience": "groups", "group_ids": []}
    assert house.messages()[1:] == [
        messages.FieldVisibilitySet(person_id=anna, field="tags", audience="groups", group_ids=[str(group_id)])
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"field": "mail", "audience": "nobody"}, 422),
        ({"field": "tags", "audience": "friends"}, 422),
        ({"field": "tags", "audience": "everyone", "group_ids": [str(uuid4())]}, 400),
    ],
)
def test_refuses_what_means_nothing(house: House, body: dict[str, Any], status: int) -> None:
    token = house.token_of(house.register())
    assert house.call("POST", "/people/me/visibility", token, json=body).status_code == status
