"""A person is forgotten in groups: what she wrote is gone, she is a member nowhere, and the groups go on."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.contracts.identity import PersonForgotten, PersonTagged
from services.groups.application import forgetting
from services.groups.application.forgetting import Forgetting
from services.groups.decisions import statement_and_decisions
from services.groups.domain import Group
from services.groups.invariants.people import MembersAreInOnce
from services.kernel.flow.rebuild import rebuild
from services.kernel.forgetting import LET_GO_AFTER
from services.kernel.store.invariants import Broken
from services.kernel.store.unit import FORGOTTEN_SIDE
from tests.support.stored import lying_at

from .rooms import APPLICANT, MEMBER, OWNER, STRANGER, Rooms

STATEMENT = "I have walked around the lake of Tula every spring"


def forget(rooms: Rooms, person_id: object) -> None:
    rooms.say(PersonForgotten(person_id=person_id))  # type: ignore[arg-type]


def written(rooms: Rooms, answer: dict[str, Any]) -> dict[str, Any]:
    return statement_and_decisions(rooms.service.store, UUID(answer["application_id"]), with_reviewers=True)


def audited(rooms: Rooms) -> None:
    rule = MembersAreInOnce(rooms.service.recorder)  # type: ignore[arg-type]
    for recorded in rooms.service.store.facts(0, 1_000):
        rule.see(recorded.position, recorded.fact)


def test_what_she_wrote_is_gone_and_her_application_with_it(rooms: Rooms, tmp_path: Path) -> None:
    group_id = rooms.found()
    answer = rooms.do("apply", APPLICANT, group_id=group_id, statement=STATEMENT, rules_version=1)
    forget(rooms, APPLICANT)
    told = written(rooms, answer)
    assert (told["statement"], [one["decision"] for one in told["decisions"]]) == (None, ["withdrawn"])
    assert not any(STATEMENT.encode() in content for content in lying_at(tmp_path).values())


def test_she_is_a_member_nowhere_and_others_are(rooms: Rooms) -> None:
    group_id = rooms.found()
    for person_id in (MEMBER, STRANGER):
        rooms.seat(group_id, person_id, "leader")
    forget(rooms, MEMBER)
    group = rooms.service.store.load(Group, group_id)
    assert group is not None
    assert sorted(group.members) == sorted(map(str, (OWNER, STRANGER)))
    assert [one.type for one in rooms.service.messages(0).messages][-1] == "agora.groups.member_left.v1"


def test_a_group_whose_last_owner_is_forgotten_is_there_without_one(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    forget(rooms, OWNER)
    audited(rooms)
    group = rooms.service.store.load(Group, group_id)
    assert group is not None
    assert list(group.members) == [str(MEMBER)]
    assert rooms.ask("group", MEMBER, group_id=group_id)["name"] == "Quiet Trails"


def test_without_the_note_that_she_is_forgotten_the_audit_finds_a_group_without_an_owner(rooms: Rooms) -> None:
    rooms.found()
    forget(rooms, OWNER)
    rooms.service.recorder.sides = lambda kind: {}  # type: ignore[method-assign]
    with pytest.raises(Broken):
        audited(rooms)


def test_views_rebuilt_from_the_first_fact_are_equal(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    rooms.say(PersonTagged(person_id=MEMBER, kind="city", value="Zarskoje Selo"))
    rooms.certify(MEMBER, "industry", "samovars")
    forget(rooms, MEMBER)
    assert list(rooms.service.recorder.sides(FORGOTTEN_SIDE)) == [str(MEMBER)]
    assert rebuild(rooms.service).is_equal


def test_with_the_forgetting_switched_off_her_words_are_there(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Forgetting, "forget_person", lambda *_: None)
    group_id = rooms.found()
    answer = rooms.do("apply", APPLICANT, group_id=group_id, statement=STATEMENT, rules_version=1)
    forget(rooms, APPLICANT)
    assert written(rooms, answer)["statement"] == STATEMENT


def test_what_no_view_showed_yet_ends_a_little_later(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "memberships_of", lambda *_: set())
        forget(rooms, MEMBER)
    assert is_member(rooms, group_id), "the view was behind"
    rooms.clock.at += LET_GO_AFTER
    rooms.settle()
    assert not is_member(rooms, group_id)


def test_a_group_that_the_facts_have_not_got_keeps_nobody(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "memberships_of", lambda *_: {UUID(int=0xDEAD)})
    forget(rooms, MEMBER)
    assert rooms.service.recorder.side(FORGOTTEN_SIDE, str(MEMBER)) is not None


def is_member(rooms: Rooms, group_id: str) -> bool:
    group = rooms.service.store.load(Group, UUID(str(group_id)))
    return group is not None and group.is_member(MEMBER)
