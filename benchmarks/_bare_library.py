"""The yardstick: the bare eventsourcing library saving one-event aggregates into SQLite, one thread, no command row."""

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate


class Thing(Aggregate):
    """An aggregate whose one event carries about as much as an order's."""

    def __init__(self, buyer: str, title: str, price_minor: int) -> None:
        self.buyer, self.title, self.price_minor = buyer, title, price_minor


def saves_per_second(directory: Path, seconds: float) -> float:
    """How many one-event aggregates it saves in a second, each in a transaction of its own."""
    os.environ.update(PERSISTENCE_MODULE="eventsourcing.sqlite", SQLITE_DBNAME=str(directory / "bare.db"))
    application: Application[UUID] = Application()
    begun, saved = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        application.save(Thing(str(uuid4()), "a fishing rod", 12990))
        saved += 1
    took = time.perf_counter() - begun
    application.close()
    return saved / took
