"""What must be true of what a store holds of other logs: how far they were read, what was kept, what is parked."""

import json
from collections.abc import Callable, Iterator

from .at_rest import StoreAtRest
from .chain import GENESIS, kept_link
from .invariants import Broken, Invariant
from .recorder import KeptRow, ParkedRow

HeadOf = Callable[[str], int | None]
"""The position of the latest fact of a log by its name, as of now; None when there is no such log."""
OWN_CURSOR = "relay"
"""The reader of a service's own log, whose cursor says what the broker has."""
NO_MESSAGE = frozenset({"unreadable", "rpc"})
"""The stages of what came and is no message of any log."""
PAGE = 500


class ReadersAreNotAhead(Invariant):
    """An effect of a message that was never sent, or of facts that were cut off since."""

    name = "tracking"
    sentence = "No log was read further than it goes."

    def __init__(self, store: StoreAtRest, head_of: HeadOf) -> None:
        super().__init__()
        self._store, self._head_of = store, head_of

    def finish(self) -> None:
        for source, position in self._store.trackings().items():
            self.checked += 1
            head = self._store.head()[0] if source == OWN_CURSOR else self._head_of(source)
            if head is None or not isinstance(position, int) or not 0 <= position <= head:
                raise Broken(f"{source} was read up to {position}, but its log ends at {head}", position)


class KeptMessagesFollow(Invariant):
    """A message that is missing in a journal, or was put in later, is one that a partner has another idea of."""

    name = "kept"
    sentence = "What is kept of other logs has no hole, each message once and in their order, linked as it came."

    def __init__(self, store: StoreAtRest, head_of: HeadOf) -> None:
        super().__init__()
        self._store, self._head_of = store, head_of
        self._latest: dict[str, int] = {}

    def finish(self) -> None:
        link = GENESIS
        for row in self._rows():
            self.checked += 1
            message = row.message
            if row.position != self.checked:
                raise Broken(f"kept message {self.checked} is missing, {row.position} comes next", self.checked)
            link = kept_link(link, f"{message.source}:{message.source_position}")
            if row.link != link:
                raise Broken(f"kept message {row.position} is not what was kept, or one before it", row.position)
            if message.source_position <= self._latest.get(message.source, 0):
                raise Broken(f"kept message {row.position} comes after a later one of its log", row.position)
            self._latest[message.source] = message.source_position
        self._refuse_invented()

    def _refuse_invented(self) -> None:
        for source, position in self._latest.items():
            head = self._head_of(source)
            if head is None or position > head:
                raise Broken(f"{source}:{position} is kept, but the log of {source} ends at {head}")

    def _rows(self) -> Iterator[KeptRow]:
        after = 0
        while page := self._store.kept(after, PAGE):
            yield from page
            after = page[-1].position


class ParkedMessagesAreSane(Invariant):
    """A parked row that cannot be shown or retried keeps its subject waiting for ever."""

    name = "parked"
    sentence = "Every parked message says where it came from, how far it came and why it stopped."

    def __init__(self, store: StoreAtRest, head_of: HeadOf) -> None:
        super().__init__()
        self._store, self._head_of = store, head_of
        self._heads: dict[str, int | None] = {}

    def finish(self) -> None:
        while page := self._store.parked(PAGE, self.checked):
            for row in page:
                self.checked += 1
                if wrong := self._wrong(row):
                    raise Broken(f"the parked message {row.name!r} {wrong}")

    def _wrong(self, row: ParkedRow) -> str | None:
        if not all((row.name, row.source, row.stage, row.cause)):
            return "does not say where it came from, how far it came and why it stopped"
        if row.position < 0:
            return f"is at position {row.position}"
        return None if row.stage in NO_MESSAGE else self._untrue(row)

    def _untrue(self, row: ParkedRow) -> str | None:
        try:
            json.loads(row.envelope)
        except ValueError:
            return "has an envelope that cannot be read, and so cannot be tried again"
        if row.source not in self._heads:
            self._heads[row.source] = self._head_of(row.source)
        head = self._heads[row.source]
        return f"is at {row.position}, but its log ends at {head}" if head is None or row.position > head else None
