"""All that is to be recorded of the answers, in the order in which one thing needs another."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ..caller import Command
from ..running import Chain, Phase
from . import naming
from .assembling import Assembled
from .judging import is_placed, tags_of
from .rows import NO, AnswerRow


def phases_of(assembled: Assembled) -> list[Phase]:
    """People, groups, members, gatherings, answers. Commands are made when it is their turn.

    What is told of one group, or of one gathering, is told in the order in which it happened: so the facts of each
    come in the same order, whenever a run was stopped and begun again.
    """
    people = len(assembled.groups) + len(assembled.people)
    members, answers = _by_thing(_members(assembled)), _by_thing(map(_answer, assembled.answers))
    return [
        _phase("people", _people(assembled), people),
        _phase("groups", _groups(assembled), len(assembled.groups)),
        Phase("members", members, len(members)),
        _phase("gatherings", _gatherings(assembled), len(assembled.gatherings)),
        Phase("answers", answers, len(answers)),
    ]


def _people(assembled: Assembled) -> Iterator[Command]:
    """The set names nobody: everybody who answered, and an organiser for each group, without a name."""
    for group_id, row in assembled.groups.items():
        yield _person(f"organiser:{group_id}", naming.organiser(group_id), row.responded_at)
    for member_id, since in assembled.people.items():
        yield _person(f"person:{member_id}", naming.person(member_id), since)


def _groups(assembled: Assembled) -> Iterator[Command]:
    for group_id, row in assembled.groups.items():
        fields = {
            "group_id": str(naming.group(group_id)), "owner_id": str(naming.organiser(group_id)),
            "name": row.group_name, "purpose": _place_of(row), "rules": "", "tags": tags_of(row),
        }  # fmt: skip
        yield _command("groups", "record_group", f"group:{group_id}", row.responded_at, fields)


def _members(assembled: Assembled) -> Iterator[Command]:
    for (group_id, member_id), since in assembled.members.items():
        fields = {"group_id": str(naming.group(group_id)), "person_id": str(naming.person(member_id))}
        yield _command("groups", "record_member", f"member:{group_id}:{member_id}", since, fields)


def _gatherings(assembled: Assembled) -> Iterator[Command]:
    for event_id, row in assembled.gatherings.items():
        fields = {
            "gathering_id": str(naming.gathering(event_id)), "group_id": str(naming.group(row.group_id)),
            "organiser_id": str(naming.organiser(row.group_id)), "title": row.event_name, "venue": _venue_of(row),
            "starts_at": assembled.starts_at(event_id).isoformat(), "time_zone": "UTC", "tags": tags_of(row),
        }  # fmt: skip
        yield _command("events", "record_gathering", f"gathering:{event_id}", row.responded_at, fields)


def _answer(row: AnswerRow) -> Command:
    fields = {
        "gathering_id": str(naming.gathering(row.event_id)), "person_id": str(naming.person(row.member_id)),
        "answer": row.response, "guests": 0 if row.response == NO else row.guests,
    }  # fmt: skip
    return _command("events", "record_registration", key_of(row), row.responded_at, fields)


def key_of(row: AnswerRow) -> str:
    """By what an answer is known."""
    return f"answer:{row.event_id}:{row.member_id}:{int(row.responded_at.timestamp() * 1000)}"


def _place_of(row: AnswerRow) -> str:
    """Where a group meets: in words, so that its tags are topics alone."""
    where = ", ".join(part for part in (row.city, row.country.upper()) if part)
    degrees = "" if None in (row.group_lat, row.group_lon) else f" ({row.group_lat}, {row.group_lon})"
    return f"Meets in {where}{degrees}." if where else ""


def _venue_of(row: AnswerRow) -> dict[str, Any]:
    if not row.venue_name:
        return {}
    latitude, longitude = (row.venue_lat, row.venue_lon) if is_placed(row) else (None, None)
    return {"venue_name": row.venue_name, "latitude": latitude, "longitude": longitude}


def _person(key: str, person_id: object, since: datetime) -> Command:
    return _command("identity", "record_person", key, since, {"person_id": str(person_id), "name": None, "tags": []})


def _command(service: str, operation: str, key: str, happened_at: datetime, fields: dict[str, Any]) -> Command:
    return Command(service, operation, {**fields, "happened_at": happened_at.isoformat()}, f"meetup:{key}")


def _phase(name: str, commands: Iterable[Command], count: int) -> Phase:
    return Phase(name, ((command,) for command in commands), count)


def _by_thing(commands: Iterable[Command]) -> list[Chain]:
    """A chain for each group or gathering that commands are about."""
    found: dict[str, list[Command]] = defaultdict(list)
    for command in commands:
        found[command.key.split(":")[2]].append(command)
    return list(found.values())
