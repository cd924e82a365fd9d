"""The pump: a service's own log into its own views, in batches, rows and tracking in one transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from ..store.eventstore import EventStore, Recorded
from .progress import Progress
from .projection import Place, Projection
from .views import Views

BATCH = 500


class Pump:
    """Feeds the projections that hear their own service. A projection drops what it has seen."""

    def __init__(self, source: str, store: EventStore, views: Views, progress: Progress) -> None:
        self.source, self._store, self._views, self._progress = source, store, views, progress
        self._projections = [one for one in views.projections if source in one.hears]
        self._tracked = {one.tracking_name: views.tracked(one.tracking_name, source) for one in self._projections}
        self._start = min(self._tracked.values(), default=store.recorder.position())
        progress.advance(source, self._start)

    def step(self, upto: int | None = None) -> int:
        """Project one batch; return how many facts it had."""
        batch = self._store.facts(self._start, BATCH, upto)
        if not batch:
            return 0
        happened: list[tuple[object, Place]] = [(one.fact, _place(self.source, one)) for one in batch]
        with self._views.writing() as connection:
            for projection in self._projections:
                seen = self._tracked[projection.tracking_name]
                self._project(connection, projection, [one for one in happened if one[1].position > seen])
        self._start = batch[-1].position
        for name, seen in self._tracked.items():
            self._tracked[name] = max(seen, self._start)
        self._progress.advance(self.source, self._start)
        return len(batch)

    def _project(self, connection: Connection, projection: Projection, fresh: Sequence[tuple[object, Place]]) -> None:
        if fresh:
            projection.project_all(connection, fresh)
            self._views.track(connection, projection.tracking_name, self.source, fresh[-1][1].position)


def _place(source: str, one: Recorded) -> Place:
    return Place(source, one.position, one.fact.recorded_at, one.fact.effective_at, one.fact.meta[3])
