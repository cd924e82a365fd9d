"""Waiting for the journal to grow."""

from collections.abc import Callable, Collection

from services.kernel.flow.watching import Places, Watch
from services.partners.domain.refusals import TooManyWait

PAUSE_SECONDS = 0.1
MOST_WAITING = 4
"""How many questions of one partner may wait at the same time in one process."""


def places() -> Places:
    """Of the questions that wait. Raises TooManyWait."""
    return Places(MOST_WAITING, lambda: TooManyWait(most=MOST_WAITING, retry_after_seconds=1))


class Growth(Watch[int]):
    """Wakes those who wait once the journal has grown beyond the position that each of them has seen."""

    def __init__(self, head: Callable[[], int]) -> None:
        def grown(positions: Collection[int]) -> Collection[int]:
            now = head()
            return [seen for seen in positions if now > seen]

        super().__init__(grown, PAUSE_SECONDS)
