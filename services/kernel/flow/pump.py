"""The pump: a service's own log into its own views, in batches, rows and tracking in one transaction."""

from collections.abc import Sequence

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
        with self._views.writing() as connection:
            for projection in self._projections:
                seen = self._tracked[projection.tracking_name]
                self._project(connection, projection, [one for one in batch if one.position > seen])
        self._start = batch[-1].position
        for name, seen in self._tracked.items():
            self._tracked[name] = max(seen, self._start)
        self._progress.advance(self.source, self._start)
        return len(batch)

    def _project(self, connection, projection: Projection, fresh: Sequence[Recorded]) -> None:  # type: ignore[no-untyped-def]
        for one in fresh:
            projection.project(connection, one.fact, _place(self.source, one))
        if fresh:
            self._views.track(connection, projection.tracking_name, self.source, fresh[-1].position)


def _place(source: str, one: Recorded) -> Place:
    return Place(source, one.position, one.fact.recorded_at, one.fact.effective_at, one.fact.meta[3])
