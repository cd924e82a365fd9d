"""Adds up what was paid, from Agora's messages over AMQP 0-9-1: pika and SQLite, and nothing of Agora's.

    pip install pika
    python reader.py amqp://USER:PASSWORD@HOST:5672/VHOST takings.db

Stop it, kill it, delete its queue, start it again a year later: the sums are right, because where it is and what it has
added up are stored in one transaction, and because it asks for what it has missed.
"""

import json
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Protocol
from uuid import uuid4

import pika

NAME, SOURCES = "takings", ("mall",)
TABLES = """
    CREATE TABLE IF NOT EXISTS positions (source TEXT PRIMARY KEY, position INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS takings (currency TEXT PRIMARY KEY, amount_minor INTEGER NOT NULL);
"""
ADD = """INSERT INTO takings VALUES (?, ?)
    ON CONFLICT (currency) DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor"""
MOVE = "INSERT INTO positions VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET position = excluded.position"
Pull = Callable[[str, int], Mapping[str, Any]]
"""What a source said after a position: ``messages``, ``through`` how far it looked, ``head`` where its log ends."""


def price_of(line: Mapping[str, Any]) -> int:
    """What a line of an order costs, in minor units."""
    return int(line["quantity"] * line["price_minor"] + line["freight_minor"])


class Takings:
    """What was paid in each currency, and up to which message of each source."""

    def __init__(self, path: str, pull: Pull) -> None:
        self._database = sqlite3.connect(path)
        self._database.executescript(TABLES)
        self._pull = pull

    def position(self, source: str) -> int:
        """Up to where everything of a source is added up."""
        row = self._database.execute("SELECT position FROM positions WHERE source = ?", (source,)).fetchone()
        return row[0] if row else 0

    def paid(self) -> dict[str, int]:
        """How much, in minor units, by currency."""
        return dict(self._database.execute("SELECT currency, amount_minor FROM takings ORDER BY currency"))

    def hear(self, headers: Mapping[str, str], body: bytes) -> None:
        """Deal with what a queue delivered: once, in order, and with nothing left out before it."""
        source, position = headers["ce-source"], int(headers["ce-sequence"])
        if int(headers["ce-previous"]) > self.position(source):
            self.catch_up(source)  # something is missing between the two: ask for it
        if position > self.position(source):
            self._take(source, position, [(headers["ce-type"], json.loads(body))])

    def catch_up(self, source: str) -> None:
        """Pull what is missing, page by page, until there is no more."""
        is_behind = True
        while is_behind:
            page = self._pull(source, self.position(source))
            self._take(source, page["through"], [(event["type"], event["data"]) for event in page["messages"]])
            is_behind = page["through"] < page["head"]

    def _take(self, source: str, position: int, told: list[tuple[str, dict[str, Any]]]) -> None:
        with self._database:  # one transaction: what follows from the messages, and how far we are
            for kind, data in told:
                if kind == "agora.mall.order_paid.v1":  # any other type is passed over, the watermark too
                    self._database.execute(ADD, (data["currency"], sum(map(price_of, data["lines"]))))
            self._database.execute(MOVE, (source, position))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class Channel(Protocol):
    """What is used of a channel of pika."""

    def __getattr__(self, name: str) -> Any: ...


class Door:
    """Asks services through their nameko door, in nameko's protocol."""

    def __init__(self, channel: Channel, patience_seconds: float = 10) -> None:
        self._channel, self._key, self._patience_seconds = channel, str(uuid4()), patience_seconds
        self._queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(self._queue, "nameko-rpc", self._key)

    def messages(self, source: str, after: int) -> Mapping[str, Any]:
        """A page of what a source said after a position. Raises LookupError when nobody answers, or says no."""
        call = pika.BasicProperties(
            content_type="application/json", content_encoding="utf-8", reply_to=self._key, correlation_id=str(uuid4()),
        )  # fmt: skip
        asked = json.dumps({"args": [], "kwargs": {"after": after}})
        self._channel.basic_publish("nameko-rpc", f"{source}.messages", asked.encode(), call)
        waited = self._patience_seconds
        for _method, properties, body in self._channel.consume(self._queue, auto_ack=True, inactivity_timeout=waited):
            if body is None:
                raise LookupError(f"{source} does not answer; ask again")
            if properties.correlation_id == call.correlation_id:
                answer = json.loads(body)
                if answer["error"]:
                    raise LookupError(answer["error"]["value"])
                page: Mapping[str, Any] = answer["result"]
                return page
        raise LookupError("the channel was closed")


def listen(channel: Channel) -> str:
    """A queue of our own that gets everything of our sources: durable, and read by one at a time, so in order."""
    queue = f"{NAME}.intake"
    arguments = {"x-queue-type": "quorum", "x-single-active-consumer": True}
    channel.queue_declare(queue, durable=True, arguments=arguments)
    for source in SOURCES:
        channel.queue_bind(queue, f"{source}.events", "#")
    channel.basic_qos(prefetch_count=100)
    return queue


def run(url: str, path: str) -> None:
    """Add up until the connection ends."""
    with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
        door, channel = Door(connection.channel()), connection.channel()
        with closing(Takings(path, door.messages)) as takings:
            queue = listen(channel)
            for source in SOURCES:
                takings.catch_up(source)  # whatever was said before there was a queue
            for method, properties, body in channel.consume(queue):
                takings.hear(properties.headers, body)
                channel.basic_ack(method.delivery_tag)
                print(takings.paid(), flush=True)


if __name__ == "__main__":
    run(*sys.argv[1:])
