"""A store as it lies there, read at one moment: no lock, no key, nothing written, whoever else writes meanwhile."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import UnsupportedOperation
from typing import Any, Self
from uuid import UUID

from .recorder import DueRow, Entry, Recorder, StoredSnapshot

_READ = "a store at rest is only read"


class StoreUnreadable(Exception):
    """What is there is no store, or cannot be read at all."""


class StoreAtRest(Recorder):
    """A recorder all of whose reads see the same moment; use it in one thread, as a context.

    Opening one raises StoreUnreadable. ``head`` and ``rows`` raise BrokenChain; the values that the other
    methods give may be of any type, since a broken store is what they are for.
    """

    @abstractmethod
    def look(self) -> None:
        """From here on, all reads see the store as it is now. Raises StoreUnreadable."""

    @abstractmethod
    def fault(self) -> str | None:
        """What the database itself finds wrong with what it keeps; None when all is well."""

    @abstractmethod
    def count(self) -> int:
        """How many facts there are. Raises StoreUnreadable."""

    @abstractmethod
    def commands(self) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Command id (16 bytes), digest, answer and position of every command row, in the order of positions."""

    @abstractmethod
    def trackings(self) -> dict[str, Any]:
        """How far each log was read, by the reader's name for it."""

    @abstractmethod
    def due_rows(self) -> dict[tuple[str, str], Any]:
        """Kind and subject of each due row, with its time in microseconds since 1970."""

    @abstractmethod
    def all_sides(self) -> Iterator[tuple[str, str, bytes]]:
        """Kind, key and value of every side row."""

    @abstractmethod
    def snapshots(self) -> list[tuple[UUID, str]]:
        """Every aggregate that has a snapshot, with the topic of its first fact (empty: it has none)."""

    def append(self, entries: Sequence[Entry]) -> list[int]:  # noqa: ARG002
        raise UnsupportedOperation(_READ)

    def postpone(self, row: DueRow, until: datetime) -> None:  # noqa: ARG002
        raise UnsupportedOperation(_READ)

    def keep_snapshot(self, originator_id: UUID, snapshot: StoredSnapshot) -> None:  # noqa: ARG002
        raise UnsupportedOperation(_READ)

    def scrub(self) -> bool:
        raise UnsupportedOperation(_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
