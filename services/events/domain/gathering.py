"""A gathering: what people attend, when and where, and who decides at its door."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.thresholds import Evidence, evaluate, parse
from services.kernel.domain import AggregateRoot, event

from . import form, refusals
from . import gathering_facts as facts
from .recap_refusals import RecapThere

__all__ = ["Gathering"]


class Gathering(AggregateRoot):
    """Its words and places are the organiser's own, so it gets no snapshot; its seats are an aggregate of their own."""

    TOPIC = "events:Gathering"
    Announced = facts.Announced
    Moved = facts.Moved
    VenueChanged = facts.VenueChanged
    DoorStaffNamed = facts.DoorStaffNamed
    DoorStaffReleased = facts.DoorStaffReleased
    WaitlistReordered = facts.WaitlistReordered
    Cancelled = facts.Cancelled
    RecapWritten = facts.RecapWritten

    @staticmethod
    def create_id(gathering_id: UUID, **_: object) -> UUID:
        return gathering_id

    @classmethod
    def announce(
        cls, gathering_id: UUID, group_id: UUID, organiser_id: UUID, *, venue: form.Venue, now: datetime | None,
        threshold: object, **told: Any,
    ) -> "Gathering":  # fmt: skip
        """A new gathering. ``now`` None is for one that was recorded elsewhere, which may be over.

        Raises ``TitleMissing``, ``VenueMissing``, ``PlaceHalfSaid``, ``TimesNotUsable``, ``CapacityNotUsable``,
        ``PriceWithoutCurrency``, ``PartyNotUsable``, ``HoldNotUsable``, ``ThresholdMalformed``.
        """
        form.check_title(told["title"])
        form.check_venue(venue, recorded=now is None)
        form.check_times(told["starts_at"], told["ends_at"], now)
        form.check_capacity(told["capacity"])
        form.check_price(told["price_minor"], told["currency"])
        form.check_party(told["most_seats"], form.MOST_SEATS)
        form.check_hold(told["hold_minutes"])
        return cls(
            gathering_id=gathering_id, group_id=group_id, organiser_id=organiser_id,
            threshold=form.canonical(threshold), **venue, **told,
        )  # fmt: skip

    @event(Announced)
    def __init__(
        self, gathering_id: UUID, group_id: UUID, organiser_id: UUID, title: str, description: str,
        venue_name: str | None, address: str | None, latitude: float | None, longitude: float | None,
        online_url: str | None, starts_at: datetime, ends_at: datetime, time_zone: str, capacity: int | None,
        threshold: dict[str, Any] | None, price_minor: int, currency: str | None, most_seats: int, hold_minutes: int,
        listing_ids: list[str], tags: list[str],
    ) -> None:  # fmt: skip
        self.group_id = group_id
        self.organiser_id = organiser_id
        self.title = title
        self.description = description
        self.venue = _venue(venue_name, address, latitude, longitude, online_url)
        self.starts_at = starts_at
        self.ends_at = ends_at
        self.time_zone = time_zone
        self.threshold = threshold
        self.price_minor = price_minor
        self.currency = currency
        self.most_seats = most_seats
        self.hold_minutes = hold_minutes
        self.listing_ids = listing_ids
        self.tags = tags
        self.door_staff: list[str] = []
        self.is_cancelled = False
        self.reason: str | None = None
        self.sequence = 0
        self.reorderings: list[str] = []
        self.recap: dict[str, Any] | None = None

    @property
    def is_free(self) -> bool:
        """Nothing is to be paid."""
        return self.price_minor == 0

    def judge(self, evidence: Evidence, now: datetime) -> list[dict[str, Any]]:
        """The claims that meet the threshold. Raises ``ThresholdNotMet``, which says all that is missing."""
        verdict = evaluate(parse(self.threshold), evidence, now)
        if not verdict.satisfied:
            raise refusals.ThresholdNotMet(missing=verdict.missing, needed=verdict.sentence())
        return verdict.relied_on

    def move(self, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
        """Another time. Raises ``GatheringCancelled``, ``GatheringBegun``, ``TimesNotUsable``."""
        self.require_before_start(now)
        form.check_times(starts_at, ends_at, now)
        if (starts_at, ends_at) != (self.starts_at, self.ends_at):
            self._moved(starts_at=starts_at, ends_at=ends_at)

    def change_venue(self, venue: form.Venue, *, by: UUID, now: datetime) -> None:
        """Another place. Raises ``GatheringCancelled``, ``GatheringBegun``, ``VenueMissing``, ``PlaceHalfSaid``."""
        self.require_before_start(now)
        form.check_venue(venue)
        if venue != self.venue:
            self._venue_changed(changed_by=by, **venue)

    def name_door_staff(self, person_id: UUID) -> None:
        """Raises ``GatheringCancelled``, ``AlreadyAtTheDoor``."""
        self.require_taking_place()
        if str(person_id) in self.door_staff:
            raise refusals.AlreadyAtTheDoor(person_id=person_id)
        self._door_staff_named(person_id=person_id)

    def release_door_staff(self, person_id: UUID) -> None:
        """Raises ``NotPutAtTheDoor``."""
        if str(person_id) not in self.door_staff:
            raise refusals.NotPutAtTheDoor(person_id=person_id)
        self._door_staff_released(person_id=person_id)

    def reorder_waitlist(self, number: int, position: int, reason: str, *, by: UUID) -> None:
        """Why somebody who waits was put to another place. Raises ``ReasonMissing``."""
        form.check_reason(reason)
        self._waitlist_reordered(number=number, position=position, moved_by=by, reason=reason)

    def cancel(self, reason: str, *, by: UUID, now: datetime) -> None:
        """It does not take place. Raises ``ReasonMissing``, ``GatheringCancelled``, ``GatheringBegun``."""
        form.check_reason(reason)
        self.require_before_start(now)
        self._cancelled(cancelled_by=by, reason=reason)

    def write_recap(self, text: str, listing_ids: list[str], came: int, *, by: UUID, now: datetime) -> None:
        """How it was, once. Raises ``GatheringCancelled``, ``GatheringNotBegun``, ``RecapThere``."""
        self.require_taking_place()
        if now < self.starts_at:
            raise refusals.GatheringNotBegun(gathering_id=self.id, starts_at=self.starts_at.isoformat())
        if self.recap is not None:
            raise RecapThere(gathering_id=self.id)
        self._recap_written(group_id=self.group_id, author_id=by, text=text, came=came, listing_ids=listing_ids)

    def require_taking_place(self) -> None:
        """Raises ``GatheringCancelled``."""
        if self.is_cancelled:
            raise refusals.GatheringCancelled(gathering_id=self.id)

    def require_before_start(self, now: datetime) -> None:
        """Raises ``GatheringCancelled``, ``GatheringBegun``."""
        self.require_taking_place()
        if now >= self.starts_at:
            raise refusals.GatheringBegun(gathering_id=self.id, starts_at=self.starts_at.isoformat())

    def gives_seats_at(self, now: datetime) -> bool:
        """Whether somebody who waits may still get a seat."""
        return not self.is_cancelled and now < self.starts_at

    @event(Moved)
    def _moved(self, starts_at: datetime, ends_at: datetime) -> None:
        self.starts_at = starts_at
        self.ends_at = ends_at
        self.sequence += 1

    @event(VenueChanged)
    def _venue_changed(
        self, changed_by: UUID, venue_name: str | None, address: str | None, latitude: float | None,
        longitude: float | None, online_url: str | None,
    ) -> None:  # fmt: skip
        self.venue = _venue(venue_name, address, latitude, longitude, online_url)
        self.sequence += 1

    @event(DoorStaffNamed)
    def _door_staff_named(self, person_id: UUID) -> None:
        self.door_staff.append(str(person_id))

    @event(DoorStaffReleased)
    def _door_staff_released(self, person_id: UUID) -> None:
        self.door_staff.remove(str(person_id))

    @event(WaitlistReordered)
    def _waitlist_reordered(self, number: int, position: int, moved_by: UUID, reason: str) -> None:
        self.reorderings.append(reason)

    @event(Cancelled)
    def _cancelled(self, cancelled_by: UUID, reason: str) -> None:
        self.is_cancelled = True
        self.reason = reason
        self.sequence += 1

    @event(RecapWritten)
    def _recap_written(self, group_id: UUID, author_id: UUID, text: str, came: int, listing_ids: list[str]) -> None:
        self.recap = {"author_id": author_id, "text": text, "came": came, "listing_ids": listing_ids}


def _venue(
    venue_name: str | None, address: str | None, latitude: float | None, longitude: float | None,
    online_url: str | None,
) -> form.Venue:  # fmt: skip
    return {
        "venue_name": venue_name, "address": address, "latitude": latitude, "longitude": longitude,
        "online_url": online_url,
    }  # fmt: skip
