"""All services of a platform that runs apart, open in one process: for an operator at a console.

It stores like any other process, and leaves reading, reacting and what is due to the workers.
"""

import time
from contextlib import ExitStack
from typing import Self

from services.apart.opening import ensure_apart, open_in
from services.composition import SERVICES, clock_of
from services.kernel.refusals import Unready
from services.kernel.service import Service
from services.settings import Settings

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05


class WorkersBehind(Unready):
    """The workers do not take in what was stored."""

    sentence = (
        "The worker of {service} has not moved for {seconds} seconds; start it with 'agora work {service}', "
        "or see what its /readyz says."
    )


class Console:
    """The services of a platform apart. Use it as a context; ``settle`` waits for the workers.

    Raises NotApart, and what opening a service raises.
    """

    def __init__(self, settings: Settings) -> None:
        ensure_apart(settings)
        self.settings, self.clock = settings, clock_of(settings)
        with ExitStack() as held:
            self.services: dict[str, Service] = {name: open_in(held, name, settings) for name in SERVICES}
            self._held = held.pop_all()

    def settle(self, most_rounds: int = 1_000_000) -> int:  # noqa: ARG002  the workers work; this only waits
        """Wait until the workers have dealt with all that is stored; 0, since nothing is left then.

        Raises WorkersBehind when one does not move.
        """
        since, before = time.monotonic(), self._behind()
        while before:
            time.sleep(LOOK_SECONDS)
            now = self._behind()
            if now != before:
                since, before = time.monotonic(), now
            elif time.monotonic() - since > PATIENCE_SECONDS:
                raise WorkersBehind(service=next(iter(before)), seconds=int(PATIENCE_SECONDS))
        return 0

    def _behind(self) -> dict[str, list[int]]:
        """By service, how far its views and reactions are behind each log, and how much is due."""
        heads = {name: service.recorder.position() for name, service in self.services.items()}
        found = {name: self._behind_of(service, heads) for name, service in self.services.items()}
        return {name: behind for name, behind in found.items() if any(behind)}

    def _behind_of(self, service: Service, heads: dict[str, int]) -> list[int]:
        views = [heads[source] - service.progress.look(source) for source in service.sources]
        reactions = [heads[source] - service.recorder.tracked(source) for source in service.heard]
        return [*views, *reactions, len(service.recorder.due(self.clock.now(), 1000))]

    def close(self) -> None:
        """Let go of the databases."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
