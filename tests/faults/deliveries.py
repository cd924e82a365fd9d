"""F-11, F-12: what is delivered comes again, or out of order."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pika

from services.composition import SERVICES, blueprint_of
from services.kernel.flow.reader_queue import queue_of
from services.kernel.flow.wire import exchange_of
from tests.support.at_broker import channel_at

from .trials import Trials

CAPTURE, COPIES, WINDOW, PUBLISHERS = "captured", 10, 50, 3
READERS = ("groups", "mall", "events", "partners")
LISTEN_SECONDS = 4.0
Delivery = tuple[Any, Any, bytes]


def repeat(trials: Trials, least: int) -> None:
    """What was delivered comes up to ten times more, from several sides at the same time, while more is said."""
    with trials.trial("F-11", "deliveries captured and sent again up to ten times, by three at once") as outcome:
        while outcome.times < least:
            with _capturing(trials):
                time.sleep(LISTEN_SECONDS)
                captured = _captured(trials)
            again = [one for one in captured for _ in range(trials.chance.randint(1, COPIES))]
            _publish_by_several(trials, again)
            outcome.times += len(again)
            outcome.took(trials.ground.recovered())


def reorder(trials: Trials, rounds: int) -> None:
    """What readers do not get at first comes later, shuffled within windows of fifty, behind what was said since."""
    with trials.trial("F-12", "deliveries withheld, then sent in any order within windows of 50") as outcome:
        for _ in range(rounds):
            with _capturing(trials):
                with _unbound(trials):
                    time.sleep(LISTEN_SECONDS)
                captured = _captured(trials)
            for place in range(0, len(captured), WINDOW):
                window = captured[place : place + WINDOW]
                trials.chance.shuffle(window)
                _publish(trials, window)
            outcome.times += len(captured)
            outcome.took(trials.ground.recovered())


@contextmanager
def _capturing(trials: Trials) -> Iterator[None]:
    """A queue that gets everything that is said, for as long as the block lasts."""
    with channel_at(trials.ground.amqp_url) as channel:
        channel.queue_declare(CAPTURE)
        for service in SERVICES:
            channel.queue_bind(CAPTURE, exchange_of(service), "#")
        try:
            yield
        finally:
            channel.queue_delete(CAPTURE)


@contextmanager
def _unbound(trials: Trials) -> Iterator[None]:
    """For as long as the block lasts, no reader gets anything."""
    with channel_at(trials.ground.amqp_url) as channel:
        hears = {reader: blueprint_of(reader).hears for reader in READERS}
        bindings = [(queue_of(reader), exchange_of(source)) for reader, heard in hears.items() for source in heard]
        for queue, exchange in bindings:
            channel.queue_unbind(queue, exchange, "#")
        try:
            yield
        finally:
            for queue, exchange in bindings:
                channel.queue_bind(queue, exchange, "#")


def _captured(trials: Trials) -> list[Delivery]:
    found = list[Delivery]()
    with channel_at(trials.ground.amqp_url) as channel:
        while (got := channel.basic_get(CAPTURE, auto_ack=True))[0] is not None:
            found.append(got)
    return found


def _publish_by_several(trials: Trials, deliveries: list[Delivery]) -> None:
    with ThreadPoolExecutor(PUBLISHERS) as pool:
        list(pool.map(lambda part: _publish(trials, deliveries[part::PUBLISHERS]), range(PUBLISHERS)))


def _publish(trials: Trials, deliveries: list[Delivery]) -> None:
    with channel_at(trials.ground.amqp_url) as channel:
        channel.confirm_delivery()
        for method, told, body in deliveries:
            properties = pika.BasicProperties(
                content_type=told.content_type, content_encoding=told.content_encoding, headers=told.headers,
                delivery_mode=2, message_id=told.message_id,
            )  # fmt: skip
            channel.basic_publish(method.exchange, method.routing_key, body, properties)
