"""Speaking to a platform that runs somewhere, over HTTP alone, with an operator's token."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from services.composition import operations_of
from services.kernel.doors.operation import Kind, Operation

from .caller import Command, Said, position_of
from .refusals import NotReached, TurnedAway

SERVICES = ("identity", "groups", "mall", "events")
"""Who takes in what is imported, and decides on it. Partners hear of it when they do."""
FAR_AHEAD = 10**15 - 1
ATTEMPTS = 6
TIMEOUT_SECONDS = 30.0


class OverHttp:
    """Repeats what got no answer (the key makes that safe), and waits when it is told to ask less often."""

    at_once = 32

    def __init__(self, client: httpx.AsyncClient) -> None:
        """``client`` has the address of the platform and the token: see ``connected``."""
        self._client = client
        self._rows = {name: operations_of(name) for name in SERVICES}
        self._latest: dict[str, int] = {}

    async def heads(self) -> dict[str, int]:
        """A service says how far it is when it is asked for a position that it cannot have."""
        reached = await asyncio.gather(*(self._reach(name, name, FAR_AHEAD) for name in SERVICES))
        return dict(zip(SERVICES, reached, strict=True))

    async def do(self, command: Command) -> int | Said:
        operation = self._rows[command.service][command.operation]
        path = f"/{command.service}{operation.path}"
        answer = await self._send(operation.method, path, json=command.fields, headers={"Idempotency-Key": command.key})
        body = _body(answer)
        if answer.status_code in (401, 403):
            raise TurnedAway(said=body.get("detail", ""), said_code=body.get("code", answer.status_code))
        if answer.status_code >= 400:
            said = str(body.get("detail", answer.text[:200]))
            return Said(str(body.get("code", answer.status_code)), f"{said} {body.get('errors') or ''}".strip())
        position = position_of(body)
        self._latest[command.service] = max(position, self._latest.get(command.service, 0))
        return position

    async def catch_up(self) -> None:
        for source, position in self._latest.items():
            await asyncio.gather(*(self._wait(name, source, position) for name in SERVICES))

    async def ask(self, service: str, operation: str, **fields: str) -> dict[str, Any]:
        answer = await self._send("GET", f"/{service}{self._rows[service][operation].path}", params=fields)
        body = _body(answer)
        if answer.status_code != 200:
            raise TurnedAway(said=body.get("detail", ""), said_code=body.get("code", answer.status_code))
        return body

    async def _wait(self, reader: str, source: str, position: int) -> None:
        """As long as it comes closer, it will arrive."""
        before, standstills = -1, 0
        while (reached := await self._reach(reader, source, position)) < position:
            standstills = standstills + 1 if reached == before else 0
            if standstills == ATTEMPTS:
                raise NotReached(url=self._client.base_url)
            before = reached

    async def _reach(self, reader: str, source: str, position: int) -> int:
        """How far a service can read a source: at least ``position``, or what it reached within its own patience."""
        path = f"/{reader}{_simple_query(self._rows[reader]).path}"
        answer = await self._send("GET", path, params={"after": f"{source}:{position}"})
        body = _body(answer)
        if answer.status_code == 504:
            return int(str(body["reached"]).rpartition(":")[2])
        if answer.status_code == 400:  # a service that does not read this source need not wait for it
            return position
        if answer.status_code != 200:
            raise TurnedAway(said=body.get("detail", ""), said_code=body.get("code", answer.status_code))
        return position

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        failures = 0
        while True:
            try:
                answer = await self._client.request(method, path, **more)
            except httpx.TransportError as cause:
                failures += 1
                if failures >= ATTEMPTS:
                    raise NotReached(url=self._client.base_url) from cause
                await asyncio.sleep(0.1 * 2**failures)
                continue
            if answer.status_code == 429:
                await asyncio.sleep(int(answer.headers.get("retry-after", "1")))
            elif answer.status_code in (500, 502, 503) and (failures := failures + 1) < ATTEMPTS:
                await asyncio.sleep(0.1 * 2**failures)
            elif answer.status_code in (500, 502, 503):
                raise NotReached(url=self._client.base_url)
            else:
                return answer


def connected(url: str, token: str) -> httpx.AsyncClient:
    """A client for the platform at an address, with an operator's token. Raises NotReached."""
    limits = httpx.Limits(max_connections=OverHttp.at_once)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        return httpx.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_SECONDS, limits=limits)
    except httpx.InvalidURL as cause:
        raise NotReached(url=url) from cause


def _simple_query(rows: Mapping[str, Operation]) -> Operation:
    """A query that anybody may ask and that needs no field: to be asked with ``?after=``."""
    return next(
        row
        for row in rows.values()
        if row.kind is Kind.QUERY and not row.policy.signed_in and "{" not in row.path and not _requires(row)
    )


def _requires(row: Operation) -> bool:
    return any(field.required for field in row.takes().fields.values())


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
