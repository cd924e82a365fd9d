"""What an operator records of what happened elsewhere; and what a group keeps of itself between restarts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.groups.domain import Group, refusals
from services.kernel.domain import AggregateRoot
from services.kernel.refusals import NotYetHappened

from .rooms import APPLICANT, LEADER, MEMBER, NOON, OPERATOR, OTHER, OWNER, STRANGER, Rooms

GROUP_ID = UUID(int=0x6000)
LONG_AGO = datetime.fromisoformat("2017-09-04T10:00:00+00:00")


def record_group(rooms: Rooms, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "group_id": GROUP_ID, "owner_id": OWNER, "name": "SP", "purpose": "", "rules": "", "tags": ["state"],
        "happened_at": LONG_AGO,
    }  # fmt: skip
    return rooms.do("record_group", OPERATOR, **(given | changes))


def test_a_group_and_its_members_are_recorded_with_the_time_at_which_it_happened(rooms: Rooms) -> None:
    record_group(rooms)
    joined = LONG_AGO + timedelta(days=3)
    rooms.do("record_member", OPERATOR, group_id=GROUP_ID, person_id=MEMBER, happened_at=joined)
    group = rooms.ask("group", STRANGER, group_id=GROUP_ID)
    assert (group["founded_at"], group["owner_ids"], group["members"]) == (LONG_AGO.isoformat(), [str(OWNER)], 2)
    rows = rooms.ask("roster", OWNER, group_id=GROUP_ID)["items"]
    assert [row["admitted_at"] for row in rows] == [LONG_AGO.isoformat(), joined.isoformat()]
    last = rooms.service.store.facts(0, 100)[-1].fact
    assert (last.effective_at, last.recorded_at) == (joined, NOON)


def test_recording_the_same_group_once_more_changes_nothing(rooms: Rooms) -> None:
    record_group(rooms)
    before = rooms.service.recorder.position()
    record_group(rooms, happened_at=LONG_AGO + timedelta(days=1))
    assert rooms.service.recorder.position() == before


def test_another_group_under_the_same_id_is_refused(rooms: Rooms) -> None:
    record_group(rooms)
    for changes in ({"name": "RJ"}, {"owner_id": OTHER}, {"threshold": {"invitation": True}}):
        refused = rooms.refusal("record_group", OPERATOR, **_same(changes))
        assert isinstance(refused, refusals.RecordedOtherwise)


def test_an_id_that_is_something_else_is_no_group_to_record(rooms: Rooms) -> None:
    group_id = rooms.found()
    invitation_id = rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT)["invitation_id"]
    refused = rooms.refusal("record_group", OPERATOR, **_same({"group_id": invitation_id}))
    assert isinstance(refused, refusals.RecordedOtherwise)


def _same(changes: dict[str, Any]) -> dict[str, Any]:
    given = {"group_id": GROUP_ID, "owner_id": OWNER, "name": "SP", "tags": ["state"], "happened_at": LONG_AGO}
    return given | changes


def test_a_member_is_recorded_once(rooms: Rooms) -> None:
    record_group(rooms)
    fields = {"group_id": GROUP_ID, "person_id": MEMBER, "happened_at": LONG_AGO}
    first = rooms.do("record_member", OPERATOR, key="row 17", **fields)
    assert rooms.do("record_member", OPERATOR, key="row 17", **fields) == first
    before = rooms.service.recorder.position()
    rooms.do("record_member", OPERATOR, **fields)
    assert rooms.service.recorder.position() == before


def test_a_threshold_does_not_keep_out_who_was_admitted_elsewhere(rooms: Rooms) -> None:
    record_group(rooms, threshold={"claim": "real_name", "level": 3})
    rooms.do("record_member", OPERATOR, group_id=GROUP_ID, person_id=MEMBER, happened_at=LONG_AGO)
    (fact,) = [row.fact for row in rooms.service.store.facts(0, 10) if isinstance(row.fact, Group.MemberAdmitted)]
    assert (fact.relied_on, fact.rules_version, fact.application_id) == ([], 0, None)


def test_the_future_is_not_recorded(rooms: Rooms) -> None:
    later = NOON + timedelta(seconds=1)
    refused = rooms.refusal("record_group", OPERATOR, **_same({"happened_at": later}))
    assert isinstance(refused, NotYetHappened)
    record_group(rooms)
    fields = {"group_id": GROUP_ID, "person_id": MEMBER, "happened_at": later}
    assert isinstance(rooms.refusal("record_member", OPERATOR, **fields), NotYetHappened)


def test_a_reason_never_enters_the_state_of_a_group_so_that_it_may_have_a_snapshot(rooms: Rooms) -> None:
    record_group(rooms)
    for person_id in (LEADER, MEMBER):
        rooms.seat(GROUP_ID, person_id)
    rooms.do("remove_member", OWNER, group_id=GROUP_ID, person_id=MEMBER, reason="SECRET")
    store = rooms.service.store
    assert Group.state_is_impersonal
    assert store.take_snapshot(Group, GROUP_ID)
    snapshot = store.recorder.snapshot(GROUP_ID)
    assert snapshot is not None
    assert b"SECRET" not in snapshot.state
    whole, shortened = store.load(Group, GROUP_ID, use_snapshot=False), store.load(Group, GROUP_ID)
    assert whole is not None
    assert shortened is not None
    assert _state(shortened) == _state(whole)
    assert "SECRET" not in str(_state(whole))


def test_every_personal_field_of_a_group_is_a_reason_that_is_assigned_to_nothing() -> None:
    personal = {kind: fields for kind in vars(Group).values() if (fields := getattr(kind, "personal", None))}
    assert personal == {Group.MemberRemoved: {"reason": "person_id"}}


def _state(root: AggregateRoot) -> dict[str, Any]:
    return {name: value for name, value in vars(root).items() if name != "_pending_events"}
