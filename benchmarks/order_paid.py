"""How many orders a second are completed and paid by 16 clients, beside pgbench's own mix (like TPC-B) with as many.

Each client does what a front end would do: it shows a listing, opens a checkout, and waits until that is paid.
The payment provider settles at once within the worker's process, as those did with which other shops were measured.
"""

import asyncio
import time
from uuid import uuid4

import orjson
from _apart import Watching, address_of, market
from _client import Connection, quantile, signed
from _pgbench import SCALE, beside
from _results import Figure
from _servers import durability, servers
from _showing import Aim, alternating, doing, show
from _sizes import SECONDS

from tests.support.platform_apart import PlatformApart

CLIENTS = 16
LISTINGS = 20
WAIT_SECONDS = 10
PATIENCE_SECONDS = 30.0


class Shoppers:
    """Clients of a mall that buy one after the other."""

    def __init__(self, platform: PlatformApart, listings: list[str]) -> None:
        self._url, self._listings = address_of(platform, "mall"), listings
        self._tokens = [signed(platform.token(uuid4())) for _ in range(CLIENTS)]
        self.waits: list[float] = []
        """How long each purchase took, in seconds."""
        self.looks = 0

    def paid_per_second(self, seconds: float) -> float:
        """Orders that were seen paid, a second. Raises SystemExit when anything goes wrong."""
        return asyncio.run(self._all(seconds))

    async def _all(self, seconds: float) -> float:
        begun, before = time.perf_counter(), len(self.waits)
        await asyncio.gather(*(self._shop(client, begun + seconds) for client in range(CLIENTS)))
        return (len(self.waits) - before) / (time.perf_counter() - begun)

    async def _shop(self, client: int, end: float) -> None:
        connection, number = await Connection.open(self._url), client * 7
        while (begun := time.perf_counter()) < end:
            number += 1
            await self._buy(connection, self._tokens[client], self._listings[number % len(self._listings)])
            self.waits.append(time.perf_counter() - begun)
        await connection.close()

    async def _buy(self, connection: Connection, token: bytes, listing: str) -> None:
        _expect(200, await connection.ask("GET", f"/mall/listings/{listing}", token))
        wanted = orjson.dumps({"lines": [{"listing_id": listing, "quantity": 1}], "payment_method": "card"})
        opened = orjson.loads(_expect(201, await connection.ask("POST", "/mall/checkouts", token, wanted)))
        path = f"/mall/checkouts/{opened['checkout_id']}?after={opened['position']}&wait={WAIT_SECONDS}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            seen = orjson.loads(_expect(200, await connection.ask("GET", path, token)))
            self.looks += 1
            if seen["state"] == "paid":
                return
            if time.monotonic() > deadline:
                raise SystemExit(f"a checkout is not paid after {PATIENCE_SECONDS:g} seconds: {seen}")


def main() -> None:
    """Measure and print."""
    with servers() as started, market(started, LISTINGS) as (platform, listings), beside(started.postgres()) as pgbench:
        said = durability(started.postgres())
        shoppers = Shoppers(platform, listings)
        with Watching(platform) as watching, doing(f"filling the tables of pgbench, scale {SCALE}"):
            pgbench.prepare_tpc_b()
            shoppers.paid_per_second(1)  # who is new, is slow
            shoppers.waits.clear()
            watching.settle()

        def ours() -> float:
            with Watching(platform) as watching:
                paid = shoppers.paid_per_second(SECONDS)
                watching.settle()
            return paid

        found = alternating("order_paid", ours, lambda: pgbench.tpc_b(CLIENTS, SECONDS))
    waits = sorted(shoppers.waits)
    show(
        "Orders completed and paid",
        [
            Aim(
                Figure.of("order_paid", "orders/s", found.ours, found.yardstick), 0.1,
                f"pgbench's own mix (like TPC-B), scale {SCALE}, {CLIENTS} clients, on the same server",
            )
        ],
        f"From listing to paid: half within {quantile(waits, 0.5) * 1000:.0f} ms, 99 % within "
        f"{quantile(waits, 0.99) * 1000:.0f} ms; {shoppers.looks / len(waits):.1f} looks an order.",
        said,
    )  # fmt: skip


def _expect(status: int, answer: tuple[int, bytes]) -> bytes:
    if answer[0] != status:
        raise SystemExit(f"answered {answer[0]} instead of {status}: {answer[1].decode(errors='replace')}")
    return answer[1]


if __name__ == "__main__":
    main()
