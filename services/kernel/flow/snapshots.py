"""Snapshots are a cache taken by the worker, never inside a save: an error here refuses no command."""

from uuid import UUID

import structlog

from ..store.eventstore import EventStore, kind_of

EVERY_VERSIONS = 100
BATCH = 500
log = structlog.get_logger()


class Snapshots:
    """Takes a snapshot of an aggregate whenever its version passes a multiple of ``EVERY_VERSIONS``."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._start = store.recorder.position()

    def step(self) -> int:
        """Look at one batch of new facts; return how many."""
        rows = self._store.recorder.select_notifications(self._start, BATCH)
        for row in rows:
            if row.originator_version % EVERY_VERSIONS == 0:
                self._take(row.topic, UUID(str(row.originator_id)))
        if rows:
            self._start = rows[-1].id
        return len(rows)

    def _take(self, topic: str, originator_id: UUID) -> None:
        try:
            self._store.take_snapshot(kind_of(topic), originator_id)
        except Exception:  # it is only a cache: without it the aggregate is replayed from its first fact
            log.exception("no snapshot", topic=topic, aggregate=str(originator_id))
