"""Calls over RPC that come to nothing: elsewhere a broker and a process are needed to meet what they are told."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.kernel.doors.rpc_reading import NoReplyTo, WrongShape, read
from services.kernel.flow.broker_line import BrokerLost, BrokerSilent, Line
from services.kernel.flow.rpc_client import NobodyServes, RpcClient
from tests.unit.kernel.test_rpc_reading import delivery


def test_a_call_whose_answer_nobody_would_hear_is_not_carried_out() -> None:
    with pytest.raises(NoReplyTo):
        read(delivery(reply_to=None))


@pytest.mark.parametrize("body", [b"{}", b'{"args": []}', b'{"args": {}, "kwargs": {}}', b'{"args": [], "kwargs": []}'])
def test_a_call_is_arguments_and_fields(body: bytes) -> None:
    said = delivery()
    with pytest.raises(WrongShape):
        read(type(said)(said.routing_key, said.properties, said.headers, body, False))


class Unheard(RpcClient):
    """Whose calls a broker gives back at once, as nobody has a queue for them."""

    def _ready(self) -> Any:
        nothing = SimpleNamespace(basic_publish=lambda *_given, **_more: None)
        return SimpleNamespace(channel=nothing, refuse_blocked=lambda: None, wait=lambda *_given: None)


def test_a_service_that_takes_no_calls_is_told() -> None:
    with pytest.raises(NobodyServes):
        Unheard("amqp://nowhere.invalid", "test").call("mall", "orders")


class Silent(Line):
    """Over which nothing comes, until the other end is gone after a few looks."""

    def __init__(self) -> None:
        self._looks = iter(range(3))

    def _refuse_lost(self) -> None:
        if next(self._looks, None) is None:
            raise BrokerLost(why="gone")

    def _turn(self, seconds: float) -> None:
        """Nothing comes."""

    def refuse_blocked(self) -> None:
        """It says nothing, not even that."""


def test_nobody_waits_for_ever_for_a_broker_that_says_nothing() -> None:
    with pytest.raises(BrokerSilent, match="answered"):
        Silent().wait(lambda: False, -1.0, "answered")
