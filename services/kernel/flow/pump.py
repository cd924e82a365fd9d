"""The pump: a service's own log into its own views, in batches, rows and tracking in one transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from ..store.eventstore import EventStore, Recorded
from .progress import Progress
from .projection import Place
from .views import Views

BATCH = 2_000
"""Facts that views take at once. What a page costs, whatever is in it, is what two hundred facts cost."""


class Pump:
    """Feeds the projections that hear their own service. A projection drops what it has seen.

    How far each one is stands in the database alone, and is read in the transaction that writes: another process
    may have moved the views meanwhile. What is remembered here says where to read on, no more.
    """

    def __init__(self, source: str, store: EventStore, views: Views, progress: Progress) -> None:
        self.source, self._store, self._views, self._progress = source, store, views, progress
        with views.glancing() as connection:
            self._start = min(views.positions_in(connection, source).values(), default=store.recorder.position())
        progress.advance(source, self._start)

    def step(self, upto: int | None = None) -> int:
        """Project one batch; return how many facts it had."""
        batch = self._store.facts(self._start, BATCH, upto)
        if not batch:
            return 0
        with self._views.writing() as connection:
            tracked = self._views.positions_in(connection, self.source)
            if min(tracked.values(), default=self._start) >= self._start:  # else it misses what lies before this batch
                tracked |= self._project(connection, batch, tracked)
        self._start = min(tracked.values(), default=batch[-1].position)
        self._progress.advance(self.source, self._start)
        return len(batch)

    def _project(self, connection: Connection, batch: Sequence[Recorded], tracked: dict[str, int]) -> dict[str, int]:
        hearing = self._views.hearing(self.source)
        kept = {kind for kind in {one.kind for one in batch} if any(view.method_for(kind) for view in hearing)}
        needed = self._store.open([one for one in batch if one.kind in kept])
        happened = [(one.fact, _place(self.source, one)) for one in needed]
        for projection in hearing:
            seen = tracked[projection.tracking_name]
            if fresh := happened if seen <= self._start else [one for one in happened if one[1].position > seen]:
                projection.project_all(connection, fresh)
        moved = {name: batch[-1].position for name, seen in tracked.items() if seen < batch[-1].position}
        self._views.track_all(connection, self.source, moved)
        return moved


def _place(source: str, one: Recorded) -> Place:
    return Place(source, one.position, one.fact.recorded_at, one.fact.effective_at, one.fact.meta[3])
