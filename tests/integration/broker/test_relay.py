"""The relay against a real broker: in order, never lost, bounded whatever the broker does."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from services.kernel.flow.broker_line import BrokerBlocks, BrokerLost, BrokerSilent
from services.kernel.flow.publisher import NotTaken, Publisher
from services.kernel.flow.relay import CURSOR, Relay
from services.kernel.flow.wire import Heard
from services.kernel.refusals import Unready
from services.kernel.store.recorder import Recorder
from services.kernel.store.sqlite import SQLiteRecorder
from tests.integration.broker.conftest import Ear
from tests.support.at_broker import channel_at
from tests.support.letterbox import SOURCE, MemoryLog, ReaderByTheRules
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until

MANY = 1_500
ALL = range(1, MANY + 1)
MakeRelay = Callable[..., Relay]


class Crash(Exception):
    """The process ends here."""


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    yield recorder
    recorder.close()


@pytest.fixture
def relay_at(recorder: Recorder) -> Iterator[MakeRelay]:
    """Makes relays at a broker's address, over a log in which every position has a message."""
    made: list[Relay] = []

    def make(url: str, length: int = MANY, *, batch: int = 500, confirm_seconds: float = 10.0) -> Relay:
        publisher = Publisher(url, SOURCE, window=min(batch, 500), confirm_seconds=confirm_seconds)
        made.append(Relay(SOURCE, MemoryLog(length, ALL), recorder, publisher, batch=batch))
        return made[-1]

    yield make
    for relay in made:
        relay.close()


def run(relay: Relay) -> int:
    """Until everything is with the broker, whatever comes between; how often something did."""
    broken = 0
    while True:
        try:
            if relay.step() == 0:
                return broken
        except Unready:
            broken += 1
            time.sleep(0.1)  # a loop would wait longer; without a pause the broker does not get to its feet


def once(heard: list[Heard]) -> list[int]:
    """The positions as a reader takes them: what it has seen is dropped, a gap would show."""
    taken, position = [], 0
    for one in heard:
        if one.position > position:
            assert one.previous <= position, f"a gap before {one.position}"
            position = one.position
            taken += [] if one.envelope is None else [position]
    return taken


def test_everything_comes_once_and_in_order_and_each_says_what_came_before(
    url: str, ear: Ear, relay_at: MakeRelay, recorder: Recorder
) -> None:
    relay = relay_at(url)
    assert relay.step() == 500
    assert recorder.tracked(CURSOR) == 500
    assert run(relay) == 0
    heard = ear.heard()
    assert [one.position for one in heard] == list(ALL)
    assert [one.previous for one in heard] == [0, *ALL][:-1]
    assert recorder.tracked(CURSOR) == MANY


def test_a_message_is_kept_on_disk_and_is_of_the_one_type_that_stock_nameko_reads(
    url: str, ear: Ear, relay_at: MakeRelay
) -> None:
    relay_at(url, 1).step()
    with channel_at(url) as channel:
        method, properties, _ = channel.basic_get("ear", auto_ack=True)
    assert (method.routing_key, properties.message_id) == ("order_delivered", "mall:1")
    assert (properties.delivery_mode, properties.content_type, properties.content_encoding) == (
        2, "application/json", "utf-8",
    )  # fmt: skip


def test_no_more_than_the_window_is_on_its_way_unconfirmed(url: str, ear: Ear, recorder: Recorder) -> None:
    proxy, through = TcpProxy.before(url)
    with proxy:
        publisher = Publisher(through, SOURCE, window=50, confirm_seconds=1.0)
        publisher.idle()
        proxy.stall()
        relay = Relay(SOURCE, MemoryLog(200, ALL), recorder, publisher)
        with pytest.raises(BrokerSilent, match="has not confirmed a message within 1"):
            relay.step()
        assert publisher.unconfirmed == 50
        proxy.flow()
        assert run(relay) == 0
        relay.close()
    assert once(ear.heard()) == list(range(1, 201))


def test_a_message_that_no_queue_takes_holds_nothing_up(url: str, relay_at: MakeRelay, recorder: Recorder) -> None:
    assert run(relay_at(url)) == 0
    assert recorder.tracked(CURSOR) == MANY


