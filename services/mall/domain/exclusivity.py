"""What may be promised to one community alone: to which, when, and that no other one picks it meanwhile."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot

from .refusals import ListingExclusive

__all__ = ["Promisable"]


class Promisable(AggregateRoot):
    """``promised_to`` is the group whose alone it is in ``promised_times``: ``{"starts_at", "ends_at"}`` as text, where
    the end may be None. Without times it is free."""

    promised_to: str | None
    promised_times: list[dict[str, Any]]
    _promised: Any

    def promise(self, group_id: UUID, agreement_id: UUID, times: list[dict[str, Any]], now: datetime) -> None:
        """It is this community's alone in these times; the same again record nothing, nor do times that are over.

        Raises ``ListingExclusive`` while it is, or is to be, another's.
        """
        is_theirs = self.promised_to == str(group_id)
        if not is_theirs and all(_is_over(one, now) for one in times):
            return
        if not is_theirs and not self._is_free(now):
            raise ListingExclusive(listing_id=self.id)
        if not is_theirs or self.promised_times != times:
            self._promised(group_id, agreement_id, times)

    def holder(self, at: datetime) -> UUID | None:
        """The group whose alone it is at a moment."""
        holds = any(_begins(one) <= at and not _is_over(one, at) for one in self.promised_times)
        return UUID(self.promised_to) if self.promised_to and holds else None

    def check_free_for(self, group_id: UUID, now: datetime) -> None:
        """Raises ``ListingExclusive`` while it is another community's alone."""
        if self.holder(now) not in (None, group_id):
            raise ListingExclusive(listing_id=self.id)

    def _is_free(self, now: datetime) -> bool:
        """The guard that nothing is promised twice; tests switch it off to see that they need it."""
        return all(_is_over(one, now) for one in self.promised_times)


def _begins(times: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(times["starts_at"])


def _is_over(times: dict[str, Any], at: datetime) -> bool:
    return times["ends_at"] is not None and datetime.fromisoformat(times["ends_at"]) <= at
