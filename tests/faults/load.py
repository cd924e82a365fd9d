"""People who use the platform all the time, each doing one thing after the other; they can be asked to be quiet."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from tests.support.waiting import until

from .asking import PATIENCE_SECONDS, Caller, Wish
from .town import TERMS, Resident, Town

RESIDENTS, PACE_SECONDS = 8, 0.15


class Load:
    """Use it as a context; it ends with the block."""

    def __init__(self, caller: Caller, seed: int, residents: int = RESIDENTS) -> None:
        self.caller, self.town = caller, Town()
        self.residents = [Resident(self.town, seed * 1_000 + number) for number in range(residents)]
        self._running, self._ending = threading.Event(), threading.Event()
        self._busy: set[int] = set()
        self.trouble: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._live, args=[number], daemon=True) for number in range(len(self.residents))
        ]

    def __enter__(self) -> Self:
        first = self.residents[0].me
        terms = Wish(
            service="mall", operation="set_terms", path="/terms", person=first, body=TERMS, roles=("operator",)
        )  # fmt: skip
        assert self.caller.ask(terms), self.caller.codes
        self._running.set()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._running.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """For as long as the block lasts nobody asks for anything, and everybody has got an answer before."""
        self._running.clear()
        try:
            assert until(lambda: not self._busy, PATIENCE_SECONDS), "somebody is never answered"
            yield
        finally:
            self._running.set()

    def _live(self, number: int) -> None:
        resident = self.residents[number]
        wishes = iter(resident.beginning())
        try:
            while not self._ending.is_set():
                self._running.wait()
                self._busy.add(number)
                if self._running.is_set() and (wish := next(wishes, None) or resident.wish()) is not None:
                    self.caller.ask(wish)
                self._busy.discard(number)
                self._ending.wait(PACE_SECONDS if wish else 0.01)
        except BaseException as failure:  # noqa: BLE001  told by whoever looks
            self.trouble.append(failure)
        finally:
            self._busy.discard(number)
