"""Lists as parameters of one fixed type each, so that the statement is always the same one, prepared once a connection.

The driver would otherwise take the smallest type that fits the values at hand, and none at all for an empty list.
"""

import struct
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format


@dataclass(frozen=True, slots=True)
class Array:
    """Values of one kind, in order; None is NULL."""

    values: Sequence[Any]


class Texts(Array):
    """text[]"""


class Blobs(Array):
    """bytea[]"""


class Bigints(Array):
    """bigint[]"""


class Uuids(Array):
    """uuid[], of UUID."""


class Booleans(Array):
    """boolean[]"""


class _ArrayDumper(Dumper):
    """The binary form of an array: dimensions, has NULL, type of elements, length, first index; then each one."""

    format = Format.BINARY
    element_oid: ClassVar[int]

    def dump(self, array: Array) -> bytes:
        if not array.values:
            return struct.pack("!iiI", 0, 0, self.element_oid)
        has_null = int(None in array.values)
        head = struct.pack("!iiIii", 1, has_null, self.element_oid, len(array.values), 1)
        return head + b"".join(self._packed(array.values))

    def _packed(self, values: Iterable[Any]) -> Iterable[bytes]:
        for value in values:
            if value is None:
                yield b"\xff\xff\xff\xff"
            else:
                packed = self.pack(value)
                yield struct.pack("!i", len(packed))
                yield packed

    @staticmethod
    @abstractmethod
    def pack(value: Any) -> bytes:
        """One element in its binary form."""


class _Texts(_ArrayDumper):
    oid, element_oid = 1009, 25

    @staticmethod
    def pack(value: str) -> bytes:
        return value.encode()


class _Blobs(_ArrayDumper):
    oid, element_oid = 1001, 17

    @staticmethod
    def pack(value: bytes) -> bytes:
        return bytes(value)


class _Bigints(_ArrayDumper):
    oid, element_oid = 1016, 20

    @staticmethod
    def pack(value: int) -> bytes:
        return struct.pack("!q", value)


class _Uuids(_ArrayDumper):
    oid, element_oid = 2951, 2950

    @staticmethod
    def pack(value: UUID) -> bytes:
        return value.bytes


class _Booleans(_ArrayDumper):
    oid, element_oid = 1000, 16

    @staticmethod
    def pack(value: bool) -> bytes:
        return b"\x01" if value else b"\x00"


def teach(connection: Connection[Any]) -> None:
    """Let a connection take these as parameters."""
    for kind, dumper in ((Texts, _Texts), (Blobs, _Blobs), (Bigints, _Bigints), (Uuids, _Uuids), (Booleans, _Booleans)):
        connection.adapters.register_dumper(kind, dumper)
