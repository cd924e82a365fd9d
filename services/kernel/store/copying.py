"""One store into another, empty one, whatever databases they are: the same facts, positions and links.

What is copied goes through ``append``, like everything that is ever stored; the links come out as they were, or
the copy is refused. Snapshots are left out: they are a cache.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking

from ..refusals import Conflicting
from .at_rest import StoreAtRest
from .chain import GENESIS, Row
from .recorder import CommandRow, DueRow, Entry, Recorder, SideRow
from .sqlite_schema import moment

Item = TypeVar("Item")
FACTS, ROWS = 500, 500
OnCopied = Callable[[int], None]
"""Told how many facts were copied so far."""


class NotEmpty(Conflicting):
    """There is something in the store that is to be filled."""

    sentence = "There is something in the store of {service} already; restore into an empty place."


class CopyDiffers(Conflicting):
    """What was stored is not what was read."""

    sentence = (
        "What came out of the store of {service} is not what was stored in it; 'agora audit' says which fact is not "
        "as it was. Take an older backup."
    )


def copy(service: str, source: StoreAtRest, target: Recorder, on_copied: OnCopied = lambda _count: None) -> int:
    """Copy all of a store; returns how many facts it has. Raises NotEmpty, CopyDiffers."""
    ensure_empty(service, target)
    count = 0
    for entries in _pages(_entries(source), FACTS):
        target.append(entries)
        count += sum(len(entry.facts) for entry in entries)
        on_copied(count)
    target.append([Entry(due=_due(source), tracking=_tracking(source))])
    for sides in _pages(source.all_sides(), ROWS):
        target.append([Entry(sides=[SideRow(kind, key, bytes(value), unique=True) for kind, key, value in sides])])
    _copy_messages(source, target)
    if _ends(source) != _ends(target):
        raise CopyDiffers(service=service)
    return count


def ensure_empty(service: str, target: Recorder) -> None:
    """That nothing was ever stored there. Raises NotEmpty."""
    if (target.position(), target.kept_head()[0], target.parked_count()) != (0, 0, 0):
        raise NotEmpty(service=service)


def _entries(source: StoreAtRest) -> Iterator[Entry]:
    """Facts in order, and each command behind the fact at its position, with which it was stored."""
    commands = _Ahead(source.commands())
    yield from (Entry(command=row) for row in commands.upto(0))
    for row in source.rows():
        here = list(commands.upto(row.position))
        yield Entry(facts=[_fact(row)], command=here[0] if here else None)
        yield from (Entry(command=other) for other in here[1:])


class _Ahead:
    """Command rows in the order of positions, taken as far as somebody has come."""

    def __init__(self, rows: Iterator[tuple[bytes, bytes, str, int]]) -> None:
        self._rows = (CommandRow(UUID(bytes=bytes(one)), bytes(two), three, four) for one, two, three, four in rows)
        self._next = next(self._rows, None)

    def upto(self, position: int) -> Iterator[CommandRow]:
        while self._next is not None and self._next.position <= position:
            yield self._next
            self._next = next(self._rows, None)


def _fact(row: Row) -> StoredEvent:
    return StoredEvent(row.originator_id, row.version, row.topic, row.state)


def _due(source: StoreAtRest) -> list[DueRow]:
    return [DueRow(kind, subject, moment(due_at)) for (kind, subject), due_at in source.due_rows().items()]


def _tracking(source: StoreAtRest) -> list[Tracking]:
    return [Tracking(reader, position) for reader, position in source.trackings().items()]


def _copy_messages(source: StoreAtRest, target: Recorder) -> None:
    after = 0
    while rows := source.kept(after, ROWS):
        target.append([Entry(kept=[row.message for row in rows])])
        after = rows[-1].position
    offset = 0
    while parked := source.parked(ROWS, offset):
        target.append([Entry(parked=parked)])
        offset += len(parked)


def _ends(store: Recorder) -> tuple[object, ...]:
    """Position and link of the latest fact and of the latest kept message."""
    position, link = store.head()
    return position, link or GENESIS, store.kept_head()


def _pages(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while page := list(islice(rest, size)):
        yield page
