"""At the door: tickets are read, and whoever has one comes in once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.events.codes import Codes
from services.events.domain import Gathering, refusals

from .loading import Loading

DOORS_OPEN_HOURS = 12
ADMITTED, DUPLICATE, REFUSED, NOT_GENUINE = "checked_in", "duplicate", "refused", "not_genuine"
ELSEWHERE, IN_FUTURE, DOORS_CLOSED = "another_gathering", "in_the_future", "doors_closed"
CLOCKS_DIFFER = timedelta(minutes=5)
_SAID = {
    ADMITTED: "Let in {seats}.",
    DUPLICATE: "Let nobody in: this ticket was used at {checked_in_at:%Y-%m-%d %H:%M} UTC at {device_id}.",
    REFUSED: "Let nobody in: this ticket is not good here ({reason}); look the person up among the attendees.",
    NOT_GENUINE: "Let nobody in: this is no ticket of this platform, or it was not read well; scan it again.",
}


class Doors(Loading):
    """What door staff does. What two doors decide at once is decided on one registration, one after the other."""

    def check_in(self, gathering_id: UUID, code: str, device_id: str) -> dict[str, Any]:
        """Lets in who has a ticket; a second time answers when and by which device it was used.

        Raises NoSuchGathering, NotAtTheDoor, GatheringCancelled, DoorsClosed, TicketNotGenuine, TicketElsewhere,
        TicketNotGood.
        """
        gathering = self.at_door(gathering_id)
        gathering.require_taking_place()
        if not _is_open(gathering, self.now):
            raise refusals.DoorsClosed(gathering_id=gathering_id, hours=DOORS_OPEN_HOURS)
        if Codes(self.unit.blinded).read(code).gathering_id != gathering_id:
            raise refusals.TicketElsewhere()
        told = self._scan(gathering, device_id, code, self.now, was_offline=False)
        if told["outcome"] == REFUSED:
            raise refusals.TicketNotGood(reason=told["reason"])
        return told

    def merge_check_ins(self, gathering_id: UUID, device_id: str, scans: list[dict[str, Any]]) -> dict[str, Any]:
        """What a device admitted while it could not ask: kept as it was, and told what was known here.

        The earliest scan of a ticket is its check-in, the others are duplicates, in whatever order devices tell of
        them; of these the earliest come first, since of one ticket only so many are kept. One from before the doors
        opened is refused. Raises NoSuchGathering, NotAtTheDoor.
        """
        gathering, told = self.at_door(gathering_id), {}
        for number, one in sorted(enumerate(scans), key=lambda numbered: numbered[1]["at"]):
            told[number] = self._scan(gathering, device_id, one["code"], one["at"], was_offline=True)
        return {"gathering_id": gathering_id, "results": [told[number] for number in range(len(scans))]}

    def at_door(self, gathering_id: UUID) -> Gathering:
        """A gathering at whose door the actor stands. Raises NoSuchGathering, NotAtTheDoor."""
        gathering = self.gathering(gathering_id)
        if str(self.actor_id) not in gathering.door_staff and not self.leads(gathering.group_id, self.actor_id):
            raise refusals.NotAtTheDoor()
        return gathering

    def _scan(
        self, gathering: Gathering, device_id: str, text: str, at: datetime, *, was_offline: bool
    ) -> dict[str, Any]:
        """What is known of a scan, and what to do about it in words."""
        told = self._judged(gathering, device_id, text, at, was_offline=was_offline)
        return told | {"sentence": _SAID[told["outcome"]].format(**told)}

    def _judged(
        self, gathering: Gathering, device_id: str, text: str, at: datetime, *, was_offline: bool
    ) -> dict[str, Any]:
        told: dict[str, Any] = {"gathering_id": gathering.id, "registration_id": None, "seats": None, "reason": None}
        told |= {"scanned_at": at, "checked_in_at": None, "device_id": None}
        try:
            code = Codes(self.unit.blinded).read(text)
        except refusals.TicketNotGenuine:
            return told | {"outcome": NOT_GENUINE}
        if code.gathering_id != gathering.id or at > self.now + CLOCKS_DIFFER:
            return told | {"outcome": REFUSED, "reason": IN_FUTURE if code.gathering_id == gathering.id else ELSEWHERE}
        registration = self.registration(code.registration_id)
        closed = None if _is_open(gathering, at) else DOORS_CLOSED
        reason = registration.scan(device_id, at, code.serial, was_offline=was_offline, why_refused=closed)
        told |= {"registration_id": registration.id, "seats": registration.seats}
        first = registration.check_in
        if first is not None:
            told |= {"checked_in_at": datetime.fromisoformat(first["at"]), "device_id": first["device_id"]}
        if reason is not None:
            return told | {"outcome": REFUSED, "reason": reason}
        is_the_one = first is not None and (first["at"], first["device_id"]) == (at.isoformat(), device_id)
        return told | {"outcome": ADMITTED if is_the_one else DUPLICATE}


def _is_open(gathering: Gathering, at: datetime) -> bool:
    """Whether people are let in at this time: not long before it begins."""
    return at >= gathering.starts_at - timedelta(hours=DOORS_OPEN_HOURS)
