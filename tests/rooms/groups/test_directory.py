"""The directory and introductions: what somebody hides is neither shown, nor found, nor counted, nor a reason."""

from itertools import count, product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.identity import ClaimCertified, FieldVisibilitySet, PersonTagged
from services.contracts.message import Message
from services.groups.projections import roster
from services.groups.projections.visibility import GROUPS, NOBODY, TAGS

from .rooms import APPLICANT, LEADER, MEMBER, NOON, OPERATOR, OTHER, OWNER, REVIEWER, STRANGER, Rooms, opened

KINDS, CODES, CITIES = ("industry", "position"), ("gadgets", "outdoors"), ("Hangzhou", "Rome")
numbers = count(1)


def hide(person_id: UUID, field: str, *group_ids: UUID) -> Message:
    """From everybody, or from all groups but these."""
    audience = GROUPS if group_ids else NOBODY
    return FieldVisibilitySet(
        person_id=person_id, field=field, audience=audience, group_ids=[str(one) for one in group_ids]
    )  # fmt: skip


def claimed(person_id: UUID, kind: str, code: str | None) -> Message:
    return ClaimCertified(
        person_id=person_id, claim_id=UUID(int=0xF0000 + next(numbers)), kind=kind, level=1, code=code,
        valid_until=None, issuer_id=OPERATOR,
    )  # fmt: skip


def everything_asked(rooms: Rooms, group_id: UUID) -> list[Any]:
    """The answers to every question that a member can ask about people of the group, filters and pages included."""
    filters: list[dict[str, Any]] = [{}, *({"kind": kind} for kind in KINDS), *({"code": code} for code in CODES)]
    filters += [{"kind": kind, "code": code} for kind, code in product(KINDS, CODES)]
    filters += [{"tag_kind": "city"}, *({"tag_kind": "city", "tag_value": city} for city in CITIES)]
    pages = product(filters, (1, 9))
    asked = [rooms.ask("roster", MEMBER, group_id=group_id, limit=limit, **each) for each, limit in pages]
    return [*asked, rooms.ask("introductions", MEMBER, group_id=group_id)]


def test_members_are_found_by_claims_and_tags_together(rooms: Rooms) -> None:
    group_id = rooms.found()
    for person_id in (MEMBER, OTHER):
        rooms.seat(group_id, person_id)
        rooms.say(claimed(person_id, "industry", "outdoors"))
    rooms.say(PersonTagged(person_id=OTHER, kind="city", value="Rome"))
    both = {"kind": "industry", "code": "outdoors", "tag_kind": "city", "tag_value": "Rome"}
    (found,) = rooms.ask("roster", MEMBER, group_id=group_id, **both)["items"]
    assert (found["person_id"], found["tags"]) == (str(OTHER), [{"kind": "city", "value": "Rome"}])


@pytest.mark.parametrize("field", ["industry", TAGS])
def test_what_is_hidden_is_neither_shown_nor_found_but_where_it_is_allowed(rooms: Rooms, field: str) -> None:
    here, there = rooms.found(), rooms.found()
    for group_id in (here, there):
        rooms.seat(group_id, MEMBER)
        rooms.seat(group_id, OTHER)
    rooms.say(claimed(OTHER, "industry", "outdoors"))
    rooms.say(PersonTagged(person_id=OTHER, kind="city", value="Rome"))
    wanted = {"kind": "industry"} if field == "industry" else {"tag_kind": "city"}
    shown = "claims" if field == "industry" else "tags"

    def seen(group_id: UUID) -> tuple[int, list[Any]]:
        cards = {row["person_id"]: row for row in rooms.ask("roster", MEMBER, group_id=group_id)["items"]}
        return len(rooms.ask("roster", MEMBER, group_id=group_id, **wanted)["items"]), cards[str(OTHER)][shown]

    assert seen(here) == seen(there) != (0, [])
    rooms.say(hide(OTHER, field, there))
    assert (seen(here), seen(there)[0]) == ((0, []), 1)
    rooms.say(hide(OTHER, field))
    assert seen(here) == seen(there) == (0, [])
    rooms.say(FieldVisibilitySet(person_id=OTHER, field=field, audience="everyone", group_ids=[]))
    assert seen(here)[0] == 1
    rooms.say(hide(OTHER, field))
    rooms.say(FieldVisibilitySet(person_id=OTHER, field=field, audience=GROUPS, group_ids=[]))
    assert seen(here) == seen(there) != (0, []), "without a named group it is every shared one"


