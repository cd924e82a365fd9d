"""Everything of a service in the thread of whoever asks: nothing waits, nothing sleeps, nothing runs beside."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from services.kernel.flow import intake
from services.kernel.store.commit import GroupCommit, Ticket


@contextmanager
def one_thread(commit: Callable[[], int]) -> Iterator[None]:
    """Whoever waits for a commit makes it: ``commit`` stores what has gathered anywhere."""

    def wait(ticket: Ticket) -> None:
        while not ticket.done:
            assert commit(), "nothing is left to be stored, and somebody waits"

    async def settled(ticket: Ticket) -> None:
        await asyncio.sleep(0)  # others decide meanwhile, and are stored together with this one
        wait(ticket)

    replaced: list[tuple[Any, str, Any]] = [
        (GroupCommit, "start", lambda *_: None), (Ticket, "wait", wait), (Ticket, "settled", settled),
        (time, "sleep", lambda _seconds: None), (intake, "pause", lambda _seconds: None),
    ]  # fmt: skip
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, value in replaced:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
