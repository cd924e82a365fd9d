"""Keeping what a person paid with and on which device she was, and asking whether two have that in common."""

from collections.abc import Iterable
from uuid import UUID

from services.mall.domain.marks import Marks

from .loading import Loading


class Marking(Loading):
    """Marks are kept in the append of what told them, and answered to nobody."""

    def note_mark(self, person_id: UUID, kind: str, mark: str | None) -> None:
        """Keeps what was told; of nothing, or of somebody forgotten, nothing. Raises DeviceNotUsable."""
        if not mark or not self._is_to_be_noted(person_id):
            return
        marks = self._marks(person_id)
        if marks is None:
            marks = Marks(person_id)
            self.unit.add(marks)
        marks.note(kind, mark)

    def shares_mark(self, kind: str, person_id: UUID, others: Iterable[UUID]) -> bool:
        """Whether one of the others has a mark of this kind that the person has."""
        own, theirs = self._marks(person_id), map(self._marks, others)
        return own is not None and any(own.shares(kind, one) for one in theirs if one is not None)

    def _is_to_be_noted(self, person_id: UUID) -> bool:
        """The guard of who is forgotten; tests switch it off to see that they need it."""
        return not self.unit.is_forgotten(person_id)

    def _marks(self, person_id: UUID) -> Marks | None:
        return self.unit.find(Marks, Marks.create_id(person_id))
