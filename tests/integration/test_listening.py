"""A connection that sends too much head, or never ends what it sends, is ended; all others are served meanwhile."""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.cli import listening
from services.cli.listening import MOST_HEAD_BYTES, BoundedProtocol

LONG_HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 1_000_000
BEGUN = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"
WHOLE = BEGUN + b"1234567}"


RESET = struct.pack("ii", 1, 0)


async def _answering(_scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


@asynccontextmanager
async def _served(protocol: type[HttpToolsProtocol], application: Any = _answering) -> AsyncIterator[int]:
    config = uvicorn.Config(application, http=protocol, log_config=None, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    loop = asyncio.get_running_loop()
    made = await loop.create_server(
        lambda: protocol(config=config, server_state=server.server_state, app_state={}), "127.0.0.1", 0
    )
    try:
        yield made.sockets[0].getsockname()[1]
    finally:
        made.close()


def _said_to(*sent: bytes, protocol: type[HttpToolsProtocol] = BoundedProtocol) -> bytes | None:
    """What comes back until the connection ends; None when it is still open after two seconds."""

    async def speak() -> bytes | None:
        async with _served(protocol) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                with suppress(ConnectionError):
                    for part in sent:
                        writer.write(part)
                        await writer.drain()
                    return await asyncio.wait_for(reader.read(), 2)
            except TimeoutError:
                return None
            finally:
                writer.close()
            return b""

    return asyncio.run(speak())


def test_a_head_without_end_ends_the_connection() -> None:
    assert _said_to(LONG_HEAD) is not None
    assert _said_to(LONG_HEAD, protocol=HttpToolsProtocol) is None, "the server alone reads on"


def test_the_end_of_a_body_is_no_part_of_the_head_that_follows_it_in_one_read() -> None:
    body = b"a" * (MOST_HEAD_BYTES + 1)
    long_one = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    said: list[bytes] = []

    async def hear() -> None:
        config = uvicorn.Config(_answering, http=BoundedProtocol, log_config=None, lifespan="off")
        config.load()
        protocol = BoundedProtocol(config=config, server_state=uvicorn.Server(config).server_state, app_state={})
        transport = Mock(is_closing=lambda: False, get_extra_info=lambda *_: None, write=said.append)
        protocol.connection_made(transport)
        protocol.data_received(long_one + WHOLE[:9])
        protocol.data_received(WHOLE[9:])
        await asyncio.sleep(0.1)
        protocol.connection_lost(None)

    asyncio.run(hear())
    assert b"".join(said).count(b"HTTP/1.1 200") == 2
    assert b"too long" not in b"".join(said)


@pytest.mark.parametrize("sent", [b"", BEGUN[:9], BEGUN], ids=["nothing", "part of a head", "part of a body"])
def test_a_request_that_does_not_end_ends_the_connection(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _said_to(sent) is None, "within its time it may go on"
    monkeypatch.setattr(listening, "REQUEST_SECONDS", 0.2)
    assert _said_to(sent) is not None


def test_one_that_is_whole_is_answered_and_the_connection_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "REQUEST_SECONDS", 0.2)

    async def speak() -> list[bytes]:
        async with _served(BoundedProtocol) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answers = []
            for _ in range(2):
                writer.write(WHOLE)
                answers.append(await reader.readuntil(b"\r\n\r\n"))
                await asyncio.sleep(0.4)
            writer.close()
            return answers

    assert all(answer.startswith(b"HTTP/1.1 200") for answer in asyncio.run(speak()))


async def _streaming(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(50):
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body"})


def _hung_up_on(protocol: type[HttpToolsProtocol], caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is logged when callers go away while they are answered."""

    async def hang_up() -> None:
        async with _served(protocol, _streaming) as port:
            for _ in range(10):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
                await writer.drain()
                writer.transport.abort()
                await asyncio.sleep(0.05)

    caplog.clear()
    with caplog.at_level(logging.WARNING), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(hang_up())
    return [record.getMessage() for record in caplog.records]


def test_who_hangs_up_while_he_is_answered_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    assert _hung_up_on(BoundedProtocol, caplog) == []
    assert _hung_up_on(HttpToolsProtocol, caplog), "the server alone takes it for one"
