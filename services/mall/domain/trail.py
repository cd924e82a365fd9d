"""The ways by which somebody came to listings: the latest few of each, and nothing else of what was looked at."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

__all__ = ["Touch", "Trail"]

MOST_LISTINGS, MOST_WAYS = 200, 5
QUIET = timedelta(hours=1)
"""The same way again within it says nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """Somebody came to a listing by a share link, or through the shelf of a group or of a person (one of the three).

    ``post_id`` and ``gathering_id`` are where that was met. ``is_named`` with the order itself.
    """

    touched_at: datetime
    link_id: UUID | None = None
    group_id: UUID | None = None
    shelf_person_id: UUID | None = None
    post_id: UUID | None = None
    gathering_id: UUID | None = None
    is_named: bool = False

    @property
    def way(self) -> tuple[UUID | None, UUID | None, UUID | None]:
        """What makes two touches the same way."""
        return self.link_id, self.group_id, self.shelf_person_id

    @property
    def places(self) -> tuple[UUID | None, UUID | None]:
        """Where it was met."""
        return self.post_id, self.gathering_id


class Trail(AggregateRoot):
    """One a person. ``touches`` maps listings to what is kept of them, the latest first."""

    TOPIC = "mall:Trail"

    class Opened(Begun):
        """The first way that is remembered of a person."""

        TOPIC = "mall:Trail.Opened"
        person_id: UUID

    class Touched(Fact):
        """The person came to the listing by a way."""

        TOPIC = "mall:Trail.Touched"
        listing_id: UUID
        touched_at: datetime
        link_id: UUID | None
        group_id: UUID | None
        shelf_person_id: UUID | None
        post_id: UUID | None
        gathering_id: UUID | None

    class Left(Fact):
        """The person wants no way to this listing to count, or to any where it is None."""

        TOPIC = "mall:Trail.Left"
        listing_id: UUID | None

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return derived_id("trail", person_id)

    @event(Opened)
    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self.touches: dict[str, list[dict[str, Any]]] = {}

    def touch(self, listing_id: UUID, touch: Touch) -> None:
        """Remembers it; the same way again within the hour records nothing."""
        latest = next(iter(self.touches_of(listing_id)), None)
        if latest is None or _is_new(latest, touch):
            told = asdict(touch)
            del told["is_named"]
            self._touched(listing_id=listing_id, **told)

    @event(Touched)
    def _touched(
        self, listing_id: UUID, touched_at: datetime, link_id: UUID | None, group_id: UUID | None,
        shelf_person_id: UUID | None, post_id: UUID | None, gathering_id: UUID | None,
    ) -> None:  # fmt: skip
        new: dict[str, Any] = {
            "touched_at": touched_at, "link_id": link_id, "group_id": group_id, "shelf_person_id": shelf_person_id,
            "post_id": post_id, "gathering_id": gathering_id,
        }  # fmt: skip
        before = self.touches.pop(str(listing_id), [])
        others = [kept for kept in before if Touch(**kept).way != Touch(**new).way]
        self.touches[str(listing_id)] = [new, *others][:MOST_WAYS]
        while len(self.touches) > MOST_LISTINGS:
            del self.touches[next(iter(self.touches))]

    def touches_of(self, listing_id: UUID | str) -> list[Touch]:
        """How the person came to this listing, the latest first."""
        return [Touch(**kept) for kept in self.touches.get(str(listing_id), [])]

    def leave(self, listing_id: UUID | None) -> None:
        """No way to this listing counts any more, or to any; again records nothing."""
        if self.touches if listing_id is None else self.touches_of(listing_id):
            self._left(listing_id)

    @event(Left)
    def _left(self, listing_id: UUID | None) -> None:
        if listing_id is None:
            self.touches = {}
        else:
            self.touches.pop(str(listing_id), None)


def _is_new(latest: Touch, touch: Touch) -> bool:
    is_same = (latest.way, latest.places) == (touch.way, touch.places)
    return not is_same or touch.touched_at - latest.touched_at >= QUIET
