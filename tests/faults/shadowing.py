"""I-03, I-04: somebody who reads every log by position all the time, whatever is killed meanwhile."""

import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, Self

import psycopg

from services.composition import SERVICES
from tests.support.onlooker import Onlooker
from tests.support.waiting import until

from .checks import Wrongs
from .ground import Ground
from .stored import Store

PAUSE_SECONDS, CATCH_UP_SECONDS, PAGE = 0.05, 30.0, 1_000
NEXT = "SELECT position FROM facts.facts WHERE position > %s ORDER BY position LIMIT %s"
Session = psycopg.Connection[Any]


class Shadow:
    """Goes on from the highest position that it has seen, as every reader does: what becomes visible below it later is
    missed for good. Use it as a context."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._stopping = ground, threading.Event()
        self.seen: dict[str, list[int]] = {service: [] for service in SERVICES}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def missed(self, stores: Mapping[str, Store]) -> Wrongs:
        """What lies in the stores, which are at rest, and was never seen."""
        stored = {name: [fact.position for fact in store.facts] for name, store in stores.items()}
        until(lambda: all(self.seen[name][-1:] == found[-1:] for name, found in stored.items()), CATCH_UP_SECONDS)
        return Wrongs(lost=[told for name, found in stored.items() for told in missing(name, found, self.seen[name])])

    def _run(self) -> None:
        """Until it is told to stop; a server that is away is asked again."""
        while not self._stopping.is_set():
            try:
                with ExitStack() as held:
                    self._read(held)
            except psycopg.Error:
                self._stopping.wait(PAUSE_SECONDS)

    def _read(self, held: ExitStack) -> None:
        connect, onlooker = self._ground.servers.postgres().connect, Onlooker(self._ground)
        held.callback(onlooker.close)
        sessions: dict[str, Session] = {
            name: held.enter_context(connect(onlooker.database(name))) for name in SERVICES
        }  # fmt: skip
        while not self._stopping.wait(PAUSE_SECONDS):
            for name, session in sessions.items():
                seen = self.seen[name]
                seen += [position for (position,) in session.execute(NEXT, (seen[-1] if seen else 0, PAGE)).fetchall()]


def missing(service: str, stored: Iterable[int], seen: Iterable[int]) -> list[str]:
    """In words, the positions of a log that its reader has not seen."""
    never = sorted(set(stored) - set(seen))
    return [f"who reads the log of {service} all the time has missed {never[:5]}"] if never else []
