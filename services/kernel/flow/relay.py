"""The relay: a service's own log to the broker. The log is the outbox, and a cursor in it says what the broker has.

The cursor is saved after the broker has confirmed, never before: a crash between the two sends some messages again
under the same ids, and loses none. Whatever goes wrong, the page is sent again from its beginning.
"""

from collections.abc import Sequence
from typing import Protocol

import structlog
from eventsourcing.persistence import Tracking

from services.contracts.envelope import Envelope

from ..store.clashes import PositionSeen
from ..store.recorder import Entry, Recorder
from . import wire
from .outbox import Page
from .wire import Wired

CURSOR = "relay"
BATCH = 4_000
"""Facts a page. After each one, the broker's confirms of all its messages are waited for, and the cursor is moved: with
half as many in a page the relay says a twelfth less in the same time."""
log = structlog.get_logger()


class Log(Protocol):
    """What a service says to others, from any position."""

    def messages(self, after: int, limit: int) -> Page:
        """Messages after a position."""


class Outlet(Protocol):
    """Where messages leave; ``Publisher`` over a broker."""

    def publish(self, batch: Sequence[Wired]) -> None:
        """Return once all of them are there; raise otherwise."""

    def idle(self) -> None:
        """Stay ready while there is nothing to send."""

    def close(self) -> None:
        """Let go."""


class Relay:
    """Publishes the messages of ``source``. One should be active at a time; two do no harm but send some twice.

    Everything raises what the publisher raises; the next step goes on where this one ended.
    """

    def __init__(self, source: str, outbox: Log, recorder: Recorder, publisher: Outlet, *, batch: int = BATCH) -> None:
        self.source, self._outbox, self._recorder, self._publisher = source, outbox, recorder, publisher
        self._batch = batch
        self._begin()

    @property
    def position(self) -> int:
        """Up to where the broker has everything."""
        return self._cursor

    @property
    def backlog(self) -> int:
        """How many positions of the log the broker does not have yet."""
        return max(0, self._recorder.position() - self._cursor)

    def step(self) -> int:
        """Publish one page; return how far the position moved. At the end of the log, say how far it was looked at."""
        before, page = self._cursor, self._outbox.messages(self._cursor, self._batch)
        if page.through == before:
            self._rest()
            return 0
        self._forward(page)
        return page.through - before

    def close(self) -> None:
        """Let go of the broker."""
        self._publisher.close()

    def _begin(self) -> None:
        """What was published last is not known any more: the next message only claims to follow the cursor."""
        self._cursor = self._previous = self._recorder.tracked(CURSOR)
        self._has_told_end = self._cursor == 0

    def _forward(self, page: Page) -> None:
        if page.messages:
            self._publisher.publish(self._wired(page.messages))
            self._say_told(page.messages)
        try:
            self._recorder.append([Entry(tracking=[Tracking(CURSOR, page.through)])])
        except PositionSeen:  # another relay was faster: what lies between is there, and was said by the other
            self._begin()
        else:
            self._moved(page)

    def _wired(self, messages: Sequence[Envelope]) -> list[Wired]:
        before = [self._previous, *(one.position for one in messages)]
        return [wire.message(one, previous) for one, previous in zip(messages, before, strict=False)]

    def _say_told(self, messages: Sequence[Envelope]) -> None:
        telling = log.bind(service=self.source)  # once: it takes longer than to leave a line out
        for one in messages:
            telling.info(
                "told", message=one.id, type=one.type, subject=one.subject, correlation_id=one.correlation_id
            )  # fmt: skip

    def _moved(self, page: Page) -> None:
        self._cursor = page.through
        if page.messages:
            self._previous = page.messages[-1].position
        self._has_told_end = self._previous == self._cursor

    def _rest(self) -> None:
        """Facts that nobody hears of move the position too, and readers want to know how far they are."""
        if self._has_told_end:
            self._publisher.idle()
            return
        self._publisher.publish([wire.watermark(self.source, self._cursor, self._previous)])
        self._previous, self._has_told_end = self._cursor, True
