"""How many messages a second the relay takes from a log to the broker, beside a bare pika publisher.

The relay reads the facts, makes messages of them, publishes with confirms and moves its cursor. The bare one has the
same messages ready in its memory: same bodies and headers, same window of confirms, a like exchange and quorum queue.
"""

import time

from _bare_broker import BarePublisher, listen, waiting
from _history import copy_block, record_block
from _mall_store import NAME, MallStore, mall_store
from _results import Figure
from _servers import durability, servers
from _showing import Aim, alternating, show
from _sizes import size

from services.kernel.flow import wire
from services.kernel.flow.publisher import WINDOW, Publisher
from services.kernel.flow.relay import BATCH, Relay
from services.kernel.flow.wire import Wired

COPIES = size("RELAY_COPIES", 9, 0)
EXCHANGE = wire.exchange_of(NAME)


def messages_of(store: MallStore) -> list[Wired]:
    """All that the relay will say, in order."""
    found: list[Wired] = []
    after = previous = 0
    while (page := store.service.outbox.messages(after, BATCH)).through > after:
        for envelope in page.messages:
            found.append(wire.message(envelope, previous))
            previous = envelope.position
        after = page.through
    return found


def relayed(store: MallStore, url: str, count: int) -> float:
    """Messages a second of the relay, from the first fact to the end of the log. Raises SystemExit when one is lost."""
    with store.databases.superuser(NAME) as connection:
        connection.execute("DELETE FROM facts.tracking")
    relay = Relay(NAME, store.service.outbox, store.service.recorder, Publisher(url, NAME))
    begun = time.perf_counter()
    while relay.position < store.facts:
        relay.step()
    seconds = time.perf_counter() - begun
    relay.close()
    _refuse_lost(waiting(url), count)
    return count / seconds


def published(url: str, messages: list[Wired]) -> float:
    """Messages a second of the bare publisher."""
    found = BarePublisher(url, EXCHANGE, messages, WINDOW).run()
    _refuse_lost(waiting(url), len(messages))
    return found


def main() -> None:
    """Measure and print."""
    with servers() as started, mall_store(started.postgres()) as store:
        record_block(store)
        copy_block(store, range(1, COPIES + 1))
        messages = messages_of(store)
        ours, bare = started.rabbitmq().new_url(), started.rabbitmq().new_url()
        for url in (ours, bare):
            listen(url, EXCHANGE)
        found = alternating(
            "relay", lambda: relayed(store, ours, len(messages)), lambda: published(bare, messages)
        )  # fmt: skip
        facts, said = store.facts, durability(started.postgres())
    figure = Figure.of("relay", "messages/s", found.ours, found.yardstick)
    show(
        "From the log to the broker",
        [Aim(figure, 0.5, f"a bare pika publisher with the same messages and a window of {WINDOW} as well")],
        f"{facts:,} facts, {len(messages):,} messages; a quorum queue took each of them.",
        said,
    )


def _refuse_lost(found: int, count: int) -> None:
    if found != count:
        raise SystemExit(f"{count} messages were published, and {found} are in the queue")


if __name__ == "__main__":
    main()
