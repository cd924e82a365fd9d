"""Waiting for something that another thread or process does: as short as possible, and never for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE_SECONDS = 0.01
PATIENCE_SECONDS = 30.0
Seen = TypeVar("Seen")


def until(look: Callable[[], Seen], seconds: float = PATIENCE_SECONDS) -> Seen:
    """Look until there is something to be seen, and return it; what was seen last when the time is over first.

    Whoever waits asserts it, and says what it should have been: ``assert until(lambda: queue.is_empty), "it is left"``.
    """
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    return seen
