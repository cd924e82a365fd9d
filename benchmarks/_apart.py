"""A platform whose services run apart, for a benchmark: goods in its mall, a provider that costs next to nothing."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from _platform import goods
from _servers import BenchServers
from _showing import doing

from services.composition import SERVICES, blueprint_of
from tests.support.ground_apart import Watched
from tests.support.platform_apart import PlatformApart

SETTLING = "benchmarks._settling"
NO_PROVIDER = "http://127.0.0.1:9"
"""Its worker asks one within its process instead."""
PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.1


class Watching:
    """Waits until all that follows from a load has been done, so that the next round begins like the first."""

    def __init__(self, platform: PlatformApart) -> None:
        self._held = ExitStack()
        self._watched: dict[str, Watched] = {}
        for name in SERVICES:
            database = platform.settings().database_of(name).rpartition("/")[2]
            session = self._held.enter_context(platform.servers.postgres().connect(database))
            blueprint = blueprint_of(name)
            self._watched[name] = Watched(blueprint, session, {kind.SERVICE for kind in blueprint.reactions})

    def settle(self) -> None:
        """Take away what is due in the mall, then wait for views, reactions and relays."""
        self._watched["mall"].session.execute("DELETE FROM facts.due")
        deadline = time.monotonic() + PATIENCE_SECONDS
        with doing("waiting for the workers"):
            while behind := self._behind():
                if time.monotonic() > deadline:
                    raise SystemExit(f"these do not get on: {', '.join(behind)}")
                time.sleep(LOOK_SECONDS)

    def _behind(self) -> list[str]:
        states = {name: one.state(datetime.now(UTC)) for name, one in self._watched.items()}
        heads = {name: state.head for name, state in states.items()}
        return [
            name
            for name, state in states.items()
            if self._watched[name].is_behind(state, heads) or state.tracked.get("relay", 0) < state.head
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._held.close()


@contextmanager
def market(servers: BenchServers, listings: int) -> Iterator[tuple[PlatformApart, list[str]]]:
    """A platform with so many listings that never sell out, and their ids."""
    with tempfile.TemporaryDirectory(prefix="agora-bench-") as directory:
        with doing("starting the services"):
            platform = PlatformApart(Path(directory), servers, payments_url=NO_PROVIDER, is_sandbox=False)
        with platform:
            platform.stop("mall.work")
            platform.start("mall.work", program=SETTLING)
            yield platform, goods(platform, listings)


def address_of(platform: PlatformApart, service: str) -> str:
    """Where a service itself listens: the proxy in front is a stand-in, and no part of what is measured."""
    return f"http://127.0.0.1:{platform.ports[f'{service}.serve']}"
