"""Groups in which people write: a mall that says what is offered, a service events that says how it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from services.contracts import catalogue
from services.contracts.events import RecapWritten
from services.contracts.mall import ListingListed, ListingWithdrawn, ShareLinkMade
from tests.support.other_service import OtherService

from .rooms import LEADER, MEMBER, OTHER, OWNER, REVIEWER, Rooms

ROD, REEL, LINK, SELLER, GATHERING = (UUID(int=number) for number in range(0xB1, 0xB6))


class Writers(Rooms):
    """The rooms, with the mall and the gatherings beside them, and a group in which somebody is in each position."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.mall, self.events = OtherService("mall"), OtherService("events")
        self.service.hear([self.identity, self.mall, self.events])
        self.offer(ROD)
        self.offer(REEL)

    def offer(self, listing_id: UUID) -> None:
        """The mall lists something."""
        listed = ListingListed(
            listing_id=listing_id, seller_id=SELLER, price_minor=900, currency="EUR", tags=["fishing"]
        )
        self.mall.say(listed, self.clock.at)
        self.settle()

    def withdraw(self, listing_id: UUID) -> None:
        """The mall offers it no longer."""
        self.mall.say(ListingWithdrawn(listing_id=listing_id), self.clock.at)
        self.settle()

    def link(self, listing_id: UUID = ROD) -> None:
        """Somebody makes a share link."""
        self.mall.say(ShareLinkMade(link_id=LINK, owner_id=MEMBER, listing_id=listing_id, group_id=None), self.clock.at)
        self.settle()

    def recap(self, group_id: UUID, *listing_ids: UUID, author_id: UUID = LEADER) -> None:
        """An organiser tells how it was."""
        told = RecapWritten(
            gathering_id=GATHERING, group_id=group_id, author_id=author_id, came=7, listing_ids=[*map(str, listing_ids)]
        )
        self.events.say(told, self.clock.at)
        self.settle()

    def crew(self, **changes: Any) -> UUID:
        """A group with an owner, a leader, a reviewer and two members."""
        group_id = self.found(threshold=None, **changes)
        for person_id, role in ((LEADER, "leader"), (REVIEWER, "reviewer"), (MEMBER, None), (OTHER, None)):
            self.seat(group_id, person_id, role)
        return group_id

    def section(self, group_id: UUID, name: str = "Routes", kind: str = "talk", **more: Any) -> UUID:
        """A section that the owner opens."""
        return UUID(self.do("open_section", OWNER, group_id=group_id, name=name, kind=kind, **more)["section_id"])

    def post(self, group_id: UUID, who: UUID = MEMBER, text: str = "We walked.", **more: Any) -> UUID:
        """Somebody writes."""
        return UUID(self.do("publish_post", who, group_id=group_id, text=text, **more)["post_id"])

    def listed(self, group_id: UUID, who: UUID = MEMBER, **more: Any) -> list[str]:
        """The texts that stand in a group, in their order."""
        return [row["text"] for row in self.ask("posts", who, group_id=group_id, **more)["items"]]

    def said(self) -> list[Any]:
        """All messages so far."""
        return [catalogue.read(envelope) for envelope in self.service.messages(0, 10_000).messages]


@contextmanager
def writing(directory: Path) -> Iterator[Writers]:
    """The rooms, open."""
    writers = Writers(directory)
    try:
        yield writers
    finally:
        writers.service.stop()
