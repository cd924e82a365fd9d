"""The log is the outbox: what a service says to others is read from its own facts, never sent beside them."""

from dataclasses import dataclass
from typing import Protocol

from services.contracts.envelope import Envelope
from services.contracts.message import Message

from ..domain import Fact
from ..store.eventstore import EventStore


class Publish(Protocol):
    """What a service says of a fact: a ``functools.singledispatch`` by its kind, None for what nobody hears of."""

    def __call__(self, fact: Fact) -> Message | None:
        """The message that a fact leaves as."""

    def dispatch(self, kind: type) -> object:
        """What makes it, for a kind; for ``object``, what is left over."""


@dataclass(frozen=True, slots=True)
class Page:
    """Messages in order, ``through``: how far the log was looked at to find them, and ``head``: where it ended then,
    None where that was not said."""

    messages: list[Envelope]
    through: int
    head: int | None = None


class Outbox:
    """The messages of one service, read from its log from any position, for ever."""

    def __init__(self, source: str, store: EventStore, publish: Publish) -> None:
        self.source, self._store, self._publish = source, store, publish

    def messages(self, after: int, limit: int = 500) -> Page:
        """Up to ``limit`` facts after a position, as the messages that may leave the service."""
        head = self._store.recorder.position()
        found = self._store.facts(after, limit)
        envelopes = [
            _envelope(self.source, recorded.position, recorded.fact, message)
            for recorded in self._store.open([one for one in found if self._tells(one.kind)])
            if (message := self._publish(recorded.fact)) is not None
        ]
        if not found:
            return Page([], after, head)
        return Page(envelopes, found[-1].position, max(head, found[-1].position))  # it may have grown meanwhile

    def _tells(self, kind: type[Fact]) -> bool:
        """Whether anything is ever said of this kind: what is not need not be opened."""
        return self._publish.dispatch(kind) is not self._publish.dispatch(object)


def _envelope(source: str, position: int, fact: Fact, message: Message) -> Envelope:
    return Envelope(
        source=source,
        position=position,
        type=message.type,
        subject=message.subject,
        recorded_at=fact.recorded_at,
        effective_at=fact.effective_at,
        correlation_id=fact.meta[3],
        causation_id=fact.meta[2],
        data=message.to_data(),
    )
