"""A selection of listings, whosever it is: what stands on it, and when it is open."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import AggregateRoot

from .refusals import AlreadyPicked, NotPicked, OutOfSeason
from .season import ALWAYS, Season

__all__ = ["Picks"]


class Picks(AggregateRoot):
    """``picks`` maps the ids of listings to the picker's notes, ``seasons`` those of picks with dates of their own."""

    picks: dict[str, str]
    seasons: dict[str, Season]
    season: Season

    def holds(self, listing_id: UUID) -> bool:
        """Whether the listing is on the shelf."""
        return str(listing_id) in self.picks

    def season_of(self, listing_id: UUID | str) -> Season:
        """When this pick is open while the shelf is."""
        return self.seasons.get(str(listing_id), ALWAYS)

    def require_open(self, listing_id: UUID, now: datetime) -> None:
        """That one can buy it through the shelf now. Raises ``NotPicked``, ``OutOfSeason``."""
        self.require_picked(listing_id)
        if not self._in_season(listing_id, now):
            raise OutOfSeason(listing_id=listing_id)

    def require_picked(self, listing_id: UUID) -> None:
        """Raises ``NotPicked``."""
        if not self.holds(listing_id):
            raise NotPicked(listing_id=listing_id)

    def require_unpicked(self, listing_id: UUID) -> None:
        """Raises ``AlreadyPicked``."""
        if self.holds(listing_id):
            raise AlreadyPicked(listing_id=listing_id)

    def _in_season(self, listing_id: UUID, now: datetime) -> bool:
        """The guard of the seasons; tests switch it off to see that they need it."""
        return self.season.is_open(now) and self.season_of(listing_id).is_open(now)

    def _is_season(self, listing_id: UUID | None, wanted: Season) -> bool:
        """Whether these dates hold already; None means the whole shelf."""
        if listing_id is None:
            return self.season == wanted
        self.require_picked(listing_id)
        return self.season_of(listing_id) == wanted

    def _keep_season(self, listing_id: UUID | None, season: Season) -> None:
        if listing_id is None:
            self.season = season
        else:
            self.seasons[str(listing_id)] = season

    def _forget_pick(self, listing_id: UUID) -> None:
        del self.picks[str(listing_id)]
        self.seasons.pop(str(listing_id), None)
