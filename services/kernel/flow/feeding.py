"""Feeding views that are rebuilt with what the running ones have: own facts and neighbours' messages."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from services.contracts import catalogue
from services.contracts.envelope import Envelope

from ..refusals import Conflicting
from ..store.eventstore import EventStore
from . import intake, parking
from .intake import Source
from .progress import Progress
from .projection import DROPPED, Projection
from .pump import Pump
from .views import Views

OnProgress = Callable[[str, int, int], None]
"""Told a service, how many facts and messages were read, and how many there are."""


class ViewsNotSettled(Conflicting):
    """The running views do not have one position in a log, because a worker is stuck before one of them."""

    sentence = (
        "The views of {service} have not all read the log of {source} equally far; start it and see what it says."
    )


class Fed(Protocol):
    """A service, as far as its views are made from it."""

    name: str
    store: EventStore
    views: Views


class Feeding:
    """Own facts through the pump and neighbours' messages from their logs, a page of each in turn."""

    def __init__(
        self, service: Fed, sources: Iterable[Source], fresh: Views, page: int, on_progress: OnProgress
    ) -> None:
        self._service, self._fresh, self._page, self._on_progress = service, fresh, page, on_progress
        self._pump = Pump(service.name, service.store, fresh, Progress())
        self._sources = {source.source: source for source in sources}
        self._reached = dict.fromkeys((service.name, *self._sources), 0)
        self._left_out = LeftOut(service)
        self.seconds = 0.0

    @property
    def read(self) -> int:
        """How many own facts and neighbours' facts were looked at."""
        return sum(self._reached.values())

    def catch_up(self) -> int:
        """Read on to where the running views are; return how far that was. Raises ViewsNotSettled."""
        since, before = time.perf_counter(), self.read
        goals = self._goals()
        self._take_in(self._left_out.no_longer(), {})
        while self._reached != goals:
            for source, goal in goals.items():
                if self._reached[source] < goal:
                    self._feed(source, goal)
            self._on_progress(self._service.name, self.read, sum(goals.values()))
        self.seconds += time.perf_counter() - since
        return self.read - before

    def _goals(self) -> dict[str, int]:
        """How far the running views have read each log: all of them equally far."""
        goals, running = {}, self._service.views
        with running.reading() as connection:
            for source in self._reached:
                positions = set(running.positions_in(connection, source).values())
                if len(positions) > 1:
                    raise ViewsNotSettled(service=self._service.name, source=source)
                goals[source] = positions.pop() if positions else 0
            self._left_out.look(running.all_tracked_in(connection))
        return goals

    def _feed(self, source: str, goal: int) -> None:
        if source == self._service.name:
            self._reached[source] = min(self._reached[source] + self._page, goal)
            self._pump.step(upto=self._reached[source])
        else:
            self._hear(self._sources[source], goal)

    def _hear(self, source: Source, goal: int) -> None:
        name, after = source.source, self._reached[source.source]
        page = source.messages(after, min(self._page, intake.BATCH, goal - after))
        self._reached[name] = min(page.through, goal)
        heard = [envelope for envelope in page.messages if envelope.position <= goal]
        due = [(one, envelope) for one in self._fresh.hearing(name) for envelope in self._left_out.without(one, heard)]
        self._take_in(due, {name: self._reached[name]})

    def _take_in(self, due: Iterable[tuple[Projection, Envelope]], reached: dict[str, int]) -> None:
        with self._fresh.writing() as connection:
            for projection, envelope in due:
                if message := catalogue.read(envelope):
                    projection.project(connection, message, parking.place_of(envelope))
            for source, through in reached.items():
                names = [one.tracking_name for one in self._fresh.hearing(source)]
                self._fresh.track_all(connection, source, dict.fromkeys(names, through))


class LeftOut:
    """What the running views have not taken from the streams of their neighbours: what is parked, or was dropped."""

    def __init__(self, service: Fed) -> None:
        self._recorder = service.store.recorder
        self._tracked: dict[tuple[str, str], int] = {}
        self._parked: dict[str, str] = {}
        self._waiting: list[tuple[Projection, Envelope]] = []

    def look(self, tracked: dict[tuple[str, str], int]) -> None:
        """See what is so at this moment; ``tracked`` is all that is tracked of the running views."""
        rows = self._recorder.parked(self._recorder.parked_count())
        self._tracked, self._parked = tracked, {row.name: row.stage for row in rows}

    def without(self, projection: Projection, heard: Sequence[Envelope]) -> Iterator[Envelope]:
        """Those messages that a view has."""
        for envelope in heard:
            if self._has(projection, envelope):
                yield envelope
            else:
                self._waiting.append((projection, envelope))

    def no_longer(self) -> list[tuple[Projection, Envelope]]:
        """What was left out, and was taken in since then."""
        taken = [one for one in self._waiting if self._has(*one)]
        self._waiting = [one for one in self._waiting if one not in taken]
        return taken

    def _has(self, projection: Projection, envelope: Envelope) -> bool:
        done = self._tracked.get((projection.done_name(envelope.id), envelope.source))
        if done is not None:
            return done != DROPPED
        stage = self._parked.get(envelope.id)
        return stage is None or stage in parking.SEEN_BY_VIEWS
