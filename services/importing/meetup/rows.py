"""A row of the file, as a value: one answer, with all that the platform said of its gathering and its group."""

from dataclasses import dataclass
from datetime import datetime

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Somebody answers at a moment whether they come; repeated in each is what it is an answer to."""

    rsvp_id: str
    responded_at: datetime
    response: str
    guests: int
    member_id: str
    event_id: str
    event_name: str
    event_at: datetime | None
    group_id: str
    group_name: str
    city: str
    country: str
    group_lat: float | None
    group_lon: float | None
    topics: tuple[str, ...]
    venue_id: str
    venue_name: str
    venue_lat: float | None
    venue_lon: float | None

    @property
    def about(self) -> tuple[str, str]:
        """Whose answer it is, and to what."""
        return self.event_id, self.member_id

    @property
    def seats(self) -> int:
        """For whom it asks: with a yes the person and the guests, with a no nobody."""
        return 1 + self.guests if self.response == YES else 0
