"""How many orders a second are placed over HTTP, durable before each answer, beside the bare library on the same disk.

The platform, its simulated payment provider and the clients share the machine. Every order is a checkout of one
line: token, schema, stock reserved, order and commission terms frozen, three facts and a command row on disk.
The provider is asked for each payment in the background while the load goes on, as in life.
"""

import asyncio
import tempfile
from pathlib import Path
from uuid import uuid4

import orjson
from _bare_library import saves_per_second
from _client import Load, load
from _platform import Running, goods, running
from _results import keep
from _sizes import size
from rich.console import Console
from rich.table import Table

CLIENTS = (1, 16, 64)
LISTINGS = 20
SECONDS = float(size("SECONDS", 5, 1))


def placed(platform: Running, listings: list[str], clients: int) -> Load:
    """One load of checkouts; fails when an answer is anything but 201."""
    buyers = [f"Authorization: Bearer {platform.token(uuid4())}\r\n".encode() for _ in range(clients)]
    bodies = [
        orjson.dumps({"lines": [{"listing_id": listing, "quantity": 1}], "payment_method": "card_slow:3600"})
        for listing in listings
    ]

    def request(client: int, number: int) -> tuple[bytes, bytes]:
        return buyers[client], bodies[(client * 7 + number) % len(bodies)]

    done = asyncio.run(load(platform.url, "/mall/checkouts", clients, SECONDS, request))
    if set(done.statuses) != {201}:
        raise SystemExit(f"not every order was placed: answers by status {done.statuses}")
    return done


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="agora-bench-", dir=Path.cwd()) as directory:
        bare = saves_per_second(Path(directory), SECONDS)
        with running(Path(directory) / "data") as platform:
            listings = goods(platform, LISTINGS)
            loads = {clients: placed(platform, listings, clients) for clients in CLIENTS}
    table = Table(title="Orders placed over HTTP", title_justify="left")
    for column in ("Clients", "Orders/s", "Half within", "99 % within", "To the bare library"):
        table.add_column(column, justify="right")
    for clients, done in loads.items():
        ratio = f"{done.per_second / bare:.2f}"
        table.add_row(
            str(clients),
            f"{done.per_second:,.0f}",
            f"{done.wait_ms(0.5):.1f} ms",
            f"{done.wait_ms(0.99):.1f} ms",
            ratio,
        )
    Console().print(table)
    Console().print(
        f"Yardstick: the bare library saves {bare:,.0f} one-event aggregates a second, same disk, same run."
    )
    keep(
        "orders_over_http",
        [
            {
                "name": f"order_placed_{clients}", "value": round(done.per_second, 1), "unit": "orders/s",
                "yardstick": round(bare, 1), "ratio": round(done.per_second / bare, 3),
            }
            for clients, done in loads.items()
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
