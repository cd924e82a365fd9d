"""A reverse proxy as a program: one address for a platform whose services run apart, as nginx gives it.

``python -m tests.support.front PORT '{"mall": "http://127.0.0.1:8000", "": "http://127.0.0.1:8001"}'``: a request goes
to the service that the first part of its path names, everything else to the entrance, named "".
Bodies are passed on as they come, in both directions, and targets exactly as they were sent.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpcore
import uvicorn

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
OF_ONE_CONNECTION = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer"})
IDLE_SECONDS = 3.0
MOST_CONNECTIONS = 200


class Front:
    """An ASGI application that passes everything on."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = {name: httpcore.URL(url) for name, url in places.items()}
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=MOST_CONNECTIONS, max_keepalive_connections=100, keepalive_expiry=IDLE_SECONDS
        )
        # Whoever waits for a connection waits here: the pool looks at each connection for each who waits in it.
        self._free = asyncio.Semaphore(MOST_CONNECTIONS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. 502 when nobody is there to answer it."""
        async with self._free:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = httpcore.Request(
            scope["method"], self._target(scope), headers=_passed(scope["headers"]) + _sender(scope),
            content=_body(receive),
        )  # fmt: skip
        try:
            response = await self._pool.handle_async_request(request)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            await _unavailable(send)
            return
        try:
            await _answer(response, send)
        finally:
            await response.aclose()

    def _target(self, scope: Scope) -> httpcore.URL:
        raw: bytes = scope["raw_path"]
        first = raw.split(b"/", 2)[1].decode("latin-1") if b"/" in raw else ""
        place = self._places.get(first, self._places[""])
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        return httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=raw + query)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise httpcore.ReadError("the client is gone")
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _answer(response: httpcore.Response, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": _passed(response.headers)})
    async for part in response.aiter_stream():
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body"})


async def _unavailable(send: Send) -> None:
    await send({"type": "http.response.start", "status": 502, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"Nobody answers there."})


def _passed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Without what belongs to one connection; a body without a length goes on without one."""
    kept = [(name, value) for name, value in headers if name.lower() not in OF_ONE_CONNECTION]
    if any(name.lower() == b"transfer-encoding" for name, _ in headers):
        kept.append((b"transfer-encoding", b"chunked"))
    return kept


def _sender(scope: Scope) -> list[tuple[bytes, bytes]]:
    return [(b"x-forwarded-for", scope["client"][0].encode())]


def main() -> None:
    """Serve until SIGTERM."""
    port, places = int(sys.argv[1]), json.loads(sys.argv[2])
    uvicorn.run(
        Front(places), host="127.0.0.1", port=port, lifespan="off", log_level="warning", access_log=False,
        server_header=False, date_header=False, timeout_keep_alive=75, h11_max_incomplete_event_size=None,
    )  # fmt: skip


if __name__ == "__main__":
    main()
