"""Frames that a stranger can send and our client library cannot decode, made decodable.

The broker hands on whatever it was given: a media type that is no UTF-8, a time beyond the calendar, tables within
tables a thousand deep. The library gives up the connection over such a message, gets it again, gives up again. So
what stands around it is replaced, and the message arrives as what it is: poison, to be parked.
"""

import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from amqp import spec  # type: ignore[import-untyped]
from amqp.exceptions import FrameSyntaxError  # type: ignore[import-untyped]
from amqp.method_framing import frame_handler  # type: ignore[import-untyped]
from amqp.serialization import dumps  # type: ignore[import-untyped]

MARK = "agora-undecodable"
"""A header that says so, and tells one such message from another; it stands alone."""
_METHOD, _HEADER = 1, 2
_FIXED_BYTES = 12
_FIRST_BEYOND_ASCII = 0x80
_ONLY_HEADERS = 0x2000
_UNDECODABLE = (ValueError, OverflowError, OSError, IndexError, RecursionError, FrameSyntaxError, struct.error)
Frame = tuple[int, int, bytes]


def tolerant_frames(connection: Any, callback: Callable[..., Any]) -> Callable[[Frame], bool]:
    """In place of the library's ``frame_handler``."""
    handle = frame_handler(connection, callback)

    def on_frame(frame: Frame) -> bool:
        kind, channel, content = frame
        if kind == _METHOD and struct.unpack_from(">HH", content) == spec.Basic.Deliver:
            return bool(handle((kind, channel, _with_plain_names(content))))
        if kind != _HEADER:
            return bool(handle(frame))
        try:
            return bool(handle(frame))
        except _UNDECODABLE:
            return bool(handle((kind, channel, _without_properties(content))))

    return on_frame


def _without_properties(content: bytes) -> bytes:
    """A content header that has the mark alone."""
    mark = dumps("F", [{MARK: sha256(content).hexdigest()}])
    return bytes(content[:_FIXED_BYTES]) + struct.pack(">H", _ONLY_HEADERS) + bytes(mark)


def _with_plain_names(content: bytes) -> bytes:
    """A delivery whose exchange and routing key can be decoded: class, method, tag, number, flag, then the two."""
    names = 4 + 1 + content[4] + 8 + 1
    try:
        content[names:].decode()
    except UnicodeDecodeError:
        return bytes(content[:names]) + _plain(bytes(content[names:]))
    return content


def _plain(names: bytes) -> bytes:
    first = names[0]
    parts = names[1 : 1 + first], names[2 + first :]
    return b"".join(
        bytes([len(part)]) + bytes(one if one < _FIRST_BEYOND_ASCII else ord("?") for one in part) for part in parts
    )
