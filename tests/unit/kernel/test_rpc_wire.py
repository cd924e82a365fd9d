"""The transport of the nameko door reads what the stock one breaks on; its consumer lives on what that one dies of."""

import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.kernel.doors import rpc_entrypoint
from services.kernel.doors.rpc_consumer import SafeConsumer
from services.kernel.doors.rpc_entrypoint import SafeRpcConsumer
from services.kernel.doors.rpc_nameko import Consumer, pyamqp
from services.kernel.doors.rpc_wire import Delivered

PACKED = zlib.compress(b" " * 1_000_000)


def raw_message() -> Any:
    headers = {"compression": "application/x-gzip"}
    return SimpleNamespace(
        properties={"application_headers": headers}, body=PACKED, delivery_tag=1,
        delivery_info={"routing_key": "tally.count", "redelivered": True},
    )  # fmt: skip


def test_a_packed_body_stays_packed_and_the_stock_way_unpacks_it() -> None:
    delivery = Delivered(raw_message()).delivery()
    assert (delivery.body, delivery.headers) == (PACKED, {"compression": "application/x-gzip"})
    assert (delivery.routing_key, delivery.is_again) == ("tally.count", True)
    assert len(pyamqp.Message(raw_message()).body) == 1_000_000


def breaking(failure: Exception) -> Any:
    """A message of which nothing can be said any more."""

    def fail() -> None:
        raise failure

    return SimpleNamespace(ack=fail, requeue=fail, channel=SimpleNamespace(connection=True))


@pytest.mark.parametrize("failure", [ConnectionResetError(), OSError(9, "gone"), RuntimeError("second write")])
def test_a_delivery_that_cannot_be_settled_ends_nothing_and_the_stock_way_raises(failure: Exception) -> None:
    consumer = SafeConsumer("amqp://nowhere")
    with capture_logs() as logs:
        consumer.ack_message(breaking(failure))
        consumer.requeue_message(breaking(failure))
    assert [entry["cause"] for entry in logs] == [repr(failure)] * 2
    with pytest.raises(type(failure)):
        Consumer.ack_message(consumer, breaking(failure))


def test_what_fails_goes_back_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[Any] = []
    monkeypatch.setattr("services.kernel.doors.rpc_entrypoint.time.sleep", lambda seconds: happened.append(seconds))
    consumer = SafeRpcConsumer()
    consumer.consumer = SimpleNamespace(requeue_message=happened.append)
    fail: Callable[..., None] = breaking(OSError("the store is away")).ack
    with capture_logs():
        consumer._safely(lambda _message: fail(), "the message")
    assert happened == [rpc_entrypoint.PAUSE_SECONDS, "the message"]
    assert rpc_entrypoint.PAUSE_SECONDS >= 1


def test_what_comes_late_goes_back_when_nothing_more_comes() -> None:
    went_back: list[str] = []
    consumer = SafeConsumer("amqp://nowhere", callbacks=[went_back.append])
    consumer.stop()
    for name in ("one", "two"):
        consumer.take(SimpleNamespace(requeue=lambda name=name: went_back.append(name)))
    assert went_back == []
    consumer.on_consume_end(None, None)
    assert went_back == ["two", "one"], "each goes to the front of the queue"
