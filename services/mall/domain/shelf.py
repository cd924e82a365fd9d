"""The selection of listings that a group shows to its members."""

from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .refusals import AlreadyPicked, NotPicked

__all__ = ["Shelf"]


class Shelf(AggregateRoot):
    """One shelf a group. It refers to listings; the goods stay with their sellers."""

    TOPIC = "mall:Shelf"

    class Opened(Begun):
        """The group has a shelf."""

        TOPIC = "mall:Shelf.Opened"
        group_id: UUID

    class Picked(Fact):
        """A listing came onto the shelf; the note is the picker's own text and goes with the person."""

        TOPIC = "mall:Shelf.Picked"
        personal = {"note": "person_id"}
        group_id: UUID
        listing_id: UUID
        person_id: UUID
        note: str

    class Dropped(Fact):
        """A listing left the shelf."""

        TOPIC = "mall:Shelf.Dropped"
        group_id: UUID
        listing_id: UUID

    @staticmethod
    def create_id(group_id: UUID) -> UUID:
        return derived_id("shelf", group_id)

    @event(Opened)
    def __init__(self, group_id: UUID) -> None:
        self.group_id = group_id
        self.picks: dict[str, str] = {}

    def holds(self, listing_id: UUID) -> bool:
        """Whether the listing is on the shelf."""
        return str(listing_id) in self.picks

    def pick(self, listing_id: UUID, person_id: UUID, note: str = "") -> None:
        """Raises ``AlreadyPicked``; ``person_id`` is who picks, the author of the note."""
        if self.holds(listing_id):
            raise AlreadyPicked(listing_id=listing_id)
        self._picked(group_id=self.group_id, listing_id=listing_id, person_id=person_id, note=note)

    @event(Picked)
    def _picked(self, group_id: UUID, listing_id: UUID, person_id: UUID, note: str) -> None:
        self.picks[str(listing_id)] = note

    def drop(self, listing_id: UUID) -> None:
        """Raises ``NotPicked``."""
        if not self.holds(listing_id):
            raise NotPicked(listing_id=listing_id)
        self._dropped(group_id=self.group_id, listing_id=listing_id)

    @event(Dropped)
    def _dropped(self, group_id: UUID, listing_id: UUID) -> None:
        del self.picks[str(listing_id)]
