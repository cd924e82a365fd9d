"""How soon the effect of a command is to be seen in another service, at a steady rate of commands.

Somebody is recorded with identity. Once that is answered, the mall is asked a question with ``after`` that position:
it answers as soon as its views have heard of the person, by way of identity's relay, RabbitMQ and the mall's intake.
The time between the two answers is what counts. Commands start at fixed times, however long others take.

Beside it, for comparison, the delay of a bare message by pika through a like queue of the same broker, at that rate.
"""

import asyncio
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson
from _apart import Watching, address_of, market
from _bare_broker import BareDelays, listen
from _client import Connection, quantile, signed
from _results import Figure
from _servers import durability, servers
from _showing import Aim, doing, show
from _sizes import ROUNDS, size

from tests.support.platform_apart import PlatformApart

A_SECOND = size("EFFECT_RATE", 200, 100)
SECONDS = size("EFFECT_SECONDS", 15, 3)
YARDSTICK_MS = 100.0
EXCHANGE = "bare.events"


class Effects:
    """Commands to identity, and questions to the mall."""

    def __init__(self, platform: PlatformApart) -> None:
        self._identity, self._mall = address_of(platform, "identity"), address_of(platform, "mall")
        self._operator = signed(platform.token(uuid4(), "operator"))
        self._free: dict[str, deque[Connection]] = {self._identity: deque(), self._mall: deque()}
        self.late_ms = 0.0
        """How much later than meant a command was begun, at most: were it much, the rate would not have been steady."""

    def seconds(self, count: int) -> list[float]:
        """From answer to effect, of so many commands, sorted."""
        return sorted(asyncio.run(self._all(count)))

    async def _all(self, count: int) -> list[float]:
        begun, tasks = time.perf_counter(), []
        for number in range(count):
            meant = begun + number / A_SECOND
            await asyncio.sleep(max(0.0, meant - time.perf_counter()))
            self.late_ms = max(self.late_ms, (time.perf_counter() - meant) * 1000)
            tasks.append(asyncio.create_task(self._one()))
        found = await asyncio.gather(*tasks)
        for free in self._free.values():
            while free:
                await free.pop().close()
        return list(found)

    async def _one(self) -> float:
        happened_at = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        body = orjson.dumps({"person_id": str(uuid4()), "name": "Wang Wei", "happened_at": happened_at})
        answer = await self._ask(self._identity, "POST", "/identity/records/people", body)
        answered = time.perf_counter()
        position = orjson.loads(answer)["position"]
        await self._ask(self._mall, "GET", f"/mall/terms?after={position}")
        return time.perf_counter() - answered

    async def _ask(self, url: str, method: str, path: str, body: bytes = b"") -> bytes:
        free = self._free[url]
        connection = free.pop() if free else await Connection.open(url)
        status, answer = await connection.ask(method, path, self._operator, body)
        if status not in (200, 201):
            raise SystemExit(f"{path}: {status} {answer.decode(errors='replace')}")
        free.append(connection)
        return answer


def main() -> None:
    """Measure and print."""
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    with servers() as started, market(started, 1) as (platform, _):
        url, effects = started.rabbitmq().new_url(), Effects(platform)
        listen(url, EXCHANGE)
        delays = BareDelays(url, EXCHANGE, b"x" * 300)
        with Watching(platform) as watching:
            effects.seconds(A_SECOND)  # who is new, is slow
            for number in range(1, ROUNDS + 1):
                with doing(f"effect, round {number} of {ROUNDS}, the bare message"):
                    bare.append(delays.measure(A_SECOND * SECONDS, A_SECOND))
                with doing(f"effect, round {number} of {ROUNDS}, ours"):
                    ours.append(effects.seconds(A_SECOND * SECONDS))
                    watching.settle()
        said = durability(started.postgres())
    figure = Figure.of("effect_p99_ms", "ms", _ms(ours, 0.99), [YARDSTICK_MS])
    by_pika = Figure.of("", "ms", _ms(bare, 0.99), _ms(bare, 0.5))
    half = Figure.of("", "ms", _ms(ours, 0.5), _ms(ours, 0.5)).value
    show(
        f"From a command's answer to its effect in another service, {A_SECOND} commands a second",
        [Aim(figure, 1.0, "the promise, for 99 of 100 commands", at_most=True)],
        f"Half within {half:.1f} ms, 99 % within {figure.value:.1f} ms; a bare message by pika "
        f"{by_pika.yardstick:.1f} and {by_pika.value:.1f} ms, from publish to consume.",
        f"The latest command began {effects.late_ms:.1f} ms later than it should.",
        said,
    )


def _ms(rounds: list[list[float]], share: float) -> list[float]:
    return [quantile(one, share) * 1000 for one in rounds]


if __name__ == "__main__":
    main()
