"""Reading the journal: every message of all services as it came, each at a position of its own, none ever skipped."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from services.contracts.catalogue import MESSAGES
from services.kernel.store.chain import GENESIS
from services.kernel.store.recorder import KeptMessage, KeptRow, Recorder
from services.partners.domain.refusals import BeyondJournal, CursorFromElsewhere, FeedAhead

from .cursors import START, Place

MOST_ROWS = 10_000
"""How many rows one question looks at, so that a rare type costs nobody else's time: the cursor goes on from there."""
MOST_BYTES = 4_000_000
"""How much of the journal one answer takes in, as it is kept."""
ROWS_AT_ONCE = 1_000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The services and the types that are asked for; no types are all of them."""

    sources: frozenset[str]
    types: frozenset[str] | None = None

    def takes(self, message: KeptMessage) -> bool:
        """Whether this one is asked for. Somebody who named types does not get one that nobody here knows yet."""
        source = message.source.partition("/")[0]  # "mall/3" is a part of the mall
        return source in self.sources and (self.types is None or message.type in self.types)

    @property
    def all_types(self) -> frozenset[str]:
        """Every type that is asked for, by name."""
        known = {name for name, message in MESSAGES.items() if message.SERVICE in self.sources}
        return frozenset(known if self.types is None else known & self.types)


@dataclass(frozen=True, slots=True)
class Page:
    """What was found, and how far the journal was looked at, which is where to go on; its link there, and its end."""

    rows: list[KeptRow]
    place: Place
    link: bytes
    head: int

    @property
    def through(self) -> int:
        """How far the journal was looked at."""
        return self.place.position


class Journal:
    """The kept messages of a service."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def head(self) -> int:
        """The position of its latest message; 0 before the first."""
        return self._recorder.kept_head()[0]

    def page(self, start: Place, wanted: Wanted, limit: int) -> Page:
        """Up to ``limit`` messages after a place. Raises CursorFromElsewhere, FeedAhead."""
        head, link = self.head(), self._link_of(start)
        found: list[KeptRow] = []
        place, taken = start, 0
        for row in self._rows_after(start.position, limit):
            if wanted.takes(row.message):
                if row.message.type not in MESSAGES:
                    self._stop_before(row, is_next=place == start)
                    break
                found.append(row)
                taken += len(row.message.envelope)
            place, link = Place.at(row), row.link
            if len(found) == limit or taken > MOST_BYTES:
                break
        return Page(found, place, link, max(head, place.position))

    def count(self, wanted: Wanted, through: int | None) -> tuple[int, int, bytes]:
        """How many there are up to a position, or up to the latest; with that position and its link.

        Raises BeyondJournal.
        """
        head, link = self._recorder.kept_head()
        if through is None:
            through = head
        elif through > head:
            raise BeyondJournal(head=head)
        elif through < head:
            link = self._link_at(through)
        return self._recorder.kept_count(wanted.all_types, through), through, link

    def _rows_after(self, position: int, limit: int) -> Iterator[KeptRow]:
        last, at_once = position + MOST_ROWS, limit
        while rows := self._recorder.kept(position, min(at_once, last - position)):
            yield from rows
            position, at_once = rows[-1].position, min(2 * at_once, ROWS_AT_ONCE)
            if position >= last:
                return

    def _link_of(self, place: Place) -> bytes:
        if place == START:
            return GENESIS
        rows = self._recorder.kept(place.position - 1, 1)
        if not rows or place != Place.at(rows[0]):
            raise CursorFromElsewhere()
        return rows[0].link

    def _link_at(self, position: int) -> bytes:
        """The link at a position; no link when the journal does not go that far."""
        if position == 0:
            return GENESIS
        rows = self._recorder.kept(position - 1, 1)
        return rows[0].link if rows else b""

    @staticmethod
    def _stop_before(row: KeptRow, *, is_next: bool) -> None:
        log.error("the feed stops before a type that is not known", type=row.message.type, journal=row.position)
        if is_next:
            raise FeedAhead()
