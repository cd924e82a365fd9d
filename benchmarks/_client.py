"""Requests over open connections, and a load of like ones: raw HTTP/1.1, so that the client costs little."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Load:
    """What a load did: answers by status, seconds it took, and how long each answer took (seconds, sorted)."""

    statuses: dict[int, int]
    seconds: float
    waits: list[float]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds

    def wait_ms(self, share: float) -> float:
        """The wait that this share of the answers stayed under, in milliseconds."""
        return quantile(self.waits, share) * 1000


def quantile(in_order: list[float], share: float) -> float:
    """What this share of some values, in ascending order, stays under."""
    return in_order[min(len(in_order) - 1, int(len(in_order) * share))]


class Connection:
    """One open connection: one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, url: str) -> Self:
        """To the host and port of an address."""
        where = urlsplit(url)
        return cls(*await asyncio.open_connection(where.hostname, where.port))

    async def ask(self, method: str, path: str, headers: bytes = b"", body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer; each of ``headers`` ends with CRLF."""
        head = f"{method} {path} HTTP/1.1\r\nHost: agora\r\n"
        if method == "POST":
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + headers + b"\r\n" + body)
        return await self._answer()

    async def close(self) -> None:
        """Let go of it."""
        self._writer.close()
        await self._writer.wait_closed()

    async def _answer(self) -> tuple[int, bytes]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        body = b""
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                body = await self._reader.readexactly(int(line.partition(b":")[2]))
        return int(head[9:12]), body


def signed(token: str) -> bytes:
    """The header that carries a token."""
    return f"Authorization: Bearer {token}\r\n".encode()


Body = Callable[[int, int], tuple[bytes, bytes]]


async def load(url: str, path: str, clients: int, seconds: float, request: Body) -> Load:
    """POST from ``clients`` at once for ``seconds``; ``request(client, number)`` gives (extra headers, body)."""
    statuses: dict[int, int] = {}
    waits: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(*(_one(url, path, each, start + seconds, request, statuses, waits) for each in range(clients)))
    return Load(statuses, time.perf_counter() - start, sorted(waits))


async def _one(
    url: str, path: str, client: int, end: float, request: Body, statuses: dict[int, int], waits: list[float]
) -> None:
    connection = await Connection.open(url)
    number = 0
    while (begun := time.perf_counter()) < end:
        headers, body = request(client, number)
        number += 1
        status, _ = await connection.ask("POST", path, headers, body)
        statuses[status] = statuses.get(status, 0) + 1
        waits.append(time.perf_counter() - begun)
    await connection.close()