def test_a_crash_between_confirm_and_cursor_sends_the_same_again_and_loses_nothing(
    url: str, ear: Ear, relay_at: MakeRelay, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashing = relay_at(url)
    crashing.step()
    with monkeypatch.context() as patched:

        def append(entries: object) -> list[int]:
            raise Crash

        patched.setattr(recorder, "append", append)
        with pytest.raises(Crash):
            crashing.step()
    run(relay_at(url))
    positions = [one.position for one in ear.heard()]
    assert positions == [*range(1, 1001), *range(501, MANY + 1)]


def test_a_connection_that_is_cut_inside_the_window_only_doubles_some(url: str, ear: Ear, relay_at: MakeRelay) -> None:
    proxy, through = TcpProxy.before(url)
    with proxy:
        relay = relay_at(through)
        relay.step()
        for _ in range(3):
            proxy.cut_after(50_000)
            with pytest.raises(BrokerLost):
                relay.step()
        assert run(relay) == 0
        relay.close()
    heard = ear.heard()
    assert once(heard) == list(ALL)
    assert len(heard) > MANY


def test_a_broker_that_throws_everybody_out_is_joined_again(
    url: str, rabbitmq_server: RabbitServer, ear: Ear, relay_at: MakeRelay
) -> None:
    relay = relay_at(url)
    relay.step()
    rabbitmq_server.close_connections()
    run(relay)
    assert once(ear.heard()) == list(ALL)


def test_a_broker_that_restarts_gets_what_it_does_not_have(
    url: str, rabbitmq_server: RabbitServer, ear: Ear, relay_at: MakeRelay
) -> None:
    relay = relay_at(url)
    relay.step()
    restarting = Thread(target=rabbitmq_server.restart)
    restarting.start()
    try:
        run(relay)
    finally:
        restarting.join()
    assert run(relay) <= 1
    assert once(ear.heard()) == list(ALL)


def test_a_broker_that_is_short_of_memory_is_reported_and_served_once_it_has_some(
    url: str, vhost: str, rabbitmq_server: RabbitServer, ear: Ear, recorder: Recorder
) -> None:
    log = MemoryLog(10**6, range(1, 10**6))
    publisher = Publisher(url, SOURCE, confirm_seconds=0.5)
    relay = Relay(SOURCE, log, recorder, publisher, batch=100)
    with short_of_memory(rabbitmq_server):
        step_until_blocked(relay)
        reached, waiting = relay.position, publisher.unconfirmed
        for _ in range(3):
            with pytest.raises(BrokerBlocks, match="memory"):
                relay.step()
        assert relay.position == recorder.tracked(CURSOR) == reached
        assert publisher.unconfirmed == waiting
        assert connections(rabbitmq_server, vhost) == 1
    log.length = reached + 200
    run(relay)
    relay.close()
    assert once(ear.heard()) == list(range(1, reached + 201))


def test_letting_go_of_a_broker_that_is_short_of_memory_does_not_hang(
    url: str, rabbitmq_server: RabbitServer, recorder: Recorder
) -> None:
    log = MemoryLog(10**6, range(1, 10**6))
    relay = Relay(SOURCE, log, recorder, Publisher(url, SOURCE, confirm_seconds=0.5), batch=100)
    with short_of_memory(rabbitmq_server):
        step_until_blocked(relay)
        relay.close()


@contextmanager
def short_of_memory(server: RabbitServer) -> Iterator[None]:
    server.alarm(True)
    try:
        yield
    finally:
        server.alarm(False)


def step_until_blocked(relay: Relay) -> None:
    """The alarm reaches connections a moment after it was raised."""
    with pytest.raises(BrokerBlocks, match="memory"):
        assert until(lambda: relay.step() == 0), "it is not blocked"


def connections(server: RabbitServer, vhost: str) -> int:
    listed = server.ctl("-q", "list_connections", "vhost", "client_properties").splitlines()
    return sum(vhost in line and "mall relay" in line for line in listed)


def test_a_queue_that_refuses_keeps_the_cursor_where_it_is(url: str, relay_at: MakeRelay, recorder: Recorder) -> None:
    relay, full = relay_at(url, 5), {"x-max-length": 2, "x-overflow": "reject-publish"}
    with channel_at(url) as channel:
        channel.exchange_declare("mall.events", "topic", durable=True)
        channel.queue_declare("full", durable=True, arguments=full)
        channel.queue_bind("full", "mall.events", "#")
        with pytest.raises(NotTaken, match="did not take 3 of mall's messages"):
            relay.step()
        assert recorder.tracked(CURSOR) == 0
        channel.queue_delete("full")
    assert relay.step() == 5


def test_says_why_the_broker_refuses_an_exchange_that_is_there_in_another_form(
    rabbitmq_server: RabbitServer, relay_at: MakeRelay
) -> None:
    url = rabbitmq_server.new_url()
    with channel_at(url) as channel:
        channel.exchange_declare("mall.events", "fanout")
    with pytest.raises(BrokerLost, match="PRECONDITION_FAILED"):
        relay_at(url).step()


def test_two_relays_at_once_only_send_some_twice(url: str, ear: Ear, relay_at: MakeRelay, recorder: Recorder) -> None:
    relays = [relay_at(url, batch=7), relay_at(url, batch=11)]
    threads = [Thread(target=run, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader = ReaderByTheRules(MemoryLog(MANY, ALL))
    for one in ear.heard():
        reader.hear(one)
    assert reader.taken == list(ALL)
    assert recorder.tracked(CURSOR) == MANY


def test_an_idle_connection_stays_alive_while_one_that_nobody_serves_is_ended(
    url: str, rabbitmq_server: RabbitServer
) -> None:
    served, neglected = (Publisher(url, name, heartbeat_seconds=2) for name in ("served", "neglected"))

    def named(name: str) -> int:
        listing = aside.submit(rabbitmq_server.ctl, "-q", "list_connections", "client_properties")
        while not listing.done():  # asking takes seconds on a busy machine, and whoever is served is served meanwhile
            served.idle()
            time.sleep(0.05)
        return sum(f"{name} relay" in line for line in listing.result().splitlines())

    with closing(served), closing(neglected), ThreadPoolExecutor(1) as aside:
        neglected.idle()
        assert until(lambda: named("neglected") == 0, 120.0), "it is still there"
        assert named("served") == 1
        with pytest.raises(BrokerLost):
            neglected.idle()


def test_the_last_watermark_says_how_far_a_silent_log_was_looked_at(url: str, ear: Ear, recorder: Recorder) -> None:
    relay = Relay(SOURCE, MemoryLog(MANY, {2, 700}), recorder, Publisher(url, SOURCE))
    run(relay)
    run(relay)
    relay.close()
    heard = ear.heard()
    assert [(one.previous, one.position) for one in heard] == [(0, 2), (2, 700), (700, MANY)]
    assert [one.envelope is None for one in heard] == [False, False, True]
