"""Wires that fail on purpose: TCP passed on to a server, late, in one direction only, or not at all.

A ``Wire`` listens on a free port of loopback. What it holds back it keeps: let go, it comes through as it would where
packets were sent again; or the connections are reset, as where the other side has given up meanwhile. Before PostgreSQL
it can lose the answer to what was stored (``lose_answers``).
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from typing import Self, TypeVar

from .postgres_talk import IDLE, PostgresTalk

CHUNK_BYTES = 65_536
END_SECONDS = 5.0
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends a reset."""
Result = TypeVar("Result")


class Way(Enum):
    """A direction: to the server, or from it."""

    UP = "to the server"
    DOWN = "from the server"


class Moment(Enum):
    """When a connection is reset on which something is stored."""

    BEFORE = "the server never heard of it"
    DURING = "nobody knows"
    AFTER = "it is stored, and the answer is lost"


class _Link:
    """One connection through a wire."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter, is_overheard: bool) -> None:
        self.client, self.server = client, server
        self.talk = PostgresTalk() if is_overheard else None
        self.swallowed: bytearray | None = None

    def reset(self) -> None:
        """End it at once, in both directions, without a word."""
        for writer in (self.client, self.server):
            with suppress(OSError, ValueError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


class Wire:
    """In front of one server. Made by ``Wires``; may be told what to do from any thread."""

    def __init__(self, wires: "Wires", host: str, port: int, is_overheard: bool) -> None:
        self._wires, self._server, self._is_overheard = wires, (host, port), is_overheard
        self._links: set[_Link] = set()
        self._gates = {way: asyncio.Event() for way in Way}
        for gate in self._gates.values():
            gate.set()
        self._moments: Iterator[Moment] = iter(())
        self.delay_seconds = 0.0
        self.lost_answers = 0
        self._listener: asyncio.Server | None = None

    def hold(self, *ways: Way) -> None:
        """Let nothing through in these directions, and keep it; connections stay, and new ones begin."""

        def close_gates() -> None:
            for way in ways:
                self._gates[way].clear()

        self._wires.do(close_gates)

    def let_go(self) -> None:
        """Everything comes through again, and first what was kept."""
        self._wires.do(self._open_gates)

    def reset(self) -> None:
        """Reset all connections; what was kept is lost."""
        self._wires.do(self._reset_links)

    def lose_answers(self, moments: Iterator[Moment]) -> None:
        """From now on reset whoever stores something, each time at the next of these moments, while there are any.

        For a wire that overhears.
        """
        self._wires.do(lambda: setattr(self, "_moments", moments))

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._listener is not None
        return int(self._listener.sockets[0].getsockname()[1])

    async def begin(self) -> None:
        """Listen."""
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    def end(self) -> None:
        """Listen no more, and end all connections."""
        if self._listener is not None:
            self._listener.close()
        self._reset_links()
        self._open_gates()

    def _open_gates(self) -> None:
        for gate in self._gates.values():
            gate.set()

    def _reset_links(self) -> None:
        for link in list(self._links):
            link.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(*self._server)
        except OSError:
            writer.transport.abort()
            return
        link = _Link(writer, to_server, self._is_overheard)
        self._links.add(link)
        passing = [self._pass_on(link, reader, to_server, Way.UP), self._pass_on(link, from_server, writer, Way.DOWN)]
        try:
            await asyncio.gather(*passing)
        finally:
            self._links.discard(link)
            link.client.transport.abort()
            link.server.transport.abort()

    async def _pass_on(
        self, link: _Link, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: Way
    ) -> None:  # fmt: skip
        try:
            while chunk := await source.read(CHUNK_BYTES):
                await self._pass_on_one(link, chunk, target, way)
            if not target.is_closing():
                target.write_eof()
        except OSError:  # who is reset by one side is reset by the other
            link.reset()

    async def _pass_on_one(self, link: _Link, chunk: bytes, target: asyncio.StreamWriter, way: Way) -> None:
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        await self._gates[way].wait()
        if way is Way.UP and link.talk is not None and link.talk.hear(chunk):
            moment = next(self._moments, None)
            if moment is not None:
                await self._lose(link, chunk, moment)
                return
        if way is Way.DOWN and link.swallowed is not None:
            self._swallow(link, chunk)
        else:
            target.write(chunk)
            await target.drain()

    async def _lose(self, link: _Link, chunk: bytes, moment: Moment) -> None:
        self.lost_answers += 1
        if moment is Moment.AFTER:
            link.swallowed = bytearray()
        if moment is not Moment.BEFORE:
            link.server.write(chunk)
            await link.server.drain()
        if moment is not Moment.AFTER:
            link.reset()

    def _swallow(self, link: _Link, chunk: bytes) -> None:
        """The whole answer: by its end, what was asked for is stored."""
        assert link.swallowed is not None
        link.swallowed += chunk
        if link.swallowed.endswith(IDLE):
            link.reset()


class Wires:
    """All wires of a run, in one thread of its own. Use it as a context."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wires", daemon=True)
        self._wires: list[Wire] = []

    def to(self, host: str, port: int, *, is_overheard: bool = False) -> Wire:
        """A wire to a server, which listens when this returns; before PostgreSQL it may listen to what is said."""
        wire = self.do(lambda: Wire(self, host, port, is_overheard))
        self._wires.append(wire)
        asyncio.run_coroutine_threadsafe(wire.begin(), self._loop).result()
        return wire

    def do(self, work: Callable[[], Result]) -> Result:
        """Have the thread of the wires do something, and wait for it."""

        async def in_turn() -> Result:
            return work()

        return asyncio.run_coroutine_threadsafe(in_turn(), self._loop).result()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for wire in self._wires:
            wire.end()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if left:
            await asyncio.wait(left, timeout=END_SECONDS)
