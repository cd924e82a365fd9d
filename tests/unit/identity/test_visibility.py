"""Who sees a field: everyone, those who share a group, nobody."""

from collections.abc import Sequence

import pytest

from services.identity.domain.person import Person
from services.identity.domain.refusals import AudienceUnknown, FieldUnknown, GroupsNotAsked, TooManyGroups
from services.identity.domain.visibility import AUDIENCES, FIELDS, GROUPS_LIMIT, Visibility
from tests.support.scenario import ANNA, Scenario


def scenario() -> Scenario[Person]:
    return Scenario(Person).given(lambda: Person.register(ANNA, "Anna", "anna@example.org"))


def test_the_fields_are_those_that_can_be_shown_or_hidden() -> None:
    assert FIELDS == ("real_name", "position", "education", "industry", "tags")


@pytest.mark.parametrize(
    ("audience", "group_ids", "shared", "is_seen"),
    [
        ("everyone", (), (), True), ("nobody", (), ("a",), False), ("groups", (), (), False),
        ("groups", (), ("a",), True), ("groups", ("a",), ("a", "b"), True), ("groups", ("a",), ("b",), False),
    ],
)  # fmt: skip
def test_reaches(audience: str, group_ids: Sequence[str], shared: Sequence[str], is_seen: bool) -> None:
    assert Visibility(audience, tuple(group_ids)).reaches(shared) is is_seen


def test_a_field_begins_visible_to_fellow_members() -> None:
    scenario().when(lambda anna: anna.set_visibility("tags", "groups")).then_nothing()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("audience", [one for one in AUDIENCES if one != "groups"])
def test_it_is_set_and_set_again(field: str, audience: str) -> None:
    hidden = (Person.FieldVisibilitySet, {"field": field, "audience": audience, "group_ids": []})
    scenario().when(lambda anna: anna.set_visibility(field, audience)).then(hidden)


def test_groups_are_named_once_each() -> None:
    scenario().when(lambda anna: anna.set_visibility("tags", "groups", ["b", "a", "b"])).then(
        (Person.FieldVisibilitySet, {"field": "tags", "audience": "groups", "group_ids": ["a", "b"]})
    )


def test_refuses_what_means_nothing() -> None:
    many = [str(number) for number in range(GROUPS_LIMIT + 1)]
    scenario().when(lambda anna: anna.set_visibility("mail", "everyone")).then_refused(FieldUnknown)
    scenario().when(lambda anna: anna.set_visibility("tags", "friends")).then_refused(AudienceUnknown)
    scenario().when(lambda anna: anna.set_visibility("tags", "everyone", ["a"])).then_refused(GroupsNotAsked)
    scenario().when(lambda anna: anna.set_visibility("tags", "groups", many)).then_refused(TooManyGroups)


def test_without_the_guard_anything_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.identity.domain.person.ensure_visibility", lambda *_: None)
    scenario().when(lambda anna: anna.set_visibility("mail", "friends")).then(
        (Person.FieldVisibilitySet, {"field": "mail", "audience": "friends"})
    )
