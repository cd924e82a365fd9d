"""Rules have versions: members accept the present one, and who has not may read and leave."""

from uuid import UUID

import pytest

from services.groups.domain import Group, refusals
from services.groups.domain.joining_refusals import NothingToAccept, RulesToAccept

from .rooms import APPLICANT, LEADER, MEMBER, OWNER, REVIEWER, STRANGER, Rooms


def group_of(rooms: Rooms, group_id: UUID) -> Group:
    group = rooms.service.store.load(Group, group_id)
    assert group is not None
    return group


def pending(rooms: Rooms, group_id: UUID) -> dict[str, int]:
    found = rooms.ask("rules_pending", OWNER, group_id=group_id)
    return {row["person_id"]: row["rules_version"] for row in found["items"]}


def test_after_a_change_members_accept_before_they_write(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    rooms.seat(group_id, LEADER, "leader")
    assert pending(rooms, group_id) == {}
    rooms.do("change_rules", LEADER, group_id=group_id, rules="Be on time.")
    assert pending(rooms, group_id) == {str(MEMBER): 1, str(OWNER): 1}, "whoever changes them accepts them"
    with pytest.raises(RulesToAccept, match="version 2"):
        group_of(rooms, group_id).require_current_rules(MEMBER)
    assert rooms.ask("roster", MEMBER, group_id=group_id)["items"], "she may read"
    rooms.do("accept_rules", MEMBER, group_id=group_id, rules_version=2)
    group_of(rooms, group_id).require_current_rules(MEMBER)
    assert pending(rooms, group_id) == {str(OWNER): 1}
    rooms.do("leave", MEMBER, group_id=group_id)


def test_only_the_present_version_is_accepted_and_once(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.seat(group_id, MEMBER)
    rooms.do("change_rules", OWNER, group_id=group_id, rules="Be on time.")
    refused = rooms.refusal("accept_rules", MEMBER, group_id=group_id, rules_version=1)
    assert isinstance(refused, refusals.RulesNotAccepted)
    rooms.do("accept_rules", MEMBER, group_id=group_id, rules_version=2)
    before = rooms.service.recorder.position()
    rooms.do("accept_rules", MEMBER, group_id=group_id, rules_version=2)
    assert rooms.service.recorder.position() == before


def test_who_has_nothing_to_do_with_the_group_accepts_nothing(rooms: Rooms) -> None:
    group_id = rooms.found()
    refused = rooms.refusal("accept_rules", STRANGER, group_id=group_id, rules_version=1)
    assert isinstance(refused, NothingToAccept)


def test_an_applicant_accepts_later_and_is_a_member_then(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    application_id = rooms.do("apply", APPLICANT, group_id=group_id)["application_id"]
    assert isinstance(rooms.refusal("admit", OWNER, application_id=application_id), refusals.RulesNotAccepted)
    assert rooms.do("approve", OWNER, application_id=application_id)["state"] == "open"
    rooms.do("accept_rules", APPLICANT, group_id=group_id, rules_version=1)
    assert rooms.ask("application", APPLICANT, application_id=application_id)["state"] == "admitted"


def test_rules_accepted_in_time_admit_and_are_accepted_anew_before_writing(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    application_id = rooms.do("apply", APPLICANT, group_id=group_id, rules_version=1)["application_id"]
    rooms.do("change_rules", OWNER, group_id=group_id, rules="Be on time.")
    rooms.do("admit", OWNER, application_id=application_id)
    assert pending(rooms, group_id) == {str(APPLICANT): 1}


def test_who_was_recorded_is_taken_to_know_the_rules_of_that_day(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.do("change_rules", OWNER, group_id=group_id, rules="Be on time.")
    rooms.seat(group_id, REVIEWER)
    group_of(rooms, group_id).require_current_rules(REVIEWER)
    assert pending(rooms, group_id) == {}
