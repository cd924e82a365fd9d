"""What a queue has brought, sorted by its source; and poison, which is nobody's message, as rows to be parked.

A delivery that cannot be read never moves a position, and is never taken for the message that it says it is: if it
names a position, the source is asked for it. So its row has a name of its own and keeps nobody waiting.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..refusals import Malformed
from ..store.recorder import ParkedRow
from . import wire
from .parking import UNREADABLE
from .reader_queue import Received
from .stream import Noted, Stream
from .wire_refusals import Known, UnreadableDelivery


class Unusable(Malformed):
    """It may be a message in the form that all speak, but not one for this reader; ``known`` is what can be said of
    it all the same."""

    sentence = "It is nothing that this reader can take in."

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.known = Known()


class Undecodable(Unusable):
    """A header or property of a kind that no client library decodes."""

    sentence = "What stands around its body cannot be decoded."


class NotHeard(Unusable):
    """It is of a log that its reader does not read."""

    sentence = "It is of the log {source}, which this reader does not read."


class Doubtful(Unusable):
    """It is spelled as a message, and is not what its type promises."""

    sentence = "It cannot be read: {why}."


@dataclass(slots=True)
class SortedOut:
    """By source what can be read, in order; positions that were spoken of by what cannot; and rows of the latter."""

    heard: dict[str, list[tuple[wire.Heard, Noted]]] = field(default_factory=lambda: defaultdict(list))
    noted: list[tuple[str, int, Noted]] = field(default_factory=list)
    poison: list[ParkedRow] = field(default_factory=list)


def sorted_out(batch: Sequence[Received], streams: Mapping[str, Stream], now: datetime) -> SortedOut:
    """Sort deliveries; nothing is raised, whatever was delivered."""
    found = SortedOut()
    for received in batch:
        name, said = f"unreadable:{received.digest}", None
        try:
            heard = _read(received, streams)
            said = heard.envelope
            _refuse_doubtful(heard, streams[heard.source])
        except (UnreadableDelivery, Unusable) as refusal:
            row = _row(name, received, refusal, now)
            found.poison.append(row)
            if row.source in streams:
                found.noted.append((row.source, row.position, Noted(name, row.type, True, said)))
        else:
            kind = said.type if said else wire.WATERMARK_TYPE
            found.heard[heard.source].append((heard, Noted(name, kind)))
    return found


def _read(received: Received, streams: Mapping[str, Stream]) -> wire.Heard:
    if not received.is_decodable:
        raise Undecodable()
    heard = wire.read(received.delivery)
    if heard.source not in streams:
        raise NotHeard(source=heard.source)
    return heard


def _refuse_doubtful(heard: wire.Heard, stream: Stream) -> None:
    """Somebody who cannot say what he means may not be who he says. What was seen is seen, whatever it says."""
    if heard.envelope is None or heard.position <= stream.position:
        return
    one = stream.taking_in.read(heard.envelope)
    if one.unreadable:
        refusal = Doubtful(why=one.unreadable.rstrip("."))
        refusal.known = Known(heard.source, heard.position, heard.envelope.subject, heard.envelope.type)
        raise refusal


def _row(name: str, received: Received, refusal: UnreadableDelivery | Unusable, now: datetime) -> ParkedRow:
    known = refusal.known
    source = known.source or received.delivery.exchange.removesuffix(wire.exchange_of(""))
    return ParkedRow(
        name=name, source=source, position=known.position, subject="", type=known.type, stage=UNREADABLE,
        cause=refusal.detail, parked_at=now,
    )  # fmt: skip
