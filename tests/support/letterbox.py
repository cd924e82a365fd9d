"""A log of messages in memory, an outlet that keeps what is published, and a reader by the rules of the wire."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from services.contracts.envelope import Envelope
from services.contracts.mall import OrderDelivered
from services.kernel.flow import wire
from services.kernel.flow.outbox import Page
from services.kernel.flow.wire import Delivery, Heard, Wired
from services.kernel.refusals import Unready
from tests.support.other_service import envelope_of
from tests.support.scenario import ANNA

SOURCE = "mall"


class LetterboxBroken(Unready):
    """The outlet is told to fail."""

    sentence = "The letterbox does not take it."


def envelope(position: int, source: str = SOURCE) -> Envelope:
    """The message at a position: an order was delivered."""
    return envelope_of(OrderDelivered(order_id=ANNA), position, source)


@dataclass
class MemoryLog:
    """A log of ``length`` facts; those at ``told`` have a message."""

    length: int
    told: Collection[int]
    source: str = SOURCE

    def messages(self, after: int, limit: int = 500) -> Page:
        """As an outbox tells them."""
        through = max(after, min(after + limit, self.length))
        told = [envelope(one, self.source) for one in range(after + 1, through + 1) if one in self.told]
        return Page(told, through, self.length)


@dataclass
class Letterbox:
    """Takes messages and keeps them; breaks before the ``breaks_at``-th from now."""

    posted: list[Wired] = field(default_factory=list)
    breaks_at: int | None = None
    idled: int = 0
    is_closed: bool = False

    def publish(self, batch: Sequence[Wired]) -> None:
        """Keep them one by one. Raises LetterboxBroken in the middle when it is told to."""
        for wired in batch:
            if self.breaks_at is not None:
                self.breaks_at -= 1
                if self.breaks_at < 0:
                    self.breaks_at = None
                    raise LetterboxBroken()
            self.posted.append(wired)

    def idle(self) -> None:
        """Count how often there was nothing to send."""
        self.idled += 1

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True

    @property
    def ids(self) -> list[str]:
        """The ids of all that was posted."""
        return [wired.message_id for wired in self.posted]

    @property
    def heard(self) -> list[Heard]:
        """All that was posted, as a reader reads it."""
        return [read(wired) for wired in self.posted]


def read(wired: Wired) -> Heard:
    """What a reader reads of it. Raises UnreadableDelivery."""
    return wire.read(Delivery(f"{SOURCE}.events", "application/json", "utf-8", wired.headers, wired.body))


@dataclass
class ReaderByTheRules:
    """Drops what it has seen, takes what follows, and asks the log about a gap."""

    log: MemoryLog
    position: int = 0
    taken: list[int] = field(default_factory=list)

    def hear(self, heard: Heard) -> None:
        """Deal with one delivery."""
        if heard.previous > self.position and heard.position > self.position:
            page = self.log.messages(self.position, self.log.length)
            self.taken += [one.position for one in page.messages]
            self.position = page.through
        if heard.position > self.position:
            self.taken += [] if heard.envelope is None else [heard.position]
            self.position = heard.position
