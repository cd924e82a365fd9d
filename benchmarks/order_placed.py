"""How many orders a second are placed over HTTP by 64 clients, beside one-row inserts of pgbench with 16.

Everything runs as in earnest: the services in processes of their own over PostgreSQL and RabbitMQ, and while orders
come in, views and neighbours follow and every payment is asked for. Each order is a checkout of one line: token,
schema, stock reserved, order and terms frozen, three facts and a command row, durable before the answer.

The same once more by a mall that stores each command by itself says what group commit is worth.
"""

import asyncio
from collections.abc import Callable
from statistics import median
from uuid import uuid4

import orjson
from _apart import Watching, address_of, market
from _client import Load, load, signed
from _pgbench import ONE_ROW, beside
from _results import Figure
from _servers import durability, servers
from _showing import Aim, alternating, console, doing, show
from _sizes import ROUNDS, SECONDS

from tests.support.platform_apart import PlatformApart

CLIENTS, INSERTING = 64, 16
LISTINGS = 20
TIMES = 5.0
"""So many times as many as without group commit, at least."""


def placed(platform: PlatformApart, listings: list[str], seconds: int = SECONDS) -> Load:
    """One load of checkouts. Raises SystemExit when an answer is anything but 201."""
    buyers = [signed(platform.token(uuid4())) for _ in range(CLIENTS)]
    bodies = [
        orjson.dumps({"lines": [{"listing_id": listing, "quantity": 1}], "payment_method": "card_slow:3600"})
        for listing in listings
    ]

    def request(client: int, number: int) -> tuple[bytes, bytes]:
        return buyers[client], bodies[(client * 7 + number) % len(bodies)]

    done = asyncio.run(load(address_of(platform, "mall"), "/mall/checkouts", CLIENTS, seconds, request))
    if set(done.statuses) != {201}:
        raise SystemExit(f"not every order was placed: answers by status {done.statuses}")
    return done


def rounds(platform: PlatformApart, listings: list[str], insert: Callable[[], float]) -> tuple[Figure, float, Load]:
    """Orders and inserts by turns; orders without group commit a second; the last load."""
    loads: list[Load] = []
    with Watching(platform) as watching:

        def ours() -> float:
            placed(platform, listings, 1)  # who is new, is slow
            loads.append(placed(platform, listings))
            watching.settle()
            return loads[-1].per_second

        found = alternating("order_placed", ours, insert)
        platform.stop("mall.serve")
        platform.start("mall.serve", program="benchmarks._ungrouped")
        alone = []
        for number in range(1, ROUNDS + 1):
            with doing(f"without group commit, round {number} of {ROUNDS}"):
                placed(platform, listings, 1)
                alone.append(placed(platform, listings).per_second)
                watching.settle()
    return Figure.of("order_placed", "orders/s", found.ours, found.yardstick), median(alone), loads[-1]


def main() -> None:
    """Measure and print."""
    with servers() as started, market(started, LISTINGS) as (platform, listings), beside(started.postgres()) as pgbench:
        said = durability(started.postgres())
        figure, alone, last = rounds(platform, listings, lambda: pgbench.script(ONE_ROW, INSERTING, SECONDS))
    times = figure.value / alone
    half, nearly_all = (f"{last.wait_ms(share):.1f} ms" for share in (0.5, 0.99))
    show(
        "Orders placed over HTTP",
        [Aim(figure, 0.12, f"one-row inserts by pgbench, {INSERTING} clients, on the same server")],
        f"{CLIENTS} clients: half of the answers within {half}, 99 % within {nearly_all}.",
        f"Without group commit {alone:,.0f} orders/s: {times:.1f} times as many with it (aim: {TIMES:g} times).",
        said,
    )
    if times < TIMES:
        console.print("[red]Group commit does not bring what it should.[/red]")


if __name__ == "__main__":
    main()
