"""At a real broker, by hand: what no part of the program does."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pika


@contextmanager
def channel_at(url: str) -> Iterator[Any]:
    """A channel on a connection of its own, for as long as the block lasts."""
    with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
        yield connection.channel()
