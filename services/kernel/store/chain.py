"""The hash chain over all stored facts of a service: a changed, added or removed fact is found.

Each row carries sha-256 over the link before it and its own bytes as stored, ciphertext included,
so that destroying a key breaks nothing. The last link is kept apart as the head, so that a fact cut
off the end is missed too. Layout of a link: previous (32) | position (8) | id (16) | version (8) |
length of topic (4) | topic | state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Row:
    """A stored fact as bytes, with its link."""

    position: int
    originator_id: UUID
    version: int
    topic: str
    state: bytes
    link: bytes


def next_link(previous: bytes, position: int, originator_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """The link of a row, 32 bytes."""
    name = topic.encode()
    parts = (
        previous, position.to_bytes(8, "big"), originator_id.bytes, version.to_bytes(8, "big"),
        len(name).to_bytes(4, "big"), name, state,
    )  # fmt: skip
    return sha256(b"".join(parts)).digest()


def kept_link(previous: bytes, message_id: str) -> bytes:
    """The link of a kept message, 32 bytes: sha-256 over the link before it and the id ("mall:42"). Whoever has
    read all of them from the first can compute it, and so prove that none is missing."""
    return sha256(previous + message_id.encode()).digest()


class BrokenChain(Exception):
    """The store holds a row that was not written by us, or misses one that was; ``position`` is where, if known."""

    def __init__(self, what: str, position: int | None = None) -> None:
        super().__init__(what)
        self.position = position


def read_row(position: Any, originator_id: Any, version: Any, topic: Any, state: Any, link: Any) -> Row:
    """A row from the values as they lie in a store. BrokenChain when one cannot be what was stored."""
    wanted = ((position, int), (originator_id, bytes), (version, int), (topic, str), (state, bytes), (link, bytes))
    sound = all(isinstance(value, kind) for value, kind in wanted)
    if not sound or len(originator_id) != 16 or min(position, version) < 1:
        raise BrokenChain(f"the fact at position {position} is not what was stored", position)
    return Row(position, UUID(bytes=originator_id), version, topic, state, link)


def verify(rows: Iterable[Row], head: tuple[int, bytes]) -> int:
    """Walk the whole chain and return how many rows it has; BrokenChain names the first wrong position."""
    previous, position, count = GENESIS, 0, 0
    for row in rows:
        expected = next_link(previous, row.position, row.originator_id, row.version, row.topic, row.state)
        if row.position <= position or row.link != expected:
            what = f"the fact at position {row.position} is not what was stored, or one before it is gone"
            raise BrokenChain(what, row.position)
        previous, position, count = row.link, row.position, count + 1
    if (position, previous) != head:
        raise BrokenChain(f"the log ends at position {position}, but position {head[0]} was stored", position)
    return count
