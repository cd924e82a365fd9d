"""Everything that happens by chance in one history, from one seed."""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Choice = TypeVar("Choice")


class Crash(BaseException):
    """The process of a service is gone: nobody catches this but the world."""


class Chance:
    """Dice. ``faults`` are off in the end, when everything is to come right."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.faults = True

    def once_in(self, times: int) -> bool:
        """True once in so many times."""
        return self._random.randrange(times) == 0

    def goes_wrong(self, once_in: int) -> bool:
        """The same for a fault: never when there are none any more."""
        return self.faults and self.once_in(once_in)

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """One of these."""
        return choices[self._random.randrange(len(choices))]

    def between(self, least: int, most: int) -> int:
        """A number, both ends included."""
        return self._random.randint(least, most)

    def may_die(self, once_in: int = 150) -> None:
        """A place at which the process may die. Raises Crash."""
        if self.goes_wrong(once_in):
            raise Crash


@contextmanager
def same_ids(seed: int) -> Iterator[None]:
    """Ids that are drawn for as long as the block lasts follow from the seed, so that a history can be played again."""
    drawn, urandom = random.Random(f"ids of {seed}"), os.urandom
    os.urandom = drawn.randbytes
    try:
        yield
    finally:
        os.urandom = urandom
