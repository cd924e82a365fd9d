"""What can be read of a store on PostgreSQL: through a pool as it goes on, or at one moment of it."""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import Notification, PersistenceError, StoredEvent

from ..chain import GENESIS, BrokenChain, Row, read_row
from ..recorder import CommandRow, DueRow, KeptMessage, KeptRow, ParkedRow, Recorder, Since, StoredSnapshot
from ..sqlite_schema import microseconds, moment
from .arrays import Bigints, Uuids
from .texts import original, stored

ROWS_AT_ONCE = 2_000
_PARKED = "SELECT name, source, position, subject, type, stage, cause, parked_at, envelope FROM facts.parked"


class DatabaseReading(Recorder):
    """The half of ``Recorder`` that reads; ``_fetch`` says how."""

    @abstractmethod
    def _fetch(self, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement that only reads."""

    def select_events(self, originator_id: UUID, *, after_version: int = 0) -> list[StoredEvent]:
        rows = self._fetch(
            "SELECT originator_version, topic, state FROM facts.facts"
            " WHERE originator_id = %s AND originator_version > %s::bigint ORDER BY originator_version",
            (originator_id, after_version),
        )
        return [StoredEvent(originator_id, version, topic, state) for version, topic, state in rows]

    def select_latest(self, originator_id: UUID, topics: Collection[str]) -> StoredEvent | None:
        row = self._first(
            "SELECT originator_version, topic, state FROM facts.facts"
            " WHERE originator_id = %s AND topic = ANY(%s::text[]) ORDER BY originator_version DESC LIMIT 1",
            (originator_id, list(topics)),
        )
        return StoredEvent(originator_id, *row) if row else None

    def select_notifications(self, after: int, limit: int, upto: int | None = None) -> list[Notification]:
        rows = self._fetch(
            "SELECT position, originator_id, originator_version, topic, state FROM facts.facts"
            " WHERE position > %s::bigint AND position <= %s::bigint ORDER BY position LIMIT %s::bigint",
            (after, upto if upto is not None else 2**62, limit),
        )
        return [
            Notification(originator_id=owner, originator_version=version, topic=topic, state=state, id=position)
            for position, owner, version, topic, state in rows
        ]

    def position(self) -> int:
        return int(self._fetch("SELECT position FROM facts.head")[0][0])

    def version(self, originator_id: UUID) -> int:
        found = self._fetch(
            "SELECT max(originator_version) FROM facts.facts WHERE originator_id = %s", (originator_id,)
        )
        return int(found[0][0] or 0)

    def command(self, command_id: UUID) -> CommandRow | None:
        row = self._first(
            "SELECT digest, answer, position FROM facts.commands WHERE command_id = %s", (command_id,)
        )  # fmt: skip
        return CommandRow(command_id, *row) if row else None

    def news(
        self, commands: Collection[UUID], known: Mapping[UUID, int], most: int
    ) -> tuple[set[UUID], dict[UUID, Since]]:
        given = (Uuids(list(known)), Bigints(list(known.values())), Uuids(list(commands)), most)
        new, snapshots, facts = set[UUID](), dict[UUID, StoredSnapshot](), dict[UUID, list[StoredEvent]]()
        for one, what, *row in self._fetch(_NEWS, given):
            if what == _NEW:
                new.add(one)
            elif what == _SNAPSHOT:
                snapshots[one] = StoredSnapshot(*row)
            else:
                facts.setdefault(one, []).append(StoredEvent(one, *row))
        return new, {one: (snapshots.get(one), found) for one, found in facts.items()}

    def side(self, kind: str, key: str) -> bytes | None:
        row = self._first(
            "SELECT value FROM facts.sides WHERE kind = %s AND key = %s", (stored(kind), stored(key))
        )  # fmt: skip
        return row[0] if row else None

    def sides(self, kind: str) -> dict[str, bytes]:
        found = self._fetch("SELECT key, value FROM facts.sides WHERE kind = %s", (stored(kind),))
        return {original(key): value for key, value in found}

    def tracked(self, reader: str) -> int:
        row = self._first("SELECT position FROM facts.tracking WHERE reader = %s", (reader,))
        return int(row[0]) if row else 0

    def due(self, now: datetime, limit: int) -> list[DueRow]:
        rows = self._fetch(
            "SELECT kind, subject, due_at, tries FROM facts.due WHERE wake_at <= %s::bigint"
            " ORDER BY wake_at, due_at, kind, subject LIMIT %s::bigint",
            (microseconds(now), limit),
        )
        return [DueRow(original(kind), original(subject), moment(at), tries) for kind, subject, at, tries in rows]

    def tried(self, over: int) -> dict[str, int]:
        found = self._fetch("SELECT kind, count(*) FROM facts.due WHERE tries > %s::bigint GROUP BY kind", (over,))
        return {original(kind): int(count) for kind, count in found}

    def snapshot(self, originator_id: UUID) -> StoredSnapshot | None:
        row = self._first(
            "SELECT version, stamp, state FROM facts.snapshots WHERE originator_id = %s", (originator_id,)
        )  # fmt: skip
        return StoredSnapshot(*row) if row else None

    def history(self, originator_id: UUID, stamp: str) -> tuple[StoredSnapshot | None, list[StoredEvent]]:
        rows = self._fetch(_HISTORY, (originator_id, stamp, originator_id))
        snapshot = next((StoredSnapshot(*row) for *row, is_fact in rows if not is_fact), None)
        return snapshot, [StoredEvent(originator_id, *row) for *row, is_fact in rows if is_fact]

    def kept(self, after: int, limit: int) -> list[KeptRow]:
        rows = self._fetch(
            "SELECT position, source, source_position, type, envelope, link FROM facts.kept"
            " WHERE position > %s::bigint ORDER BY position LIMIT %s::bigint",
            (after, limit),
        )
        return [
            KeptRow(position, KeptMessage(source, at, original(kind), envelope), link)
            for position, source, at, kind, envelope, link in rows
        ]

    def kept_head(self) -> tuple[int, bytes]:
        row = self._first("SELECT position, link FROM facts.kept ORDER BY position DESC LIMIT 1")
        return (row[0], row[1]) if row else (0, GENESIS)

    def kept_count(self, types: Collection[str], through: int) -> int:
        counted = "SELECT count(*) FROM facts.kept WHERE type = ANY(%s::text[]) AND position <= %s::bigint"
        return int(self._fetch(counted, ([stored(one) for one in types], through))[0][0])

    def parked(self, limit: int, offset: int = 0) -> list[ParkedRow]:
        return self._parked("ORDER BY source, position, name LIMIT %s::bigint OFFSET %s::bigint", (limit, offset))

    def parked_one(self, name: str) -> ParkedRow | None:
        return next(iter(self._parked("WHERE name = %s", (stored(name),))), None)

    def parked_of(self, source: str, subject: str, limit: int) -> list[ParkedRow]:
        return self._parked(
            "WHERE source = %s AND subject = %s ORDER BY position, name LIMIT %s::bigint",
            (stored(source), stored(subject), limit),
        )

    def parked_count(self) -> int:
        return int(self._fetch("SELECT count(*) FROM facts.parked")[0][0])

    def poison_count(self, stage: str) -> int:
        counted = self._fetch("SELECT count(*) FROM facts.parked WHERE stage = %s AND subject = ''", (stored(stage),))
        return int(counted[0][0])

    def parked_subjects(self) -> set[tuple[str, str]]:
        rows = self._fetch("SELECT DISTINCT source, subject FROM facts.parked WHERE subject <> ''")
        return {(original(source), original(subject)) for source, subject in rows}

    def rows(self) -> Iterator[Row]:
        after, page = -(2**63), ROWS_AT_ONCE
        while page == ROWS_AT_ONCE:
            try:
                found = self._fetch(_ROWS, (after, ROWS_AT_ONCE))
            except (psycopg.Error, PersistenceError) as failure:
                raise BrokenChain(f"the facts cannot be read: {failure}") from failure
            for values in found:
                yield read_row(*values)
            after, page = found[-1][0] if found else after, len(found)

    def head(self) -> tuple[int, bytes]:
        found = self._first("SELECT position, link FROM facts.head")
        return (found[0], found[1]) if found else (0, b"")

    def _first(self, statement: str, given: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        return next(iter(self._fetch(statement, given)), None)

    def _parked(self, which: str, given: Sequence[Any]) -> list[ParkedRow]:
        return [parked_row(*values) for values in self._fetch(f"{_PARKED} {which}", given)]


_HISTORY = """
WITH kept AS (
  SELECT version, stamp, state FROM facts.snapshots WHERE originator_id = %s AND stamp = %s::text)
SELECT version, stamp, state, false FROM kept
UNION ALL
SELECT originator_version, topic, state, true FROM facts.facts
WHERE originator_id = %s AND originator_version > coalesce((SELECT version FROM kept), 0)
ORDER BY 4, 1"""
_NEW, _SNAPSHOT, _FACT = 0, 1, 2
_NEWS = f"""
WITH asked AS MATERIALIZED (
  SELECT s.id, coalesce(k.version - 1, s.known) AS after, k.version, k.stamp, k.state
  FROM unnest(%s, %s) AS s (id, known) LEFT JOIN facts.snapshots AS k ON k.originator_id = s.id AND s.known = 0)
SELECT c.id, {_NEW}, 0::bigint, '', ''::bytea FROM unnest(%s) AS c (id)
WHERE NOT EXISTS (SELECT FROM facts.commands AS k WHERE k.command_id = c.id)
UNION ALL
SELECT id, {_SNAPSHOT}, version, stamp, state FROM asked WHERE version IS NOT NULL
UNION ALL
SELECT a.id, {_FACT}, f.originator_version, f.topic, f.state FROM asked AS a CROSS JOIN LATERAL (
  SELECT originator_version, topic, state FROM facts.facts
  WHERE originator_id = a.id AND originator_version > a.after ORDER BY originator_version LIMIT %s::bigint) AS f
ORDER BY 1, 2, 3"""
_ROWS = """
SELECT position, uuid_send(originator_id), originator_version, topic, state, link FROM facts.facts
WHERE position > %s::bigint ORDER BY position LIMIT %s::bigint"""


def parked_row(
    name: str, source: str, position: int, subject: str, kind: str, stage: str, cause: str, parked_at: int,
    envelope: bytes,
) -> ParkedRow:  # fmt: skip
    """A parked message from the values of its row."""
    return ParkedRow(
        name=original(name), source=original(source), position=position, subject=original(subject),
        type=original(kind), stage=original(stage), cause=original(cause), parked_at=moment(parked_at),
        envelope=envelope,
    )  # fmt: skip
