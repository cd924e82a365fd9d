"""The entrance of a platform that runs apart: its first page, its one document, and whether all of it is ready."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
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

    Nothing may run beside it yet, and nothing be open that the process should not have. Raises RuntimeError when that
    process fails, which says why on standard error.
    """
    apart = get_context("fork")
    receiving, sending = apart.Pipe(duplex=False)
    helper = apart.Process(target=_send_description, args=(receiving, sending))
    helper.start()
    sending.close()
    try:
        return receiving.recv_bytes()
    except (EOFError, OSError) as failure:
        raise RuntimeError("The document of all operations could not be made.") from failure
    finally:
        helper.join()


def _send_description(receiving: Connection, sending: Connection) -> None:
    """In the helper: whoever started it may end, and then it ends too, without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    receiving.close()  # or nobody would ever seem to have left
    described = describe()
    with suppress(BrokenPipeError):
        sending.send_bytes(described)


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