def test_what_the_law_protects_is_neither_shown_nor_found(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    rooms.say(PersonTagged(person_id=MEMBER, kind="religion", value="any"))
    assert rooms.ask("roster", OWNER, group_id=group_id, tag_kind="religion")["items"] == []
    assert all(row["tags"] == [] for row in rooms.ask("roster", OWNER, group_id=group_id)["items"])


profiles = st.fixed_dictionaries({
    "industry": st.none() | st.sampled_from(CODES), "position": st.none() | st.sampled_from(CODES),
    TAGS: st.frozensets(st.sampled_from(CITIES)),
})  # fmt: skip


class Town:
    """The same group twice: with one profile of somebody, and with another; what differs of it is hidden."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.group_id = UUID(rooms.do("found", OWNER, key="the same id", name="A town")["group_id"])
        rooms.seat(self.group_id, MEMBER)
        rooms.seat(self.group_id, REVIEWER, "reviewer")
        for person_id in (APPLICANT, OTHER):
            applied = rooms.do("apply", person_id, group_id=self.group_id, rules_version=1)
            rooms.do("admit", OWNER, application_id=applied["application_id"])
        rooms.say(claimed(MEMBER, "industry", "outdoors"))
        rooms.say(PersonTagged(person_id=MEMBER, kind="city", value="Rome"))

    def tell(self, person_id: UUID, profile: dict[str, Any]) -> None:
        """Identity tells what somebody is."""
        for kind in KINDS:
            if profile[kind] is not None:
                self.rooms.say(claimed(person_id, kind, profile[kind]))
        for city in sorted(profile[TAGS]):
            self.rooms.say(PersonTagged(person_id=person_id, kind="city", value=city))


def differing(directory: Path, one: dict[str, Any], other: dict[str, Any], hidden: str, whose: UUID) -> bool:
    """Whether any answer differs between two towns in which only a hidden field does."""
    told = []
    for name, profile in (("one", one), ("other", one | {hidden: other[hidden]})):
        with opened(directory / name) as rooms:
            town = Town(rooms)
            rooms.say(hide(whose, hidden))
            town.tell(whose, profile)
            told.append(everything_asked(rooms, town.group_id))
    return told[0] != told[1]


places = count()


@given(one=profiles, other=profiles, hidden=st.sampled_from([*KINDS, TAGS]), whose=st.sampled_from([APPLICANT, OTHER]))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_depends_on_what_is_hidden(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any], hidden: str, whose: UUID
) -> None:  # fmt: skip
    assert not differing(tmp_path / str(next(places)), one, other, hidden, whose)


@pytest.mark.parametrize(("hidden", "told"), [("industry", "outdoors"), (TAGS, frozenset({"Rome"}))])
def test_without_the_condition_what_is_hidden_would_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: str, told: Any
) -> None:  # fmt: skip
    nothing: dict[str, Any] = {"industry": None, "position": None, TAGS: frozenset()}
    assert not differing(tmp_path / "with", nothing, nothing | {hidden: told}, hidden, OTHER)
    monkeypatch.setattr(roster, "is_visible", lambda *_: True)
    assert differing(tmp_path / "without", nothing, nothing | {hidden: told}, hidden, OTHER)


def newcomers(rooms: Rooms, group_id: UUID, who: UUID = MEMBER) -> dict[str, Any]:
    found: dict[str, Any] = rooms.ask("introductions", who, group_id=group_id)
    return found


@pytest.fixture
def town(rooms: Rooms) -> Town:
    return Town(rooms)


def test_a_newcomer_is_introduced_with_a_card_and_whom_to_meet_and_why(rooms: Rooms, town: Town) -> None:
    town.tell(APPLICANT, {"industry": "outdoors", "position": None, TAGS: {"Rome"}})
    found = newcomers(rooms, town.group_id)
    assert (found["introduced"], found["welcomed"]) == (2, 0)
    card = next(each for each in found["items"] if each["person_id"] == str(APPLICANT))
    assert card["claims"] == [{"kind": "industry", "level": 1, "code": "outdoors"}]
    assert card["tags"] == [{"kind": "city", "value": "Rome"}]
    first = card["suggested"][0]
    assert first["person_id"] == str(MEMBER)
    assert [each["reason"] for each in first["reasons"]] == ["tag", "industry"]
    assert [each["person_id"] for each in card["suggested"][1:]] == [str(OWNER), str(REVIEWER)]


def test_members_welcome_a_newcomer_once_each_and_it_is_counted(rooms: Rooms, town: Town) -> None:
    mine = next(each for each in newcomers(rooms, town.group_id)["items"] if each["person_id"] == str(APPLICANT))
    wanted = {"introduction_id": mine["introduction_id"]}
    rooms.do("welcome", MEMBER, **wanted)
    before = rooms.service.recorder.position()
    rooms.do("welcome", MEMBER, **wanted)
    assert rooms.service.recorder.position() == before
    rooms.do("welcome", OWNER, **wanted)
    found = newcomers(rooms, town.group_id)
    assert (found["introduced"], found["welcomed"]) == (2, 1)
    card = next(each for each in found["items"] if each["person_id"] == str(APPLICANT))
    assert (card["welcomes"], card["welcomed_by_you"]) == (2, True)
    assert rooms.refusal("welcome", APPLICANT, **wanted).code == "groups.nobody_welcomes_himself"
    assert rooms.refusal("welcome", STRANGER, **wanted).code == "groups.no_such_introduction"


def test_who_has_not_accepted_the_present_rules_does_not_welcome(rooms: Rooms, town: Town) -> None:
    card = newcomers(rooms, town.group_id)["items"][0]
    rooms.do("change_rules", OWNER, group_id=town.group_id, rules="Be kind.")
    refused = rooms.refusal("welcome", MEMBER, introduction_id=card["introduction_id"])
    assert refused.code == "groups.rules_to_accept"


def test_who_left_or_was_recorded_is_not_introduced(rooms: Rooms, town: Town) -> None:
    rooms.do("leave", APPLICANT, group_id=town.group_id)
    rooms.do(
        "record_member", OPERATOR, group_id=town.group_id, person_id=LEADER, happened_at=NOON
    )  # fmt: skip
    assert [each["person_id"] for each in newcomers(rooms, town.group_id)["items"]] == [str(OTHER)]
