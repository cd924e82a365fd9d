"""Messages as bytes that no client library would write, published all the same."""

import struct
from typing import Any, ClassVar, Self

from amqp import spec  # type: ignore[import-untyped]
from kombu.connection import Connection

from services.kernel.flow.wire import Wired

AS_IT_IS = struct.pack(">H", 0)
"""No properties at all."""


class Raw:
    """A message whose properties are given as bytes; it passes for one of the library's."""

    properties: ClassVar[dict[str, Any]] = {}

    def __init__(self, packed: bytes, body: bytes = b"{}") -> None:
        self.packed, self.body = packed, body

    @classmethod
    def of(cls, wired: Wired, content_type: str) -> Self:
        """A message of ours with another content type."""
        entries = b"".join(_entry(name, _text(value)) for name, value in wired.headers.items())
        kind = bytes([len(content_type)]) + content_type.encode()
        return cls(struct.pack(">H", 0xA000) + kind + struct.pack(">I", len(entries)) + entries, wired.body)

    def _serialize_properties(self) -> bytes:
        return self.packed


def publish_raw(url: str, exchange: str, key: str | bytes, content: Raw) -> None:
    """Publish it; returns once the broker has it."""
    with Connection(url) as connection:
        channel = connection.channel()
        channel.confirm_select()
        channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, key, False, False), content)
        channel.wait(spec.Basic.Ack)


def _table(name: str, value: bytes) -> bytes:
    """Headers with one of a kind, and no other property."""
    entries = _entry(name, value)
    return struct.pack(">HI", 0x2000, len(entries)) + entries


def _entry(name: str, value: bytes) -> bytes:
    return bytes([len(name)]) + name.encode() + value


def _text(value: str) -> bytes:
    return b"S" + struct.pack(">I", len(value)) + value.encode()


def _nested(depth: int) -> bytes:
    value = b"V"
    for _ in range(depth):
        inner = _entry("a", value)
        value = b"F" + struct.pack(">I", len(inner)) + inner
    return value


BOMBS: dict[str, Raw] = {
    "a media type that is no UTF-8": Raw(struct.pack(">HB", 0x8000, 2) + b"\xff\xfe"),
    "a time beyond the calendar": Raw(_table("t", b"T" + b"\x7f" + b"\xff" * 7)),
    "tables within tables": Raw(_table("t", _nested(5_000))),
    "a compressed body": Raw(_table("compression", _text("application/x-gzip"))),
    "a number as header": Raw(_table("ce-id", b"s\x00\x07")),
}
"""What a stranger can put around a body."""
