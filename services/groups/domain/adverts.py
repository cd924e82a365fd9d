"""Adverts of a group: what makes a post one, and how many the group takes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from . import writing_refusals as refusals
from .group import Group

OF_MEMBER, OF_GROUP = 2, 20
MEMBER_WINDOW, GROUP_WINDOW = timedelta(days=7), timedelta(days=1)
_ID = r"(?:urn:)?(?:uuid:)?\{?((?:[0-9a-f]-*){31}[0-9a-f])"
_LINK = re.compile(rf"[/#](?:listings?/{_ID}|l/(?:{_ID}|([a-z2-7]{{8}})))(?![0-9a-z])", re.IGNORECASE)
"""Every spelling of an id that the door of the mall takes, and the page #/listing/ID of the platform."""
_ESCAPED = re.compile("%([0-7][0-9a-f])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Goods:
    """What a post shows of the mall: listings, and the ids and codes that its words link to."""

    listing_ids: Sequence[UUID] = ()
    links: Sequence[str] = ()

    @property
    def is_advert(self) -> bool:
        """A post that carries a product is one, and so is one that links to it."""
        return bool(self.listing_ids or self.links)


NOTHING = Goods()


def linked_in(*texts: str | None) -> list[str]:
    """What these words link to in the mall, each once, in their order: listings (/listings/ID, #/listing/ID), and share
    links by id or by code (/l/ID, /l/CODE). Ids are told with hyphens, however they were written."""
    words = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), "\n".join(text for text in texts if text))
    found = ((one[1] or one[2], one[3]) for one in _LINK.finditer(words))
    return list(dict.fromkeys(str(UUID(id_)) if id_ else code.lower() for id_, code in found))


class Shown(TypedDict):
    """An advert that was counted: whose, and when (ISO 8601)."""

    member_id: str
    at: str


class Adverts(AggregateRoot):
    """How many adverts a group takes, and those of the last seven days.

    All of one group are counted in one stream, so that the quota holds however many are written at once. What was
    counted stays counted: a deleted or removed advert makes no room for another one, and a restored one needs none.
    """

    TOPIC = "groups:Adverts"

    class CountingBegun(Begun):
        """The group counts its adverts."""

        TOPIC = "groups:Adverts.CountingBegun"
        group_id: UUID

    class QuotaSet(Fact):
        """``of_member`` in 7 days, ``of_group`` in 24 hours; 0 takes none."""

        TOPIC = "groups:Adverts.QuotaSet"
        of_member: int
        of_group: int

    class Counted(Fact):
        """A member wrote an advert."""

        TOPIC = "groups:Adverts.Counted"
        post_id: UUID
        member_id: UUID
        counted_at: datetime

    @staticmethod
    def create_id(group_id: UUID, **_: object) -> UUID:
        """One for each group, known beforehand."""
        return derived_id("adverts", group_id)

    @event(CountingBegun)
    def __init__(self, group_id: UUID) -> None:
        self.group_id = group_id
        self.of_member, self.of_group = OF_MEMBER, OF_GROUP
        self.shown: list[Shown] = []

    def set_quota(self, group: Group, of_member: int, of_group: int, *, by: UUID) -> None:
        """How many from now on; the same again does nothing. Raises ``NotLeader``."""
        group.require_leader(by)
        if (of_member, of_group) != (self.of_member, self.of_group):
            self._quota_set(of_member=of_member, of_group=of_group)

    def count(self, post_id: UUID, member_id: UUID, now: datetime) -> None:
        """One advert more. Raises ``NoAdverts``, ``AdvertsOfMember``, ``AdvertsOfGroup``."""
        self._require_quota(member_id, now)
        self._counted(post_id=post_id, member_id=member_id, counted_at=now)

    def _require_quota(self, member_id: UUID, now: datetime) -> None:
        if not self.of_member or not self.of_group:
            raise refusals.NoAdverts()
        mine = [one for one in self.shown if one["member_id"] == str(member_id)]
        if next_at := free_at(mine, self.of_member, MEMBER_WINDOW, now):
            raise refusals.AdvertsOfMember(most=self.of_member, next_at=next_at.isoformat())
        if next_at := free_at(self.shown, self.of_group, GROUP_WINDOW, now):
            raise refusals.AdvertsOfGroup(most=self.of_group, next_at=next_at.isoformat())

    @event(QuotaSet)
    def _quota_set(self, of_member: int, of_group: int) -> None:
        self.of_member, self.of_group = of_member, of_group

    @event(Counted)
    def _counted(self, post_id: UUID, member_id: UUID, counted_at: datetime) -> None:
        earliest = counted_at - MEMBER_WINDOW
        kept = [one for one in self.shown if datetime.fromisoformat(one["at"]) > earliest]
        self.shown = [*kept, {"member_id": str(member_id), "at": counted_at.isoformat()}]


def free_at(shown: Sequence[Shown], most: int, window: timedelta, now: datetime) -> datetime | None:
    """When one more fits in; None when it fits now. ``most`` is at least 1."""
    counting = sorted(at for one in shown if (at := datetime.fromisoformat(one["at"])) > now - window)
    return None if len(counting) < most else counting[-most] + window
