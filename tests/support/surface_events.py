"""An accepted example of each operation of events."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.support.communities import Community
from tests.support.everybody import LONG_AGO, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_gatherings import (
    NOWHERE,
    Coming,
    Invited,
    announcement,
    code_of,
    coming,
    invited,
    recorded_gathering,
    waiting,
)


def _announce(everybody: Everybody, by: UUID) -> Call:
    group = Community(everybody)
    body = announcement(everybody, group.group_id)
    return Call(by=group.owner, body=body, other_body=body | {"title": "An evening"}, other=group.leader)


def _of(gathering: Invited, **more: Any) -> Call:
    return Call(
        by=gathering.group.owner, path={"gathering_id": gathering.gathering_id}, other=gathering.group.leader, **more
    )


def _organised(body: dict[str, Any] | None = None, other_body: dict[str, Any] | None = None) -> Example:
    return lambda everybody, by: _of(invited(everybody), body=body or {}, other_body=other_body)


def _move_gathering(everybody: Everybody, by: UUID) -> Call:
    starts_at, other = everybody.now() + timedelta(days=2), everybody.now() + timedelta(days=3)
    ends_at = (other + timedelta(hours=2)).isoformat()
    body = {"starts_at": starts_at.isoformat(), "ends_at": ends_at}
    return _of(invited(everybody), body=body, other_body=body | {"starts_at": other.isoformat()})


def _door_staff(everybody: Everybody, by: UUID) -> Call:
    body = {"person_id": str(everybody.person())}
    return _of(invited(everybody), body=body, other_body={"person_id": str(everybody.person())})


def _release_door_staff(everybody: Everybody, by: UUID) -> Call:
    call = _door_staff(everybody, by)
    everybody.do(call.by, f"/events/gatherings/{call.path['gathering_id']}/door-staff", **call.body)
    return call


def _seen(everybody: Everybody, by: UUID) -> Call:
    return Call(by=by, path={"gathering_id": invited(everybody).gathering_id})


def _of_a_group(everybody: Everybody, by: UUID) -> Call:
    return Call(by=by, path={"group_id": invited(everybody).group.group_id})


def _register(everybody: Everybody, by: UUID) -> Call:
    return Call(
        by=by, path={"gathering_id": invited(everybody).gathering_id}, body={"seats": 1}, other_body={"seats": 2}
    )


def _held_by(one: Coming) -> Call:
    return Call(by=one.person, path={"registration_id": one.registration_id}, other=one.invited.group.owner)


def _waitlist(everybody: Everybody, by: UUID) -> Call:
    one = waiting(everybody)
    return Call(by=one.person, path={"gathering_id": one.invited.gathering_id}, other=one.invited.group.leader)


def _move_waiting(everybody: Everybody, by: UUID) -> Call:
    one = waiting(everybody)
    body = {"registration_id": one.registration_id, "position": 1, "reason": "Brings the boat"}
    return _of(one.invited, body=body, other_body=body | {"reason": "Brings the tea"})


def _at_door(everybody: Everybody, one: Coming, **more: Any) -> Call:
    staff, gathering = everybody.person(), one.invited
    path = f"/events/gatherings/{gathering.gathering_id}/door-staff"
    everybody.do(gathering.group.owner, path, person_id=str(staff))
    return Call(by=staff, path={"gathering_id": gathering.gathering_id}, other=gathering.group.leader, **more)


def _door_list(everybody: Everybody, by: UUID) -> Call:
    return _at_door(everybody, coming(everybody), body={"since": 0, "limit": 10})


def _check_in(everybody: Everybody, by: UUID) -> Call:
    one = coming(everybody)
    body = {"code": code_of(everybody, one), "device_id": "door-1"}
    return _at_door(everybody, one, body=body, other_body=body | {"device_id": "door-2"})


def _merge_check_ins(everybody: Everybody, by: UUID) -> Call:
    one = coming(everybody)
    scans = [{"code": code_of(everybody, one), "at": everybody.now().isoformat()}]
    body = {"device_id": "door-1", "scans": scans}
    return _at_door(everybody, one, body=body, other_body=body | {"device_id": "door-2"})


def _begun(everybody: Everybody) -> Invited:
    """One that was recorded, of a group of ours: it is over."""
    group = Community(everybody)
    body = recorded_gathering(everybody, group_id=group.group_id)
    return Invited(everybody.do(everybody.operator, "/events/records/gatherings", **body)["gathering_id"], group)


def _write_recap(everybody: Everybody, by: UUID) -> Call:
    body = {"text": "Two carps, both back in the lake.", "listing_ids": []}
    return _of(_begun(everybody), body=body, other_body=body | {"text": "No carp."})


def _recap(everybody: Everybody, by: UUID) -> Call:
    gathering = _begun(everybody)
    path = f"/events/gatherings/{gathering.gathering_id}/recap"
    everybody.do(gathering.group.owner, path, text="Two carps, both back in the lake.")
    return _of(gathering)


def _record_gathering(everybody: Everybody, by: UUID) -> Call:
    body = recorded_gathering(everybody)
    return Call(by=everybody.operator, body=body, other_body=body | {"title": "Star trails"})


def _record_registration(everybody: Everybody, by: UUID) -> Call:
    gathering = everybody.do(everybody.operator, "/events/records/gatherings", **recorded_gathering(everybody))
    person_id = everybody.person()
    body = {
        "gathering_id": gathering["gathering_id"], "person_id": str(person_id), "answer": "yes", "guests": 2,
        "happened_at": LONG_AGO,
    }  # fmt: skip
    return Call(by=everybody.operator, body=body, other_body=body | {"answer": "no"}, other=person_id)


EXAMPLES: dict[str, Example] = {
    "announce": _announce,
    "gatherings": lambda everybody, by: Call(
        by=by,
        body={"group_id": str(uuid4()), "tag": "fishing", "starts_from": "2026-05-01T00:00:00Z", "limit": 10},
    ),
    "gathering": _seen,
    "move_gathering": _move_gathering,
    "change_venue": _organised(
        {"venue": NOWHERE | {"venue_name": "Boat House"}},
        {"venue": NOWHERE | {"online_url": "https://meet.example.org/lake"}},
    ),
    "change_capacity": _organised({"capacity": 3}, {"capacity": 4}),
    "cancel_gathering": _organised({"reason": "Storm"}, {"reason": "Ice"}),
    "name_door_staff": _door_staff,
    "release_door_staff": _release_door_staff,
    "calendar": _seen,
    "group_calendar": _of_a_group,
    "register": _register,
    "my_registrations": lambda everybody, by: Call(by=by, body={"limit": 10}),
    "registration": lambda everybody, by: _held_by(coming(everybody)),
    "give_back": lambda everybody, by: _held_by(coming(everybody)),
    "ticket": lambda everybody, by: _held_by(coming(everybody)),
    "waitlist": _waitlist,
    "move_waiting": _move_waiting,
    "keys": lambda everybody, by: Call(by=by),
    "door_list": _door_list,
    "check_in": _check_in,
    "merge_check_ins": _merge_check_ins,
    "attendees": _organised({"limit": 10}),
    "attendance": _seen,
    "attendance_of_group": _of_a_group,
    "write_recap": _write_recap,
    "recap": _recap,
    "record_gathering": _record_gathering,
    "record_registration": _record_registration,
    "gathering_figures": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
}
