"""How many facts a second all views of the mall are rebuilt from, on one core, beside the bare reading of the rows.

This process and all processes of the server share one core, where the server is ours; both rounds have the same.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import psycopg
from _history import copy_block, record_block
from _mall_store import NAME, MallStore, mall_store
from _results import Figure
from _servers import BenchServers, DurablePostgres, durability, servers
from _showing import Aim, alternating, show
from _sizes import size

from services.kernel.flow.rebuild import rebuild

COPIES = size("REBUILD_COPIES", 4, 0)
PAGE = 500
AIM = 10_000
"""So many facts a second at least."""


def rebuilt(store: MallStore) -> float:
    """Facts a second. Raises SystemExit when a view comes out otherwise than the running one."""
    found = rebuild(store.service)
    if not found.is_equal or found.read != store.facts:
        raise SystemExit(f"the rebuilt views differ from the running ones: {found}")
    return found.read / found.seconds


def read(store: MallStore) -> float:
    """Rows a second, page after page as a rebuild takes them, by the driver alone."""
    asked = (
        "SELECT position, originator_id, originator_version, topic, state FROM facts.facts"
        " WHERE position > %s ORDER BY position LIMIT %s"
    )
    after = count = 0
    begun = time.perf_counter()
    with psycopg.connect(store.databases.database_of(NAME), autocommit=True) as connection:
        while rows := connection.execute(asked, (after, PAGE), binary=True, prepare=True).fetchall():
            after, count = rows[-1][0], count + len(rows)
    if count != store.facts:
        raise SystemExit(f"{count} of {store.facts} rows were read")
    return count / (time.perf_counter() - begun)


@contextmanager
def on_cores(started: BenchServers, cores: Collection[int]) -> Iterator[None]:
    """This process and the server run on these cores alone, for as long as the block lasts."""
    server, before = started.postgres(), os.sched_getaffinity(0)
    pins: list[Callable[[Collection[int]], None]] = [lambda chosen: os.sched_setaffinity(0, chosen)]
    if isinstance(server, DurablePostgres):
        pins.append(server.pin)
    for pin in pins:
        pin(cores)
    try:
        yield
    finally:
        for pin in pins:
            pin(before)


def main() -> None:
    """Measure and print."""
    with servers() as started, mall_store(started.postgres()) as store:
        record_block(store)
        copy_block(store, range(1, COPIES + 1))
        store.show()
        store.rest()
        with on_cores(started, {min(os.sched_getaffinity(0))}):
            found = alternating("rebuild", lambda: rebuilt(store), lambda: read(store))
        facts, views, said = store.facts, len(store.service.views.projections), durability(started.postgres())
    figure = Figure.of("rebuild", "facts/s", found.ours, found.yardstick)
    show(
        "Views rebuilt from the first fact",
        [Aim(figure, AIM, "the bare rows, a page at a time, by the driver alone", of_value=True)],
        f"{facts:,} facts, {views} views, on one core; every row came out as in the running views.",
        said,
    )


if __name__ == "__main__":
    main()
