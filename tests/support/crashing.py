"""Crashes between any two effects: the n-th place passed raises, and the test opens the files again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from services.kernel.service import Service
from services.kernel.store.recorder import DueRow, Entry


class Crash(MemoryError):
    """The process is gone. Like a lack of memory, that says nothing about the message that was being handled."""


class CrashAt:
    """Raises Crash at the n-th place passed; 0 never. ``places`` says which were passed."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.places: list[str] = []

    @property
    def happened(self) -> bool:
        """Whether it has come to that."""
        return 0 < self.number <= len(self.places)

    def here(self, place: str) -> None:
        """A place at which a process may die."""
        self.places.append(place)
        if self.happened:  # what is dead stays dead, whoever caught the first one
            raise Crash(place)

    def install(self, service: Service) -> None:
        """Before and after everything this service writes: facts, views, due rows."""
        recorder, views = service.recorder, service.views
        append, postpone, writing = recorder.append, recorder.postpone, views.writing

        def crashing_append(entries: Sequence[Entry]) -> list[int]:
            self.here("before an append")
            positions = append(entries)
            self.here("after an append")
            return positions

        def crashing_postpone(row: DueRow, until: Any) -> None:
            self.here("before a postponement")
            postpone(row, until)
            self.here("after a postponement")

        @contextmanager
        def crashing_writing() -> Iterator[Connection]:
            with writing() as connection:
                self.here("before writing views")
                yield connection
                self.here("before views are stored")
            self.here("after views are stored")

        for owner, name, replaced in (
            (recorder, "append", crashing_append),
            (recorder, "postpone", crashing_postpone),
            (views, "writing", crashing_writing),
        ):
            setattr(owner, name, replaced)
