"""At the door: tickets are read, and whoever has one comes in once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.events.codes import Codes
from services.events.domain import Gathering, refusals

from .loading import Loading

DOORS_OPEN_HOURS = 12
ADMITTED, DUPLICATE, REFUSED, NOT_GENUINE = "checked_in", "duplicate", "refused", "not_genuine"
ELSEWHERE, IN_FUTURE = "another_gathering", "in_the_future"
CLOCKS_DIFFER = timedelta(minutes=5)


class Doors(Loading):
    """What door staff does. What two doors decide at once is decided on one registration, one after the other."""

    def check_in(self, gathering_id: UUID, code: str, device_id: str) -> dict[str, Any]:
        """Lets in who has a ticket; a second time answers when and by which device it was used.

        Raises NoSuchGathering, NotAtTheDoor, GatheringCancelled, DoorsClosed, TicketNotGenuine, TicketElsewhere,
        TicketNotGood.
        """
        gathering = self.at_door(gathering_id)
        gathering.require_taking_place()
        if self.now < gathering.starts_at - timedelta(hours=DOORS_OPEN_HOURS):
            raise refusals.DoorsClosed(gathering_id=gathering_id, hours=DOORS_OPEN_HOURS)
        if Codes(self.unit.blinded).read(code).gathering_id != gathering_id:
            raise refusals.TicketElsewhere()
        told = self._scan(gathering_id, device_id, code, self.now, was_offline=False)
        if told["outcome"] == REFUSED:
            raise refusals.TicketNotGood(reason=told["reason"])
        return told

    def merge_check_ins(self, gathering_id: UUID, device_id: str, scans: list[dict[str, Any]]) -> dict[str, Any]:
        """What a device admitted while it could not ask: kept as it was, and told what was known here.

        The earliest scan of a ticket is its check-in, the others are duplicates, in whatever order devices tell of
        them. Raises NoSuchGathering, NotAtTheDoor.
        """
        self.at_door(gathering_id)
        return {
            "gathering_id": gathering_id,
            "results": [self._scan(gathering_id, device_id, one["code"], one["at"], was_offline=True) for one in scans],
        }

    def at_door(self, gathering_id: UUID) -> Gathering:
        """A gathering at whose door the actor stands. Raises NoSuchGathering, NotAtTheDoor."""
        gathering = self.gathering(gathering_id)
        if str(self.actor_id) not in gathering.door_staff and not self.leads(gathering.group_id, self.actor_id):
            raise refusals.NotAtTheDoor()
        return gathering

    def _scan(
        self, gathering_id: UUID, device_id: str, text: str, at: datetime, *, was_offline: bool
    ) -> dict[str, Any]:
        told: dict[str, Any] = {"gathering_id": gathering_id, "registration_id": None, "seats": None, "reason": None}
        told |= {"scanned_at": at, "checked_in_at": None, "device_id": None}
        try:
            code = Codes(self.unit.blinded).read(text)
        except refusals.TicketNotGenuine:
            return told | {"outcome": NOT_GENUINE}
        if code.gathering_id != gathering_id or at > self.now + CLOCKS_DIFFER:
            return told | {"outcome": REFUSED, "reason": IN_FUTURE if code.gathering_id == gathering_id else ELSEWHERE}
        registration = self.registration(code.registration_id)
        reason = registration.scan(device_id, at, code.serial, was_offline=was_offline)
        told |= {"registration_id": registration.id, "seats": registration.seats}
        first = registration.check_in
        if first is not None:
            told |= {"checked_in_at": datetime.fromisoformat(first["at"]), "device_id": first["device_id"]}
        if reason is not None:
            return told | {"outcome": REFUSED, "reason": reason}
        is_the_one = first is not None and (first["at"], first["device_id"]) == (at.isoformat(), device_id)
        return told | {"outcome": ADMITTED if is_the_one else DUPLICATE}
