"""What a person paid with and on which devices she was: opaque texts, to be compared and never told."""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .form import check_device

__all__ = ["DEVICE", "PAYMENT_MEANS", "Marks"]

PAYMENT_MEANS, DEVICE = "payment_means", "device"
MOST_MARKS = 20
"""So many of the latest of each kind are compared."""


class Marks(AggregateRoot):
    """One a person. ``marks`` maps kinds to what is kept of them, the latest last; nobody reads them back."""

    TOPIC = "mall:Marks"

    class Opened(Begun):
        """The first mark of a person is about to be kept."""

        TOPIC = "mall:Marks.Opened"
        person_id: UUID

    class Noted(Fact):
        """The person paid with it, as the provider says, or was on it, as the client says (``kind``)."""

        TOPIC = "mall:Marks.Noted"
        personal = {"mark": "person_id"}
        person_id: UUID
        kind: str
        mark: str

    @staticmethod
    def create_id(person_id: UUID) -> UUID:
        return derived_id("marks", person_id)

    @event(Opened)
    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self.marks: dict[str, list[Any]] = {}

    def note(self, kind: str, mark: str) -> None:
        """Keeps it; one that is kept already records nothing. Raises ``DeviceNotUsable``."""
        if kind == DEVICE:
            check_device(mark)
        if mark not in self.marks.get(kind, ()):
            self._noted(self.person_id, kind, mark)

    @event(Noted)
    def _noted(self, person_id: UUID, kind: str, mark: str) -> None:
        self.marks[kind] = [*self.marks.get(kind, ()), mark][-MOST_MARKS:]

    def shares(self, kind: str, other: "Marks") -> bool:
        """Whether both have one of this kind; who is forgotten has none."""
        return not self._of(kind).isdisjoint(other._of(kind))

    def _of(self, kind: str) -> set[str]:
        return {str(mark) for mark in self.marks.get(kind, ()) if mark}
