"""What may be promised to one community alone: to which, when, and that no other one picks it meanwhile."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot

from .agreement_terms import Promise
from .refusals import ListingExclusive

__all__ = ["Promisable", "with_notices"]


class Promisable(AggregateRoot):
    """``promised_to`` is the group whose alone it is in ``promised_times``: ``{"starts_at", "ends_at", "announced_at",
    "pools_end_at"}`` as text, where all but the first may be None. Without times it is free. The pools of communities
    that show it already go on until ``pools_end_at``."""

    promised_to: str | None
    promised_times: list[dict[str, Any]]
    _promised: Any

    def promise(
        self, group_id: UUID, agreement_id: UUID, times: list[dict[str, Any]], now: datetime, notice_days: int
    ) -> None:  # fmt: skip
        """It is this community's alone in these times, and others lose their pools by it so many days from now on; the
        same again record nothing, nor do times that are over.

        What goes on from a promise of before has been announced with that: nobody's pool comes back by it.
        Raises ``ListingExclusive`` while it is, or is to be, another's.
        """
        is_theirs = self.promised_to == str(group_id)
        if not is_theirs and all(_is_over(one, now) for one in times):
            return
        if not is_theirs and not self._is_free(now):
            raise ListingExclusive(listing_id=self.id)
        before = self.promised_times if is_theirs else []
        notices = [_announced(one, before, now, notice_days) for one in times]
        if not is_theirs or self.promised_times != with_notices(times, notices):
            self._promised(group_id, agreement_id, times, notices)

    def promise_at(self, at: datetime) -> Promise | None:
        """Whose alone it is at a moment, and since when that is known."""
        holding = next((one for one in self.promised_times if _begins(one) <= at and not _is_over(one, at)), None)
        if self.promised_to is None or holding is None:
            return None
        return Promise(UUID(self.promised_to), *(_moment(holding[name]) for name in ("announced_at", "pools_end_at")))

    def holder(self, at: datetime) -> UUID | None:
        """The group whose alone it is at a moment."""
        promise = self.promise_at(at)
        return None if promise is None else promise.group_id

    def check_free_for(self, group_id: UUID, now: datetime) -> None:
        """Raises ``ListingExclusive`` while it is another community's alone."""
        if self.holder(now) not in (None, group_id):
            raise ListingExclusive(listing_id=self.id)

    def _is_free(self, now: datetime) -> bool:
        """The guard that nothing is promised twice; tests switch it off to see that they need it."""
        return all(_is_over(one, now) for one in self.promised_times)


def with_notices(times: list[dict[str, Any]], notices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The times of a promise, each with when it was announced and when other pools end by it."""
    return [one | notice for one, notice in zip(times, notices, strict=True)]


def _announced(
    one: dict[str, Any], before: list[dict[str, Any]], now: datetime, notice_days: int
) -> dict[str, str | None]:  # fmt: skip
    """When these times are announced, and when others lose their pools by them; as before, where they go on from times
    that were promised before."""
    starts_at = _begins(one)
    for old in before:
        if _begins(old) <= starts_at and not (_is_over(old, starts_at) and old["ends_at"] != one["starts_at"]):
            return {name: old[name] for name in ("announced_at", "pools_end_at")}
    pools_end_at = max(starts_at, now + timedelta(days=notice_days))
    return {"announced_at": now.isoformat(), "pools_end_at": pools_end_at.isoformat()}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _begins(times: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(times["starts_at"])


def _is_over(times: dict[str, Any], at: datetime) -> bool:
    return times["ends_at"] is not None and datetime.fromisoformat(times["ends_at"]) <= at
