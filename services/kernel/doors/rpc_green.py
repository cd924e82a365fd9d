"""Green threads: what has to be done before anything else in the process of the nameko door, and the proof of it.

nameko runs on eventlet, which puts its own, cooperative parts in the place of those of the standard library that block.
psycopg waits in C for a database unless it is told otherwise, and would stop the whole process meanwhile.

    from services.kernel.doors.rpc_green import go_green
    go_green()
    from services.kernel.doors.rpc_running import run
"""

import os
import sys
import threading
import warnings
from collections.abc import Callable

from ..refusals import Conflicting

WAIT_FUNCTION = "wait_selector"
TOO_EARLY = ("amqp", "asyncio", "httpx", "kombu", "nameko", "psycopg", "psycopg_pool", "sqlalchemy")
TICK_SECONDS = 0.01
FEWEST_TICKS = 3


class TooLateToGoGreen(Conflicting):
    """Modules that keep hold of blocking parts were loaded before they could be replaced."""

    sentence = "{modules} came first; go_green() has to be the first thing that the process of the nameko door does."


class NotGreen(Conflicting):
    """The process would stand still whenever one of its threads waits."""

    sentence = "This process is not fit for the nameko door, since {reason}; call go_green() first of all."


def go_green() -> None:
    """Replace what blocks. Raises TooLateToGoGreen."""
    if early := [name for name in TOO_EARLY if name in sys.modules]:
        raise TooLateToGoGreen(modules=", ".join(early))
    os.environ["PSYCOPG_WAIT_FUNC"] = WAIT_FUNCTION
    # The system looks names up, as for every other process: eventlet's own resolver holds seven megabytes, and a name
    # is looked up only when the line to the broker has broken, when there is nothing else to do.
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # eventlet says with every start that it is on its way out; so does nameko
        import eventlet  # type: ignore[import-untyped]

        eventlet.monkey_patch()


def prove_green(trial: Callable[[], object] | None = None) -> None:
    """That other threads go on while one waits. Raises NotGreen.

    ``trial`` waits for the database for a third of a second (``SELECT pg_sleep(0.3)``) on a connection that is open.
    """
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is None or not (patcher.is_monkey_patched("socket") and patcher.is_monkey_patched("thread")):
        raise NotGreen(reason="the standard library blocks")
    if _waits_in_c():
        raise NotGreen(reason="psycopg waits in C")
    if trial is not None and _ticks_during(trial) < FEWEST_TICKS:
        raise NotGreen(reason="nothing else goes on while it asks its database")


def _ticks_during(trial: Callable[[], object]) -> int:
    """How often another thread gets its turn meanwhile."""
    ticks, over = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not over.wait(TICK_SECONDS):
            ticks += 1

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    try:
        trial()
    finally:
        over.set()
        ticking.join()
    return ticks


def _waits_in_c() -> bool:
    waiting = sys.modules.get("psycopg.waiting")
    return waiting is not None and getattr(waiting.wait, "__name__", "") != WAIT_FUNCTION
