"""Views built once more beside the running ones, from the first fact, and compared with them.

A view may depend on the facts alone: not on the size of the batches it was fed with, nor on which of
two sources came first. So here own facts and neighbours' messages take turns, page by page, as they do
when a new version of a view starts beside a running one, and nothing reacts to them.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Table, func, select

from services.contracts import catalogue

from ..refusals import Conflicting
from ..store.eventstore import EventStore
from .intake import Intake, Source, place_of
from .progress import Progress
from .projection import Projection
from .pump import BATCH, Pump
from .views import Views

OnProgress = Callable[[str, int, int], None]
"""Told a service, how many facts and messages were read, and how many there are."""


class ViewsNotSettled(Conflicting):
    """The running views do not have one position in a log, because a worker is stuck before one of them."""

    sentence = (
        "The views of {service} have not all read the log of {source} equally far; start it and see what it says."
    )


class ViewsInUse(Conflicting):
    """Another process reads or writes the views that are to be replaced."""

    sentence = "The views in {path} are in use by another process; end it and try again."


class Rebuildable(Protocol):
    """A service whose workers do not run, as far as its views are concerned."""

    name: str
    store: EventStore
    views: Views
    pump: Pump
    intakes: list[Intake]


@dataclass(frozen=True, slots=True)
class TableCompared:
    """A table of a view: its rows as rebuilt, and whether the running one has the same."""

    service: str
    view: str
    table: str
    rows: int
    is_equal: bool


@dataclass(frozen=True, slots=True)
class ServiceRebuilt:
    """What became of one service. ``read`` counts own facts and neighbours' facts that were looked at."""

    service: str
    tables: list[TableCompared]
    read: int
    seconds: float
    took_over: bool

    @property
    def is_equal(self) -> bool:
        """Whether every table has the rows that it had."""
        return all(table.is_equal for table in self.tables)


def catch_up(services: Sequence[Rebuildable]) -> None:
    """Bring all views, and what reacts to messages, up to date; the clock's work is left alone."""
    while sum(one.pump.step() + sum(intake.step() for intake in one.intakes) for one in services):
        pass


def rebuild(
    service: Rebuildable, *, take_over: bool = False, page: int = BATCH,
    on_progress: OnProgress = lambda _service, _done, _total: None,
) -> ServiceRebuilt:  # fmt: skip
    """Rebuild all views of a service up to where the running ones are, and compare.

    With ``take_over`` the rebuilt file replaces the running one, which must not be read any more.
    Raises ViewsNotSettled, ViewsInUse.
    """
    beside = service.views.path.with_suffix(".rebuilt.db")
    _remove(beside)
    fresh = Views(beside, [type(one)() for one in service.views.projections])
    since = time.perf_counter()
    try:
        read = _Feeding(service, fresh, page, on_progress).run()
        seconds = time.perf_counter() - since
        tables = _compare(service, fresh)
        fresh.close()
        if take_over:
            _replace(service.views, beside)
    finally:
        fresh.close()
        _remove(beside)
    return ServiceRebuilt(service.name, tables, read, seconds, take_over)


class _Feeding:
    """Own facts through the pump and neighbours' messages from their logs, a page of each in turn."""

    def __init__(self, service: Rebuildable, fresh: Views, page: int, on_progress: OnProgress) -> None:
        self._service, self._fresh, self._page, self._on_progress = service, fresh, min(page, BATCH), on_progress
        self._pump = Pump(service.name, service.store, fresh, Progress())
        self._sources: dict[str, Source] = {intake.source.source: intake.source for intake in service.intakes}
        self._goals = {source: self._goal(source) for source in (service.name, *self._sources)}
        self._reached = dict.fromkeys(self._goals, 0)

    def run(self) -> int:
        total = sum(self._goals.values())
        while self._reached != self._goals:
            for source, goal in self._goals.items():
                if self._reached[source] < goal:
                    self._feed(source, goal)
            self._on_progress(self._service.name, sum(self._reached.values()), total)
        return total

    def _goal(self, source: str) -> int:
        """How far the running views have read a log: all of them equally far."""
        hearing = self._hearing(source)
        positions = {self._service.views.tracked(one.tracking_name, source) for one in hearing}
        if len(positions) > 1:
            raise ViewsNotSettled(service=self._service.name, source=source)
        return positions.pop() if positions else 0

    def _hearing(self, source: str) -> list[Projection]:
        return [one for one in self._fresh.projections if source in one.hears]

    def _feed(self, source: str, goal: int) -> None:
        if source == self._service.name:
            self._reached[source] = min(self._reached[source] + self._page, goal)
            self._pump.step(upto=self._reached[source])
        else:
            self._hear(self._sources[source], goal)

    def _hear(self, source: Source, goal: int) -> None:
        page = source.messages(self._reached[source.source], min(self._page, goal - self._reached[source.source]))
        through = min(page.through, goal)
        with self._fresh.writing() as connection:
            for envelope in page.messages:
                message = catalogue.read(envelope)
                for projection in self._hearing(source.source) if message and envelope.position <= goal else ():
                    projection.project(connection, message, place_of(envelope))
            for projection in self._hearing(source.source):
                self._fresh.track(connection, projection.tracking_name, source.source, through)
        self._reached[source.source] = through


def _compare(service: Rebuildable, fresh: Views) -> list[TableCompared]:
    running, rebuilt = service.views.digests(), fresh.digests()
    return [
        TableCompared(
            service.name, projection.name, table.name, _count(fresh, table), running[table.name] == rebuilt[table.name]
        )
        for projection in fresh.projections
        for table in projection.metadata.sorted_tables
    ]


def _count(views: Views, table: Table) -> int:
    with views.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _replace(running: Views, beside: Path) -> None:
    """Put one file in the place of the other. A write-ahead log that stays behind would be played into the wrong
    file, so both give theirs up first, which only the last one who has a file open can do."""
    running.close()
    for path in (beside, running.path):
        _give_up_log(path)
    with open(beside, "rb") as file:
        os.fsync(file.fileno())
    os.replace(beside, running.path)
    folder = os.open(running.path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _give_up_log(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError as cause:
            raise ViewsInUse(path=str(path)) from cause
        if mode != "delete":
            raise ViewsInUse(path=str(path))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
