"""The entrance of a platform that runs apart: its first page, its one document, and whether all of it is ready."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from multiprocessing import get_context
from typing import Any

import httpx
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.composition import SERVICES, blueprint_of
from services.kernel.doors.http import application
from services.kernel.doors.openapi import document
from services.serving import pages

ASK_SECONDS = 5.0


def entrance(described: bytes, processes: Sequence[str], client: httpx.AsyncClient) -> Starlette:
    """The pages that belong to no service.

    ``described`` is the document of all operations, ``processes`` are the addresses whose /readyz is asked.
    """
    own = [Route("/healthz", _alive), Route("/readyz", _ready(processes, client))]
    return application([*pages(described), *own])


def describe() -> bytes:
    """The one document of all operations; it takes the code of all services."""
    return orjson.dumps(document([blueprint_of(name) for name in SERVICES], prefix=True))


def describe_apart() -> bytes:
    """The same, made by a process that ends with it: a third of what the entrance would hold is code of services.

    Nothing may run beside it yet. Raises EOFError when that process fails, which says why on standard error.
    """
    apart = get_context("fork")
    receiving, sending = apart.Pipe(duplex=False)
    helper = apart.Process(target=lambda: sending.send_bytes(describe()))
    helper.start()
    sending.close()
    try:
        return receiving.recv_bytes()
    finally:
        helper.join()


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _ready(processes: Sequence[str], client: httpx.AsyncClient) -> Callable[[Request], Awaitable[Response]]:
    async def ready(_request: Request) -> Response:
        answers = await asyncio.gather(*(_ask(client, process) for process in processes))
        waiting = {process: said for process, said in zip(processes, answers, strict=True) if said}
        body = {"status": "waiting" if waiting else "ready", "processes": len(processes), "waiting": waiting}
        return JSONResponse(body, 503 if waiting else 200)

    return ready


async def _ask(client: httpx.AsyncClient, process: str) -> list[str]:
    """What keeps a process from being ready; empty when it is."""
    try:
        answer = await client.get(f"{process}/readyz", timeout=ASK_SECONDS)
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        return ["it does not answer"]
    if answer.status_code == httpx.codes.OK:
        return []
    return [str(one) for one in told.get("obstacles", ["it does not say why"])]
