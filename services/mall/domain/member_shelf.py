"""The selection of listings that a person shows under her own name."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import Begun, Fact, derived_id, event

from .picks import Picks
from .season import ALWAYS, Season, check_season

__all__ = ["MemberShelf"]


class MemberShelf(Picks):
    """One shelf a person. What is bought through it earns her what a group's shelf would earn the group."""

    TOPIC = "mall:MemberShelf"

    class Opened(Begun):
        """The person has a shelf."""

        TOPIC = "mall:MemberShelf.Opened"
        person_id: UUID

    class Picked(Fact):
        """A listing came onto the shelf; the note is her own text and goes with her."""

        TOPIC = "mall:MemberShelf.Picked"
        personal = {"note": "person_id"}
        person_id: UUID
        listing_id: UUID
        note: str

    class Dropped(Fact):
        """A listing left the shelf."""

        TOPIC = "mall:MemberShelf.Dropped"
        person_id: UUID
        listing_id: UUID

    class SeasonSet(Fact):
        """The shelf, or one listing on it, is open from then until then; None has no such end."""

        TOPIC = "mall:MemberShelf.SeasonSet"
        person_id: UUID
        listing_id: UUID | None
        opens_at: datetime | None
        closes_at: datetime | None

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return derived_id("member_shelf", person_id)

    @event(Opened)
    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self.picks = {}
        self.seasons = {}
        self.season = ALWAYS

    def pick(self, listing_id: UUID, note: str = "") -> None:
        """Raises ``AlreadyPicked``."""
        self.require_unpicked(listing_id)
        self._picked(person_id=self.person_id, listing_id=listing_id, note=note)

    @event(Picked)
    def _picked(self, person_id: UUID, listing_id: UUID, note: str) -> None:
        self.picks[str(listing_id)] = note

    def drop(self, listing_id: UUID) -> None:
        """Raises ``NotPicked``."""
        self.require_picked(listing_id)
        self._dropped(person_id=self.person_id, listing_id=listing_id)

    @event(Dropped)
    def _dropped(self, person_id: UUID, listing_id: UUID) -> None:
        self._forget_pick(listing_id)

    def set_season(self, listing_id: UUID | None, opens_at: datetime | None, closes_at: datetime | None) -> None:
        """Dates for a pick, or for the whole shelf; the same again record nothing.

        Raises ``SeasonEndsFirst``, ``NotPicked``.
        """
        check_season(opens_at, closes_at)
        if not self._is_season(listing_id, Season(opens_at, closes_at)):
            self._season_set(self.person_id, listing_id, opens_at, closes_at)

    @event(SeasonSet)
    def _season_set(
        self, person_id: UUID, listing_id: UUID | None, opens_at: datetime | None, closes_at: datetime | None
    ) -> None:
        self._keep_season(listing_id, Season(opens_at, closes_at))
