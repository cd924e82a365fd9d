"""What all tests against a real broker need: a virtual host of their own, and a queue that hears everything."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.kernel.flow.rpc_client import NobodyAnswers, NobodyServes, RpcClient
from services.kernel.flow.wire import Delivery, Heard, read
from tests.support.at_broker import channel_at
from tests.support.nameko_process import NamekoProcess
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.waiting import until

MARK = b"the end"


@pytest.fixture(scope="module")
def vhost(rabbitmq_server: RabbitServer) -> str:
    return rabbitmq_server.new_vhost()


@pytest.fixture(scope="module")
def url(rabbitmq_server: RabbitServer, vhost: str) -> str:
    return rabbitmq_server.url(vhost)


class Ear:
    """A durable queue bound to everything that the mall says; survives a restart of the broker."""

    def __init__(self, url: str, queue: str) -> None:
        self._url, self._queue = url, queue
        with channel_at(url) as channel:
            channel.exchange_declare("mall.events", "topic", durable=True)
            channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
            channel.queue_bind(queue, "mall.events", "#")

    def everything(self) -> list[Delivery]:
        """What lies in the queue, in its order; it is empty then."""
        with channel_at(self._url) as channel:
            return self._take(channel)

    def heard(self) -> list[Heard]:
        """The same, as a reader reads it."""
        return [read(delivery) for delivery in self.everything()]

    def forget(self) -> None:
        """Take the queue away."""
        with channel_at(self._url) as channel:
            channel.queue_delete(self._queue)

    def _take(self, channel: Any) -> list[Delivery]:
        """Up to a mark of our own, put behind everything that is there."""
        channel.confirm_delivery()
        channel.basic_publish("", self._queue, MARK)
        found: list[Delivery] = []
        for method, properties, body in channel.consume(self._queue, auto_ack=True):
            if body == MARK:
                break
            encoding, headers = properties.content_encoding, properties.headers
            found.append(Delivery(method.exchange, properties.content_type, encoding, headers, body))
        channel.cancel()
        return found


@pytest.fixture
def ear(url: str) -> Iterator[Ear]:
    ear = Ear(url, "ear")
    yield ear
    ear.forget()


@pytest.fixture(scope="module")
def stranger(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamekoProcess]:
    """A stranger's nameko services; ready once both answer."""
    with NamekoProcess("tests.support.stranger", url, tmp_path_factory.mktemp("stranger") / "log") as process:
        client = RpcClient(url, call_seconds=5.0)
        until_it_answers(client, process, "stranger", "told", {})
        until_it_answers(client, process, "mall", "messages", {"after": 0, "limit": 1})
        client.close()
        yield process


def until_it_answers(client: RpcClient, process: NamekoProcess, service: str, method: str, fields: Any) -> None:
    def answers() -> bool:
        process.refuse_ended()
        try:
            client.call(service, method, fields)
        except (NobodyServes, NobodyAnswers):
            return False
        return True

    assert until(answers), f"{service} does not answer {method}"
