"""What happens when the same is asked twice at the same moment."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

from services.groups.domain import Application, Group
from services.groups.domain.invitation import Invitation
from services.kernel.refusals import KeyReused

from .rooms import APPLICANT, LEADER, OTHER, OWNER, REVIEWER, Rooms, run


def kinds(outcomes: list[Any]) -> Counter[str]:
    return Counter("done" if isinstance(one, dict) else type(one).__name__ for one in outcomes)


def at_once(rooms: Rooms, *commands: tuple[str, UUID, dict[str, Any]], key: str | None = None) -> list[Any]:
    async def all_of_them() -> list[Any]:
        started = [rooms.doing(name, who, key=key, **fields) for name, who, fields in commands]
        return await asyncio.gather(*started, return_exceptions=True)

    outcomes = run(all_of_them())
    rooms.settle()
    return outcomes


def recorded(rooms: Rooms, kind: type[Any]) -> list[Any]:
    facts = (row.fact for row in rooms.service.store.facts(0, 10_000))
    return [fact for fact in facts if isinstance(fact, kind)]


def test_twenty_applications_at_once_leave_one_open(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    wanted = ("apply", APPLICANT, {"group_id": group_id, "rules_version": 1})
    assert kinds(at_once(rooms, *[wanted] * 20)) == {"done": 1, "ApplicationOpen": 19}
    assert len(recorded(rooms, Application.Applied)) == 1
    assert len(rooms.ask("applications", OWNER, group_id=group_id)["items"]) == 1


def test_twenty_repeats_of_one_command_are_one_application_and_one_answer(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    wanted = ("apply", APPLICANT, {"group_id": group_id, "rules_version": 1})
    answers = at_once(rooms, *[wanted] * 20, key="once")
    assert len({str(answer) for answer in answers}) == 1
    assert len(recorded(rooms, Application.Applied)) == 1
    other = ("apply", APPLICANT, {"group_id": group_id, "rules_version": 1, "statement": "And another thing."})
    assert kinds(at_once(rooms, other, key="once")) == {KeyReused.__name__: 1}


def test_applications_after_refusals_at_once_are_numbered_one_after_the_other(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    wanted = ("apply", APPLICANT, {"group_id": group_id, "rules_version": 1})
    for number in range(1, 4):
        rooms.pass_time(minutes=1)
        (done,) = [one for one in at_once(rooms, *[wanted] * 5) if isinstance(one, dict)]
        rooms.do("refuse", OWNER, application_id=done["application_id"], reason="Not yet.")
        assert [fact.number for fact in recorded(rooms, Application.Applied)] == list(range(1, number + 1))


def test_two_reviewers_at_once_admit_once(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    rooms.seat(group_id, REVIEWER, "reviewer")
    application_id = rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)["application_id"]
    fields = {"application_id": application_id}
    outcomes = at_once(rooms, *[("admit", who, fields) for who in (OWNER, REVIEWER) * 5])
    assert kinds(outcomes) == {"done": 1, "ApplicationDecided": 9}
    assert len([fact for fact in recorded(rooms, Group.MemberAdmitted) if fact.person_id == APPLICANT]) == 1


def test_an_admission_and_a_refusal_at_once_leave_one_of_them(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    application_id = rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)["application_id"]
    fields = {"application_id": application_id}
    outcomes = at_once(
        rooms,
        ("refuse", OWNER, fields | {"reason": "No."}),
        ("admit", OWNER, fields),
        ("withdraw_application", APPLICANT, fields),
    )
    assert kinds(outcomes) == {"done": 1, "ApplicationDecided": 2}
    assert rooms.ask("group", OTHER, group_id=group_id)["members"] == 1


def test_an_invitation_is_used_once_however_many_applications_see_it(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"invitation": True})
    rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT)
    wanted = ("apply", APPLICANT, {"group_id": group_id, "rules_version": 1})
    at_once(rooms, wanted, ("invite", OWNER, {"group_id": group_id, "person_id": APPLICANT}), wanted, wanted)
    assert len(recorded(rooms, Invitation.Used)) == 1
    assert len(recorded(rooms, Invitation.Issued)) == 2


def test_ten_invitations_at_once_are_ten(rooms: Rooms) -> None:
    group_id = rooms.found()
    wanted = ("invite", OWNER, {"group_id": group_id, "person_id": APPLICANT})
    assert kinds(at_once(rooms, *[wanted] * 10)) == {"done": 10}
    assert len({fact.originator_id for fact in recorded(rooms, Invitation.Issued)}) == 10


def test_two_owners_at_once_do_not_leave_the_group_without_one(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, LEADER, "owner")
    takes = [
        ("take_role", who, {"group_id": group_id, "person_id": from_whom, "role": "owner"})
        for who, from_whom in ((OWNER, LEADER), (LEADER, OWNER))
    ]
    assert kinds(at_once(rooms, *takes)) == {"done": 1, "NotOwner": 1}
    assert rooms.ask("group", OTHER, group_id=group_id)["owner_ids"] == [str(OWNER)]
