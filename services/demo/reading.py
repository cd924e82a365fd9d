"""A partner in a few lines: reads the feed from position 0, and keeps what it means, knowing nothing else."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from services.demo.client import Api

Event = Mapping[str, Any]
PAGE = 1_000
COUNTED = ("orders", "units", "returned", "gross_minor", "refunded_minor")


class Reader:
    """Figures by listing and members by community, from events alone; a chain proves that none is missing."""

    def __init__(self, api: Api, key: str) -> None:
        self._api, self._key = api, key
        self._cursor: dict[str, str] = {}
        self._link = bytes(32)
        self.position = 0
        self.is_whole = True
        self.words: list[str] = []
        """The body of every page, as it came."""
        self._sold: dict[str, Counter[str]] = {}
        self.members: dict[str, set[str]] = {}
        self.seats: dict[str, Counter[str]] = {}

    async def read_on(self) -> None:
        """All that there is by now after what was read before. Raises Refused, PlatformNotReached."""
        while True:
            page = await self._api.page("/partners/feed", self._key, limit=PAGE, **self._cursor)
            events = page.json()
            self._take_in(events)
            self.words.append(page.text)
            self._cursor = {"cursor": page.headers["Agora-Cursor"]}
            if self._link.hex() != page.headers["Agora-Digest"]:
                self.is_whole = False
            if self.position >= int(page.headers["Agora-Head"]) or not events:
                return

    def sold(self, listing_id: str) -> dict[str, int]:
        """What was sold of a listing, as far as it was read."""
        counted = self._sold.get(listing_id, Counter())
        return {name: counted[name] for name in COUNTED}

    def _take_in(self, events: Sequence[Event]) -> None:
        for event in events:
            self.is_whole = self.is_whole and int(event["journal"]) == self.position + 1
            self.position = int(event["journal"])
            self._link = sha256(self._link + event["id"].encode()).digest()
            effect = EFFECTS.get(event["type"])
            if effect is not None:
                effect(self, event["data"])

    def _paid(self, order: Event) -> None:
        for line in order["lines"]:
            counted = self._sold.setdefault(line["listing_id"], Counter())
            gross = line["quantity"] * line["price_minor"] + line["freight_minor"]
            counted.update(units=line["quantity"], gross_minor=gross)
        for listing_id in {line["listing_id"] for line in order["lines"]}:
            self._sold[listing_id]["orders"] += 1

    def _refunded(self, line: Event) -> None:
        counted = self._sold.setdefault(line["listing_id"], Counter())
        counted.update(returned=line["quantity"], refunded_minor=line["amount_minor"])

    def _founded(self, group: Event) -> None:
        self.members[group["group_id"]] = {group["owner_id"]}

    def _admitted(self, member: Event) -> None:
        self.members[member["group_id"]].add(member["person_id"])

    def _left(self, member: Event) -> None:
        self.members[member["group_id"]].discard(member["person_id"])

    def _issued(self, ticket: Event) -> None:
        self.seats.setdefault(ticket["gathering_id"], Counter())["issued"] += ticket["seats"]

    def _checked_in(self, ticket: Event) -> None:
        self.seats.setdefault(ticket["gathering_id"], Counter())["came"] += ticket["seats"]


EFFECTS: dict[str, Callable[[Reader, Event], None]] = {
    "agora.mall.order_paid.v1": Reader._paid,
    "agora.mall.line_refunded.v1": Reader._refunded,
    "agora.groups.group_founded.v1": Reader._founded,
    "agora.groups.member_admitted.v1": Reader._admitted,
    "agora.groups.member_left.v1": Reader._left,
    "agora.events.ticket_issued.v1": Reader._issued,
    "agora.events.checked_in.v1": Reader._checked_in,
}
"""What an event means to the partner; the others count in the chain alone."""
