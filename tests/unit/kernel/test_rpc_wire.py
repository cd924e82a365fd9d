"""The transport of the nameko door reads what the stock one breaks on; its consumer lives on what that one dies of."""

import zlib
from collections.abc import Callable
from struct import pack
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.kernel.doors import rpc_entrypoint
from services.kernel.doors.rpc_consumer import SafeConsumer
from services.kernel.doors.rpc_entrypoint import SafeRpcConsumer
from services.kernel.doors.rpc_nameko import Consumer, amqp_serialization, pyamqp
from services.kernel.doors.rpc_wire import Channel, Delivered, legible

PACKED = zlib.compress(b" " * 1_000_000)
BASIC = 60


def properties(reply_to: bytes) -> bytes:
    """The frame of properties that hold a reply_to alone."""
    return pack(">H", 0x0200) + pack("B", len(reply_to)) + reply_to


def deliver(exchange: bytes, routing_key: bytes, tag: int = 2**63 + 1) -> bytes:
    """The frame of basic.deliver."""
    short = [pack("B", len(each)) + each for each in (b"tag", exchange, routing_key)]
    return b"\0<\0<" + short[0] + pack(">Q", tag) + b"\1" + short[1] + short[2]


def test_properties_that_cannot_be_read_are_none_and_the_stock_way_breaks() -> None:
    read = amqp_serialization.PROPERTY_CLASSES[BASIC]
    assert read(properties(b"me"), 0)[0] == {"reply_to": "me"}
    assert list(read(properties(b"\xff"), 0)[0]) == ["undecoded"]
    with pytest.raises(UnicodeDecodeError):
        amqp_serialization.decode_properties_basic(properties(b"\xff"), 0)


@pytest.mark.parametrize(
    ("exchange", "key"), [(b"x", b"tally.\xff"), (b"\xfe", b"t"), (b"", b"\xff" * 255), (b"", b"")]
)
def test_a_delivery_becomes_legible_and_stays_the_same_delivery(exchange: bytes, key: bytes) -> None:
    frame = deliver(exchange, key)
    shown = legible(frame)
    assert len(shown) == len(frame)
    values, _ = amqp_serialization.loads("sLbss", shown, 4)
    assert values[:3] == ["tag", 2**63 + 1, True]
    assert values[3:] == [part.decode("ascii", "replace").replace("\ufffd", "?") for part in (exchange, key)]


def test_what_is_legible_stays_as_it_is() -> None:
    frame = deliver("caf\u00e9".encode(), "tally.z\u00e4hlen".encode())
    assert legible(frame) == frame


def test_a_channel_hands_over_what_is_hardly_legible(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[Any] = []
    monkeypatch.setattr(
        pyamqp.Channel, "dispatch_method", lambda _self, _sig, payload, _content: handed.append(payload)
    )
    channel = Channel.__new__(Channel)
    for key in (b"tally.count", b"tally.\xff"):
        channel.dispatch_method((60, 60), deliver(b"", key), None)
    assert handed == [deliver(b"", b"tally.count"), legible(deliver(b"", b"tally.\xff"))]


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
