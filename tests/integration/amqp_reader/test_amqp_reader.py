"""examples/amqp_reader against a real broker: whatever happens to it, it ends with the right sum."""

import importlib.util
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from services.kernel.flow import wire
from services.kernel.flow.publisher import Publisher
from tests.support.at_broker import channel_at
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.waiting import until

from .paid_log import Answering, PaidLog, order

PROGRAM = Path(__file__).parents[3] / "examples" / "amqp_reader" / "reader.py"
RIGHTS = re.search(
    r"^\| `(\^.+?)` \| `(\^.+?)` \| `(\^.+?)` \|$", (PROGRAM.parent / "README.md").read_text(), re.MULTILINE
)


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("amqp_reader", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def vhost(rabbitmq_server: RabbitServer) -> str:
    """A place with what is there once the services were started."""
    vhost = rabbitmq_server.new_vhost()
    with channel_at(rabbitmq_server.url(vhost)) as channel:
        for exchange in ("mall.events", "nameko-rpc"):
            channel.exchange_declare(exchange, "topic", durable=True)
    return vhost


@pytest.fixture
def url(rabbitmq_server: RabbitServer, vhost: str) -> str:
    """As an administrator."""
    return rabbitmq_server.url(vhost)


@pytest.fixture
def own_url(rabbitmq_server: RabbitServer, vhost: str) -> str:
    """With the rights that the README of the example asks for, and no more."""
    assert RIGHTS is not None
    rights = [right.replace("\\|", "|") for right in RIGHTS.groups()]
    return rabbitmq_server.add_user(f"takings-{vhost}", "secret", vhost, *rights)


@contextmanager
def running(url: str, database: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The example as a process of its own; it is killed when it is still there in the end."""
    with (database.parent / "said").open("ab") as said:
        process = subprocess.Popen([sys.executable, str(PROGRAM), url, str(database)], stdout=said, stderr=said)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def taken(database: Path) -> tuple[int, int]:
    """What is added up, and up to which position."""
    if not database.exists():
        return 0, 0
    with closing(sqlite3.connect(database)) as connection:
        try:
            (amount,) = connection.execute("SELECT ifnull(sum(amount_minor), 0) FROM takings").fetchone()
            (position,) = connection.execute("SELECT ifnull(max(position), 0) FROM positions").fetchone()
        except sqlite3.OperationalError:  # no tables yet
            return 0, 0
    return amount, position


def test_adds_up_everything_whatever_happens_to_it(url: str, own_url: str, tmp_path: Path) -> None:
    database, log = tmp_path / "takings.db", PaidLog(10)

    def is_there() -> bool:
        return taken(database) == (log.total_minor, log.length)

    def describe() -> str:
        return f"{taken(database)}, not {(log.total_minor, log.length)}\n{(tmp_path / 'said').read_text()[-2000:]}"

    with Answering(url, log) as door, closing(Publisher(url, "mall")) as publisher:
        with running(own_url, database) as process:
            assert until(is_there), describe()  # began on an old system, with an empty queue
            log.length = 14
            publisher.publish([log.said(12), log.said(12), log.said(14), log.said(12)])
            assert until(is_there), describe()  # twice, and one of before
            log.length = 18
            publisher.publish([log.said(18)])
            assert until(is_there), describe()  # one was lost before it
            assert 14 in door.asked
            process.send_signal(signal.SIGKILL)
        log.length = 22
        publisher.publish([log.said(20), log.said(22)])
        with running(own_url, database):
            assert until(is_there), describe()  # was dead when they came
        _delete(url, "takings.intake")
        log.length = 26
        publisher.publish([log.said(24), log.said(26)])
        with running(own_url, database):
            assert until(is_there), describe()  # its queue was gone, and what it held
            log.length = 31
            publisher.publish([log.said(28), log.said(30), wire.watermark("mall", 31, previous=30)])
            assert until(is_there), describe()  # nothing more was said, and it knows


def test_takes_up_one_that_follows_without_asking(reader: ModuleType, tmp_path: Path) -> None:
    log, asked = PaidLog(4), []

    def pull(source: str, after: int) -> dict[str, Any]:
        asked.append(after)
        return log.page(after, 2)

    with closing(reader.Takings(str(tmp_path / "takings.db"), pull)) as takings:
        for position in (2, 4):
            wired = log.said(position)
            takings.hear(wired.headers, wired.body)
        assert (takings.paid(), takings.position("mall"), asked) == ({"EUR": log.total_minor}, 4, [])
        log.length = 8
        takings.hear(log.said(8).headers, log.said(8).body)
        assert (takings.paid(), takings.position("mall"), asked) == ({"EUR": log.total_minor}, 8, [4, 6])


def test_what_fails_halfway_is_not_half_done(reader: ModuleType, tmp_path: Path) -> None:
    log = PaidLog(2)
    broken = order(2).to_dict() | {"data": {"currency": "EUR"}}

    def pull(source: str, after: int) -> dict[str, Any]:
        return {"messages": [order(2).to_dict(), broken], "through": 4, "head": 4}

    with closing(reader.Takings(str(tmp_path / "takings.db"), pull)) as takings:
        with pytest.raises(KeyError):
            takings.catch_up("mall")
        assert (takings.paid(), takings.position("mall")) == ({}, 0)
        takings.hear(log.said(2).headers, log.said(2).body)
        assert takings.paid() == {"EUR": log.total_minor}


def test_says_so_when_nobody_answers(reader: ModuleType, url: str) -> None:
    with channel_at(url) as channel:
        door = reader.Door(channel, patience_seconds=0.2)
        with pytest.raises(LookupError, match="mall does not answer"):
            door.messages("mall", 0)


def _delete(url: str, queue: str) -> None:
    with channel_at(url) as channel:
        channel.queue_delete(queue)
