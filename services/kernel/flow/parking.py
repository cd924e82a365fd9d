"""What is parked: a message that could not be handled, with its cause, and those of its subject that came later.

A row says by its stage how much of the message was dealt with. ``dead`` deals with rows; see retrying.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.contracts import catalogue
from services.contracts.envelope import Envelope
from services.contracts.message import Message, UnreadableMessage

from ..store.keys import KeyStore
from ..store.recorder import ParkedRow, Recorder
from . import words
from .failures import SpokenForAnother, UnknownVersion, cause_of
from .projection import Place
from .wire import service_of

UNREADABLE = "unreadable"
"""It is not what its type promises, or no message at all; nothing was done."""
VIEWS = "views"
"""A view could not take it; nothing was done."""
REACTIONS = "reactions"
"""Every view has it; a reaction failed."""
BEHIND = "behind"
"""It waits for an earlier one of its subject; nothing was done."""
REACTIONS_BEHIND = "reactions behind"
"""The same, and every view has it."""
LATE = "late"
"""Everything was done long ago, but a view that came later could not take it."""
LATE_BEHIND = "late behind"
"""Everything was done long ago, but a view that came later has to wait with it."""

POISON = frozenset({UNREADABLE, "rpc"})
"""Stages of what may be no message at all: the second is that of the nameko door."""
WAITING = frozenset({BEHIND, REACTIONS_BEHIND, LATE_BEHIND})
SEEN_BY_VIEWS = frozenset({REACTIONS, REACTIONS_BEHIND})
REACTED_TO = frozenset({LATE, LATE_BEHIND})

MOST_BYTES = 1_000_000
MOST_POISON = 1_000
"""So many rows of a stage at most are kept of what was no message: whoever sends it shall not fill the store."""


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Told:
    """An envelope as far as it could be read: ``message`` is None for what is passed over or ``unreadable``."""

    envelope: Envelope
    place: Place
    message: Message | None = None
    unreadable: str = ""

    @property
    def name(self) -> str:
        """Its id: "mall:42"."""
        return self.envelope.id

    @property
    def waits(self) -> bool:
        """Whether it waits behind an earlier one of its subject."""
        return self.message is None or self.message.WAITS

    @property
    def position(self) -> int:
        """Its place in its source's log."""
        return self.envelope.position


def told(envelope: Envelope) -> Told:
    """Read an envelope, as far as it can be."""
    try:
        return read(envelope)
    except UnreadableMessage as failure:
        return Told(envelope, place_of(envelope), unreadable=cause_of(failure))


def read(envelope: Envelope) -> Told:
    """The same. A type of which another version is known here cannot be read; one that is not known at all is passed
    over. A service speaks for itself: what another one would have to say cannot be read. Raises UnreadableMessage."""
    message = catalogue.read(envelope)
    if message is None and family_of(envelope.type) in families(lambda _kind: True):
        raise UnknownVersion(envelope.type, {})
    if message is not None and service_of(envelope.source) != message.SERVICE:
        raise SpokenForAnother(envelope.type, {})
    return Told(envelope, place_of(envelope), message)


def families(is_about: Callable[[type[Message]], bool]) -> frozenset[str]:
    """The types, without their version, of the messages that somebody is about."""
    return frozenset(family_of(name) for name, kind in catalogue.MESSAGES.items() if is_about(kind))


def family_of(type_name: str) -> str:
    """A type without its version: "agora.mall.order_paid" of "agora.mall.order_paid.v1"."""
    return type_name.rpartition(".v")[0]


def told_in_log(one: Told) -> dict[str, str]:
    """What the log says of a message: where it is from, what it is about, and what it belongs to."""
    envelope = one.envelope
    return {
        "message": envelope.id, "type": envelope.type, "subject": envelope.subject,
        "correlation_id": envelope.correlation_id,
    }  # fmt: skip


def place_of(envelope: Envelope) -> Place:
    """Where and when it happened, as the envelope says."""
    return Place(
        envelope.source, envelope.position, envelope.recorded_at, envelope.effective_at, envelope.correlation_id
    )


def read_parked(row: ParkedRow, keys: KeyStore | None) -> Envelope:
    """What was parked, with its words as far as they can be read. Raises UnreadableMessage."""
    return Envelope.from_dict(words.opened(row.envelope, keys))


def parked(one: Told, stage: str, cause: str, now: datetime, keys: KeyStore | None) -> ParkedRow:
    """The row of a message that is set aside, its words sealed; a body larger than any message's is not kept."""
    body = words.sealed(one.envelope, keys)
    return ParkedRow(
        name=one.name, source=one.place.source, position=one.position, subject=one.envelope.subject,
        type=one.envelope.type, stage=stage, cause=cause, parked_at=now,
        envelope=body if len(body) <= MOST_BYTES else b"",
    )  # fmt: skip


def as_far_as_there_is_room(rows: Sequence[ParkedRow], recorder: Recorder) -> list[ParkedRow]:
    """Rows to be parked, without the poison that is too much; that is counted in the log and let go.

    A message of a log is no poison, whatever is wrong with it: it has a subject, and is kept always.
    """
    kept, left = list[ParkedRow](), dict[str, int]()
    for row in rows:
        if not row.subject:
            if row.stage not in left:
                left[row.stage] = MOST_POISON - recorder.poison_count(row.stage)
            left[row.stage] -= 1
        if row.subject or left[row.stage] >= 0:
            kept.append(row)
    if len(kept) < len(rows):
        log.warning("poison is let go, too much is parked", count=len(rows) - len(kept), most=MOST_POISON)
    return kept


def failed_again(row: ParkedRow, stage: str, failure: BaseException) -> ParkedRow:
    """The row with what went wrong this time."""
    return replace(row, stage=stage, cause=cause_of(failure))
