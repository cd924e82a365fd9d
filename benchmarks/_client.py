"""A load of like requests from some clients over open connections: raw HTTP/1.1, so that the client costs little."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
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
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))] * 1000


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
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    number = 0
    while (begun := time.perf_counter()) < end:
        headers, body = request(client, number)
        number += 1
        head = (
            f"POST {path} HTTP/1.1\r\nHost: agora\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        writer.write(head.encode() + headers + b"\r\n" + body)
        status = await _answer(reader)
        statuses[status] = statuses.get(status, 0) + 1
        waits.append(time.perf_counter() - begun)
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    return status
