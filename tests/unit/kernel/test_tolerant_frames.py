"""Frames of a stranger reach whoever reads as a message, in whatever they cannot be decoded."""

from struct import pack
from types import SimpleNamespace
from typing import Any

import pytest
from amqp.method_framing import frame_handler  # type: ignore[import-untyped]
from amqp.serialization import loads  # type: ignore[import-untyped]

from services.kernel.flow.tolerant_frames import MARK, tolerant_frames

METHOD, HEADER, BODY = 1, 2, 3
PLAIN = pack(">H", 0)
NO_UTF_8 = pack(">H", 0x0200) + b"\1\xff"


def deliver(exchange: bytes, routing_key: bytes, tag: int = 2**63 + 1) -> bytes:
    """The frame of basic.deliver."""
    short = [pack("B", len(each)) + each for each in (b"tag", exchange, routing_key)]
    return b"\0<\0<" + short[0] + pack(">Q", tag) + b"\1" + short[1] + short[2]


def read(handler: Any, delivery: bytes, properties: bytes) -> tuple[bytes, Any]:
    """The frame of the delivery and the message, as they arrive."""
    arrived: list[tuple[bytes, Any]] = []
    on_frame = handler(
        SimpleNamespace(bytes_recv=0), lambda _channel, _signature, frame, message: arrived.append((frame, message))
    )
    header = pack(">HHQ", 60, 0, 2) + properties
    for frame in ((METHOD, 1, delivery), (HEADER, 1, header), (BODY, 1, b"{}")):
        on_frame(frame)
    return arrived[0]


@pytest.mark.parametrize(
    ("exchange", "key"), [(b"x", b"tally.\xff"), (b"\xfe", b"t"), (b"", b"\xff" * 255), (b"", b"")]
)
def test_a_delivery_becomes_legible_and_stays_the_same_delivery(exchange: bytes, key: bytes) -> None:
    frame = deliver(exchange, key)
    shown, _ = read(tolerant_frames, frame, PLAIN)
    assert len(shown) == len(frame)
    values, _ = loads("sLbss", bytes(shown), 4)
    assert values[:3] == ["tag", 2**63 + 1, True]
    assert values[3:] == [part.decode("ascii", "replace").replace("\ufffd", "?") for part in (exchange, key)]


def test_what_is_legible_stays_as_it_is() -> None:
    frame = deliver("caf\u00e9".encode(), "tally.z\u00e4hlen".encode())
    assert read(tolerant_frames, frame, PLAIN)[0] == frame


def test_properties_that_cannot_be_decoded_are_a_mark_and_the_stock_way_breaks() -> None:
    _, message = read(tolerant_frames, deliver(b"", b"tally.count"), NO_UTF_8)
    assert list(message.properties["application_headers"]) == [MARK]
    assert message.body == b"{}"
    with pytest.raises(UnicodeDecodeError):
        read(frame_handler, deliver(b"", b"tally.count"), NO_UTF_8)
