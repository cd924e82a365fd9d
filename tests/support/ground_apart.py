"""The platform in separate processes as everybody stands on it: asked over HTTP, waited for, looked into."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from services.composition import SERVICES, blueprint_of, clock_of
from services.kernel.blueprint import Blueprint
from tests.support.ground import Ground
from tests.support.platform_apart import PAYMENTS_SECRET, PlatformApart
from tests.support.process import PLAIN
from tests.support.servers.provisioning import Servers
from tests.support.still_provider import StillProvider, StillProviderServer
from tests.support.waiting import until

SETTLE_SECONDS = 60.0
MANY_BYTES = 3_000_000
STATE = """
SELECT position, (SELECT json_object_agg(reader, position) FROM facts.tracking),
       (SELECT json_object_agg(view || ' ' || source, position) FROM views.view_tracking),
       (SELECT count(*) FROM facts.due WHERE wake_at <= %s)
FROM facts.head
"""
WRITTEN = """
SELECT position, (SELECT count(*) FROM facts.commands), (SELECT count(*) FROM facts.sides),
       (SELECT count(*) FROM facts.parked)
FROM facts.head
"""
SNAPSHOT = "SELECT pg_current_snapshot()::text"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    """Where one service is: its log, how far it has come with each log, and how much is due."""

    head: int
    tracked: dict[str, int]
    views: dict[str, int]
    due: int


@dataclass(frozen=True, slots=True)
class Watched:
    """One service, as its database shows it to a superuser."""

    blueprint: Blueprint
    session: psycopg.Connection[Any]
    reacts_to: set[str] = field(default_factory=set)

    def state(self, now: datetime) -> State:
        """As of this moment."""
        microseconds = int((now - EPOCH).total_seconds() * 1_000_000)
        row = self.session.execute(STATE, (microseconds,)).fetchone()
        assert row is not None
        return State(row[0], row[1] or {}, row[2] or {}, row[3])

    def is_behind(self, state: State, heads: dict[str, int]) -> bool:
        """Whether it has anything left to do about these logs."""
        views = [
            (state.views.get(f"{view().tracking_name} {source}", 0), source)
            for view in self.blueprint.projections
            for source in view.hears
        ]
        reactions = [(state.tracked.get(source, 0), source) for source in self.reacts_to]
        return bool(state.due) or any(reached < heads[source] for reached, source in (*views, *reactions))


class Apart(Ground):
    """``Ground`` over a PlatformApart of its own, whose workers see to what follows: it is waited for."""

    def __init__(self, data: Path, servers: Servers, **environment: str) -> None:
        super().__init__()
        self.secret = PAYMENTS_SECRET
        self._held = ExitStack()
        self._asked = self._held.enter_context(StillProviderServer())
        made = PlatformApart(data, servers, payments_url=self._asked.url, **environment)
        self.platform = self._held.enter_context(made)
        self.token_key = Path(self.platform.environment["AGORA_TOKEN_KEY"])
        self._runner = self._held.enter_context(asyncio.Runner())
        self._client = self._held.enter_context(httpx.Client(base_url=made.url, timeout=60, **PLAIN))
        self._clock = clock_of(made.settings())
        self._watched = {name: self._watch(name) for name in SERVICES}
        self._snapshot: Any = None
        self._counted: list[Any] = []

    def now(self) -> datetime:
        """See Ground."""
        return self._clock.now()

    def close(self) -> None:
        """See Ground."""
        self._held.close()

    def _provider(self) -> StillProvider:
        return self._asked

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        if isinstance(more.get("content"), AsyncIterator):
            more["content"] = iter(self._runner.run(_beginning(more["content"])))
        return self._client.request(method, path, **more)

    def _work_off(self) -> None:
        """Until all workers have dealt with all that is stored."""
        assert until(self._is_settled, SETTLE_SECONDS), {name: self._state(name) for name in SERVICES}

    def _stored(self) -> list[Any]:
        """Of every service its position, and how much its commands have left.

        Where no transaction of the server has ended since, nothing is counted again: a snapshot stands for all rows
        of all its databases that anybody can see.
        """
        row = self._watched[SERVICES[0]].session.execute(SNAPSHOT).fetchone()
        if row != self._snapshot:
            self._snapshot = row
            self._counted = [watched.session.execute(WRITTEN).fetchone() for watched in self._watched.values()]
        return self._counted

    def _is_settled(self) -> bool:
        """Nobody is behind the logs, and no log has moved while that was looked at."""
        states = {name: self._state(name) for name in SERVICES}
        heads = {name: state.head for name, state in states.items()}
        if any(self._watched[name].is_behind(state, heads) for name, state in states.items()):
            return False
        return heads == {name: self._state(name).head for name in SERVICES}

    def _state(self, name: str) -> State:
        return self._watched[name].state(self.now())

    def _watch(self, name: str) -> Watched:
        database = self.platform.settings().database_of(name).rpartition("/")[2]
        session = self._held.enter_context(self.platform.servers.postgres().connect(database))
        blueprint = blueprint_of(name)
        return Watched(blueprint, session, {kind.SERVICE for kind in blueprint.reactions})


async def _beginning(endless: AsyncIterator[bytes]) -> list[bytes]:
    """Much more than any service takes: over a network, the client reads the answer when it has sent everything."""
    parts: list[bytes] = []
    async for part in endless:
        parts.append(part)
        if len(parts) * len(part) > MANY_BYTES:
            break
    return parts
