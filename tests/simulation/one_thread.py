"""Everything of a service in the thread of whoever asks: nothing waits, nothing sleeps, nothing runs beside."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from services.kernel.flow import intake, sqlite_views
from services.kernel.flow.sqlite_views import _engine
from services.kernel.store.commit import GroupCommit, Ticket

from .chance import Chance, Crash

COMPILED: dict[Any, Any] = {}
"""Statements of views, compiled once for all the times that a service is opened."""


@contextmanager
def one_thread(commit: Callable[[], int], chance: Chance) -> Iterator[None]:
    """Whoever waits for a commit makes it: ``commit`` stores what has gathered anywhere.

    Of a batch in which the process died nothing is left to be stored: whoever waits for it dies as well.
    """

    def wait(ticket: Ticket) -> None:
        while not ticket.done:
            if not commit():
                assert chance.faults, "nothing is left to be stored, and somebody waits"
                raise Crash

    async def settled(ticket: Ticket) -> None:
        await asyncio.sleep(0)  # others decide meanwhile, and are stored together with this one
        wait(ticket)

    def engine_of(path: Path) -> Engine:
        return _engine(path).execution_options(compiled_cache=COMPILED)

    replaced: list[tuple[Any, str, Any]] = [
        (GroupCommit, "start", lambda *_: None), (Ticket, "wait", wait), (Ticket, "settled", settled),
        (time, "sleep", lambda _seconds: None), (intake, "pause", lambda _seconds: None),
        (sqlite_views, "_engine", engine_of),
    ]  # fmt: skip
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, value in replaced:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
