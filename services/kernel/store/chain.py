"""The hash chain over all stored facts of a service: a changed, added or removed fact is found.

Each row carries sha-256 over the link before it and its own bytes as stored, ciphertext included,
so that destroying a key breaks nothing. The last link is kept apart as the head, so that a fact cut
off the end is missed too. Layout of a link: previous (32) | position (8) | id (16) | version (8) |
length of topic (4) | topic | state.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from .known_ids import known_id

GENESIS = bytes(32)
_BEFORE_TOPIC = Struct(">32sQ16sQ")


class Row(NamedTuple):
    """A stored fact as bytes, with its link."""

    position: int
    originator_id: UUID
    version: int
    topic: str
    state: bytes
    link: bytes


def next_link(previous: bytes, position: int, originator_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """The link of a row, 32 bytes."""
    before = _BEFORE_TOPIC.pack(previous, position, originator_id.bytes, version)
    return sha256(before + _with_length(topic) + state).digest()


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
    sound = (
        isinstance(position, int) and isinstance(originator_id, bytes) and isinstance(version, int)
        and isinstance(topic, str) and isinstance(state, bytes) and isinstance(link, bytes)
        and len(originator_id) == 16 and position >= 1 and version >= 1
    )  # fmt: skip
    if not sound:
        raise BrokenChain(f"the fact at position {position} is not what was stored", position)
    return Row(position, known_id(originator_id), version, topic, state, link)


class Walk:
    """A walk along the chain, a row at a time: how far it came, and how many rows it has passed."""

    def __init__(self) -> None:
        self.previous, self.position, self.count = GENESIS, 0, 0

    def pass_by(self, row: Row) -> None:
        """The next row. Raises BrokenChain, which names its position, when it does not follow."""
        expected = next_link(self.previous, row.position, row.originator_id, row.version, row.topic, row.state)
        if row.position <= self.position or row.link != expected:
            what = f"the fact at position {row.position} is not what was stored, or one before it is gone"
            raise BrokenChain(what, row.position)
        self.previous, self.position, self.count = row.link, row.position, self.count + 1

    def end(self, head: tuple[int, bytes]) -> int:
        """How many rows there were. Raises BrokenChain when this is not where the log ended."""
        if (self.position, self.previous) != head:
            what = f"the log ends at position {self.position}, but position {head[0]} was stored"
            raise BrokenChain(what, self.position)
        return self.count


def verify(rows: Iterable[Row], head: tuple[int, bytes]) -> int:
    """Walk the whole chain and return how many rows it has; BrokenChain names the first wrong position."""
    walk = Walk()
    for row in rows:
        walk.pass_by(row)
    return walk.end(head)


@lru_cache
def _with_length(topic: str) -> bytes:
    name = topic.encode()
    return len(name).to_bytes(4, "big") + name
