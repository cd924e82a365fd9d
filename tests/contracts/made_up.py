"""A message that is made up, and every way in which somebody could change it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.contracts.groups import GroupMessage

TYPE = "agora.groups.member_seated.v1"


@dataclass(frozen=True, kw_only=True)
class Seated(GroupMessage):
    """A member has a seat."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    row: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Richer(Seated):
    """With a field that may be left out."""

    colour: str = "red"


@dataclass(frozen=True, kw_only=True)
class Demanding(GroupMessage):
    """With a field that older messages do not have."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    row: str
    colour: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Lost(GroupMessage):
    """Without a field that was there."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Renamed(GroupMessage):
    """With a field of another name."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    place: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Retyped(GroupMessage):
    """With a field of another type."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    row: int
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Reformed(GroupMessage):
    """With a field of another form."""

    NAME: ClassVar[str] = "member_seated"
    person_id: str
    row: str
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Needed(GroupMessage):
    """With a field that may no longer be left out."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    row: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Unsure(GroupMessage):
    """With a field that may now be null."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    row: str | None
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Omitted(GroupMessage):
    """With a field that may now be left out."""

    NAME: ClassVar[str] = "member_seated"
    person_id: UUID
    row: str = ""
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AboutThePerson(Seated):
    """About something else."""

    SUBJECT: ClassVar[str] = "person_id"


@dataclass(frozen=True, kw_only=True)
class CalledOtherwise(Seated):
    """Under another name."""

    NAME: ClassVar[str] = "member_sat_down"


@dataclass(frozen=True, kw_only=True)
class OfTheNextVersion(Seated):
    """Of the next version."""

    VERSION: ClassVar[int] = 2


@dataclass(frozen=True, kw_only=True)
class OfSomebodyElse(Seated):
    """Of another service."""

    SERVICE: ClassVar[str] = "theatre"
