"""A client of one service's HTTP door, without a network; its tokens are names."""

import asyncio
from typing import Any
from uuid import UUID

import httpx

from services.kernel.doors.http import Door, application
from services.kernel.doors.limits import Rates
from services.kernel.doors.tokens import Identified
from services.kernel.refusals import Unauthenticated
from services.kernel.service import Service
from tests.support.scenario import ANNA, BORIS, NOON

PEOPLE = {"anna": ANNA, "boris": BORIS}


class Names:
    """A verifier of tokens that are names; "late" has expired."""

    def verify(self, token: str) -> Identified:
        if token not in PEOPLE:
            raise Unauthenticated()
        roles = frozenset({"operator"} if token == "boris" else set())
        return Identified(PEOPLE[token], roles, UUID(int=5), NOON)


class Client:
    """Speaks HTTP with the service's door, without a network."""

    def __init__(self, service: Service, rate: str = "") -> None:
        self.service, self.door = service, Door(service, Names(), Rates(rate))  # type: ignore[arg-type]
        self.app = application(self.door.routes())

    def all(self, *requests: dict[str, Any]) -> list[httpx.Response]:
        async def send() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://tally") as client:
                return [await client.request(**request) for request in requests]

        return asyncio.run(send())

    def __call__(self, method: str, url: str, token: str | None = "anna", **more: Any) -> httpx.Response:
        return self.all(asked(method, url, token, **more))[0]


def asked(method: str, url: str, token: str | None = "anna", **more: Any) -> dict[str, Any]:
    headers: dict[Any, Any] = {**({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}
    return {"method": method, "url": url, "headers": headers, **more}


def shape(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem; everything that each must have is checked on the way."""
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json", body
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:agora:problem:{body['code']}"
    assert len(body["detail"]) > 20
    return response.status_code, body["code"]
