"""The tables of one service's facts on SQLite. What is deletable lies beside the facts, never among them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
    position INTEGER PRIMARY KEY, originator_id BLOB NOT NULL, originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL, state BLOB NOT NULL, link BLOB NOT NULL, UNIQUE (originator_id, originator_version));
CREATE TABLE IF NOT EXISTS head (
    one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, link BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS commands (
    command_id BLOB PRIMARY KEY, digest BLOB NOT NULL, answer TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tracking (reader TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sides (
    kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due (
    kind TEXT NOT NULL, subject TEXT NOT NULL, due_at INTEGER NOT NULL, wake_at INTEGER NOT NULL,
    tries INTEGER NOT NULL, PRIMARY KEY (kind, subject)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_in_order ON due (wake_at, due_at);
CREATE TABLE IF NOT EXISTS snapshots (
    originator_id BLOB PRIMARY KEY, version INTEGER NOT NULL, stamp TEXT NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept (
    position INTEGER PRIMARY KEY, source TEXT NOT NULL, source_position INTEGER NOT NULL, type TEXT NOT NULL,
    envelope BLOB NOT NULL, link BLOB NOT NULL, UNIQUE (source, source_position));
CREATE INDEX IF NOT EXISTS kept_by_type ON kept (type, position);
CREATE TABLE IF NOT EXISTS parked (
    name TEXT PRIMARY KEY, source TEXT NOT NULL, position INTEGER NOT NULL, subject TEXT NOT NULL, type TEXT NOT NULL,
    stage TEXT NOT NULL, cause TEXT NOT NULL, parked_at INTEGER NOT NULL, envelope BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parked_in_order ON parked (source, subject, position);
CREATE INDEX IF NOT EXISTS parked_subjects ON parked (source, subject) WHERE subject <> '';
CREATE INDEX IF NOT EXISTS parked_poison ON parked (stage) WHERE subject = '';
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime | None) -> int | None:
    """A time as it lies in a column: whole microseconds since 1970; None stays None."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The time that lies in a column."""
    return _EPOCH + at * _MICROSECOND


def as_uuid(value: UUID | str) -> UUID:
    """The id of a stored fact, which the library also takes as text."""
    return value if isinstance(value, UUID) else UUID(value)
