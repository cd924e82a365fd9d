"""What groups says: which groups there are, what they ask for, who is a member."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from .message import Message


@dataclass(frozen=True, kw_only=True)
class GroupMessage(Message):
    """Every message of groups is about a group."""

    SERVICE: ClassVar[str] = "groups"
    SUBJECT: ClassVar[str] = "group_id"

    group_id: UUID


@dataclass(frozen=True, kw_only=True)
class GroupFounded(GroupMessage):
    """A group is there; the owner is its first member. ``threshold`` None is open to everybody."""

    NAME: ClassVar[str] = "group_founded"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"owner_id"})

    owner_id: UUID
    threshold: dict[str, Any] | None
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ThresholdChanged(GroupMessage):
    """Who is admitted from now on must meet this; members stay members."""

    NAME: ClassVar[str] = "threshold_changed"

    threshold: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class MemberAdmitted(GroupMessage):
    """A person became a member."""

    NAME: ClassVar[str] = "member_admitted"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberLeft(GroupMessage):
    """A person is no longer a member: gone of their own will or removed, which is nobody else's matter."""

    NAME: ClassVar[str] = "member_left"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberRoleGiven(GroupMessage):
    """A member acts as owner, leader or reviewer of the group."""

    NAME: ClassVar[str] = "member_role_given"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberRoleTaken(GroupMessage):
    """A member no longer acts in a role."""

    NAME: ClassVar[str] = "member_role_taken"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"person_id"})

    person_id: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class GroupTagged(GroupMessage):
    """A group is found by these tags from now on."""

    NAME: ClassVar[str] = "group_tagged"

    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class PostMessage(Message):
    """A message about a post; its words stay in groups."""

    SERVICE: ClassVar[str] = "groups"
    SUBJECT: ClassVar[str] = "post_id"

    post_id: UUID
    group_id: UUID


@dataclass(frozen=True, kw_only=True)
class PostPublished(PostMessage):
    """A member published something in a group.

    ``kind`` is post, question, recap or share. With listings it is an advert. ``shared_from_post_id`` and
    ``shared_from_group_id`` say where a share comes from.
    """

    NAME: ClassVar[str] = "post_published"
    PEOPLE: ClassVar[frozenset[str]] = frozenset({"author_id"})

    author_id: UUID
    kind: str
    section_id: UUID | None
    is_advert: bool
    listing_ids: list[str]
    gathering_id: UUID | None
    shared_from_post_id: UUID | None
    shared_from_group_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class PostRemoved(PostMessage):
    """It is no longer shown."""

    NAME: ClassVar[str] = "post_removed"


@dataclass(frozen=True, kw_only=True)
class PostRestored(PostMessage):
    """It is shown again: the removal was appealed against and taken back."""

    NAME: ClassVar[str] = "post_restored"


MESSAGES: tuple[type[Message], ...] = (
    GroupFounded,
    ThresholdChanged,
    MemberAdmitted,
    MemberLeft,
    MemberRoleGiven,
    MemberRoleTaken,
    GroupTagged,
    PostPublished,
    PostRemoved,
    PostRestored,
)
