"""Waiting for something that another thread or process does: as short as possible, and never for ever."""

import time
from collections.abc import Callable

PAUSE_SECONDS = 0.01


def until(holds: Callable[[], object], seconds: float = 20.0) -> bool:
    """Look until it holds; False when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
