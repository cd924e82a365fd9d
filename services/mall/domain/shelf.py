"""The selection of listings that a group shows to its members."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import Begun, Fact, derived_id, event

from .picks import Picks
from .season import ALWAYS, Season, check_season

__all__ = ["Shelf"]


class Shelf(Picks):
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

    class SeasonSet(Fact):
        """The shelf, or one listing on it, is open from then until then; None has no such end."""

        TOPIC = "mall:Shelf.SeasonSet"
        group_id: UUID
        listing_id: UUID | None
        opens_at: datetime | None
        closes_at: datetime | None

    @staticmethod
    def create_id(group_id: UUID) -> UUID:
        return derived_id("shelf", group_id)

    @event(Opened)
    def __init__(self, group_id: UUID) -> None:
        self.group_id = group_id
        self.picks = {}
        self.seasons = {}
        self.season = ALWAYS

    def pick(self, listing_id: UUID, person_id: UUID, note: str = "") -> None:
        """Raises ``AlreadyPicked``; ``person_id`` is who picks, the author of the note."""
        self.require_unpicked(listing_id)
        self._picked(group_id=self.group_id, listing_id=listing_id, person_id=person_id, note=note)

    @event(Picked)
    def _picked(self, group_id: UUID, listing_id: UUID, person_id: UUID, note: str) -> None:
        self.picks[str(listing_id)] = note

    def drop(self, listing_id: UUID) -> None:
        """Raises ``NotPicked``."""
        self.require_picked(listing_id)
        self._dropped(group_id=self.group_id, listing_id=listing_id)

    @event(Dropped)
    def _dropped(self, group_id: UUID, listing_id: UUID) -> None:
        self._forget_pick(listing_id)

    def set_season(self, listing_id: UUID | None, opens_at: datetime | None, closes_at: datetime | None) -> None:
        """Dates for a pick, or for the whole shelf; the same again record nothing.

        Raises ``SeasonEndsFirst``, ``NotPicked``.
        """
        check_season(opens_at, closes_at)
        if not self._is_season(listing_id, Season(opens_at, closes_at)):
            self._season_set(self.group_id, listing_id, opens_at, closes_at)

    @event(SeasonSet)
    def _season_set(
        self, group_id: UUID, listing_id: UUID | None, opens_at: datetime | None, closes_at: datetime | None
    ) -> None:
        self._keep_season(listing_id, Season(opens_at, closes_at))
