"""The intake that pulls: it asks a source for its messages and takes them in, page by page.

So the embedded platform hears everything. Where a broker carries the messages, this is how a gap is closed.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from services.contracts.message import Message

from ..store.executor import Executor
from .outbox import Page
from .parking import place_of
from .progress import Progress
from .reacting import Reaction
from .taking_in import Failing, TakingIn
from .views import Views

__all__ = ["BATCH", "Intake", "Reaction", "Source", "place_of"]

BATCH = 500
pause: Callable[[float], None] = time.sleep


class Source(Protocol):
    """Somebody whose messages can be read from a position."""

    @property
    def source(self) -> str:
        """The name of its log."""

    def messages(self, after: int, limit: int = 500) -> Page:
        """Messages after a position."""


class Intake:
    """Reads one source for one service. ``reactions`` maps a message class to what is done about it."""

    def __init__(
        self, reader: str, source: Source, views: Views, executor: Executor,
        reactions: Mapping[type[Message], Reaction], progress: Progress, now: Callable[[], datetime], *,
        keeps_messages: bool = False,
    ) -> None:  # fmt: skip
        self.reader, self.source = reader, source
        self.taking_in = TakingIn(
            reader, source.source, views, executor, reactions, progress, now, keeps_messages=keeps_messages
        )

    @property
    def position(self) -> int:
        """How far both views and reactions have come."""
        return self.taking_in.position

    def step(self) -> int:
        """Take in one page; return how far the position moved, or 1 when a message is to be tried again.

        Raises what passes by itself, and what the source raises: everything stays as it was.
        """
        before = self.position
        page = self.source.messages(before, BATCH)
        if page.through <= before:
            return 0
        try:
            self.taking_in.take_in(page)
        except Failing as failing:
            pause(failing.pause_seconds)
            return 1
        return self.position - before
