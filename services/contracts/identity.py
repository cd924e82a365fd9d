"""What identity says: who is there, what is certified about them, what they may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from .message import Message


@dataclass(frozen=True, kw_only=True)
class IdentityMessage(Message):
    """Every message of identity is about a person."""

    SERVICE: ClassVar[str] = "identity"
    SUBJECT: ClassVar[str] = "person_id"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(IdentityMessage):
    """Somebody is there; the name stays in identity."""

    NAME: ClassVar[str] = "person_registered"


@dataclass(frozen=True, kw_only=True)
class ClaimCertified(IdentityMessage):
    """An issuer certified a claim; it counts until ``valid_until``, or until it is withdrawn."""

    NAME: ClassVar[str] = "claim_certified"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id", "issuer_id"})
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"code"})

    claim_id: UUID
    kind: str
    level: int
    code: str | None
    valid_until: datetime | None
    issuer_id: UUID


@dataclass(frozen=True, kw_only=True)
class ClaimWithdrawn(IdentityMessage):
    """A certified claim does not hold any more."""

    NAME: ClassVar[str] = "claim_withdrawn"

    claim_id: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class ClaimExpired(IdentityMessage):
    """The validity of a certified claim has ended."""

    NAME: ClassVar[str] = "claim_expired"

    claim_id: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class PersonTagged(IdentityMessage):
    """A tag of a kind was put on a person."""

    NAME: ClassVar[str] = "person_tagged"
    OWN_WORDS: ClassVar[frozenset[str]] = frozenset({"value"})
    PERSONAL: ClassVar[frozenset[str]] = OWN_WORDS

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class PersonUntagged(IdentityMessage):
    """A tag was taken off a person."""

    NAME: ClassVar[str] = "person_untagged"
    OWN_WORDS: ClassVar[frozenset[str]] = frozenset({"value"})
    PERSONAL: ClassVar[frozenset[str]] = OWN_WORDS

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class RoleGranted(IdentityMessage):
    """A person may from now on act in a role on the whole platform."""

    NAME: ClassVar[str] = "role_granted"

    role: str


@dataclass(frozen=True, kw_only=True)
class RoleWithdrawn(IdentityMessage):
    """A person may no longer act in a role."""

    NAME: ClassVar[str] = "role_withdrawn"

    role: str


@dataclass(frozen=True, kw_only=True)
class FieldVisibilitySet(IdentityMessage):
    """Who may see a field of a person's profile from now on: a kind of claim, or "tags".

    ``audience`` is everyone, groups or nobody. With groups, fellow members of ``group_ids`` see it; of whatever
    community they share when it is empty, which is how every field begins.
    """

    NAME: ClassVar[str] = "field_visibility_set"

    field: str
    audience: str
    group_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class PersonForgotten(IdentityMessage):
    """A person is forgotten: everybody who keeps something personal of hers destroys it."""

    NAME: ClassVar[str] = "person_forgotten"
    WAITS: ClassVar[bool] = False


MESSAGES: tuple[type[Message], ...] = (
    PersonRegistered,
    ClaimCertified,
    ClaimWithdrawn,
    ClaimExpired,
    PersonTagged,
    PersonUntagged,
    RoleGranted,
    RoleWithdrawn,
    FieldVisibilitySet,
    PersonForgotten,
)
