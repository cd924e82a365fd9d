"""A partner that reads its feed to the end, again and again, and believes nothing that it cannot check."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.kernel.store.chain import GENESIS, kept_link

from .checks import Wrongs

SOURCES = ("identity", "groups", "mall", "events")
SCOPES = [f"feed:{source}" for source in SOURCES]
PAGE = 1_000
Event = dict[str, Any]


@dataclass
class Reader:
    """What it has read: every position of the journal, the position in each log, and the chain over all ids."""

    position: int = 0
    link: bytes = GENESIS
    heard: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    cursor: str | None = None

    def take_in(self, events: list[Event], through: int, digest: str) -> Wrongs:
        """The events of one page, how far the journal was looked at, and the digest that it claims to have there."""
        wrongs = Wrongs()
        for event in events:
            self._take_in(event, wrongs)
        if through != self.position:
            wrongs.lost.append(f"the feed was read through {through}, and its last event was at {self.position}")
        if digest != self.link.hex():
            wrongs.broken.append(f"the chain of the feed is not what its digest says at {self.position}")
        return wrongs

    def complete(self, before: set[str], after: set[str]) -> Wrongs:
        """What was told, against everything that had been said before it was read, and after: between the two
        something more may have fallen due."""
        missing, more = sorted(before - self.ids), sorted(self.ids - after)
        return Wrongs(
            lost=[f"the partner was never told {missing[:5]}"] if missing else [],
            broken=[f"the partner was told {more[:5]}, which nobody said"] if more else [],
        )

    def _take_in(self, event: Event, wrongs: Wrongs) -> None:
        position, source, sequence = int(event["journal"]), event["source"], int(event["sequence"])
        if event["id"] in self.ids:
            wrongs.twice.append(f"the partner was told {event['id']} twice")
        elif position != self.position + 1:
            wrongs.lost.append(f"the feed goes on with {position} after {self.position}")
        elif sequence <= self.heard.get(source, 0):
            wrongs.out_of_order.append(f"the partner was told {event['id']} after {self.heard[source]}")
        self.ids.add(event["id"])
        self.position, self.heard[source] = position, max(sequence, self.heard.get(source, 0))
        self.link = kept_link(self.link, event["id"])


@dataclass
class Partner:
    """Who reads, at a platform, with a key."""

    url: str
    key: str
    reader: Reader = field(default_factory=Reader)

    def read_on(self, spoken: Callable[[], set[str]]) -> Wrongs:
        """All that is new; then everything said must have been told, and nothing else. ``spoken`` looks what was."""
        wrongs, before = Wrongs(), spoken()
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False) as client:
            while True:
                known = {"cursor": self.reader.cursor} if self.reader.cursor else {}
                page = client.get("/partners/feed", params={"limit": PAGE, **known}).raise_for_status()
                events: list[Event] = page.json()
                told = page.headers
                self.reader.cursor = told["Agora-Cursor"]
                if not events:
                    wrongs += self.reader.complete(before, spoken())
                    return wrongs
                wrongs += self.reader.take_in(events, int(told["Agora-Through"]), told["Agora-Digest"])
