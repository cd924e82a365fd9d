"""What is recorded of a post; use them as ``Post.Published`` and so on."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Published(Begun):
    """Somebody wrote in a group. ``kind`` is post, question, answer, recap or share; ``lane`` leaders or members.

    ``question_id`` is what an answer answers; ``source_*`` where a share comes from, and whose it is there.
    ``links`` is what the words link to in the mall, as ids and codes. ``rules_version`` is what the author had
    accepted; 0 is a recap, which was written elsewhere.
    """

    TOPIC = "groups:Post.Published"
    personal = {"title": "author_id", "text": "author_id"}
    post_id: UUID
    group_id: UUID
    author_id: UUID
    kind: str
    section_id: UUID | None
    lane: str
    title: str | None
    text: str | None
    listing_ids: list[str]
    links: list[str]
    is_advert: bool
    gathering_id: UUID | None
    question_id: UUID | None
    source_post_id: UUID | None
    source_group_id: UUID | None
    source_author_id: UUID | None
    rules_version: int


class Edited(Fact):
    """It reads otherwise from now on; what it read before stays recorded."""

    TOPIC = "groups:Post.Edited"
    personal = {"title": "author_id", "text": "author_id"}
    author_id: UUID
    title: str | None
    text: str
    revision: int


class Deleted(Fact):
    """By its author."""

    TOPIC = "groups:Post.Deleted"
    group_id: UUID
    kind: str


class Pinned(Fact):
    """It stands above the others of the leaders' lane."""

    TOPIC = "groups:Post.Pinned"


class Unpinned(Fact):
    """It stands where its time puts it."""

    TOPIC = "groups:Post.Unpinned"


class AnswerAccepted(Fact):
    """This answer helped whoever asked; it takes the place of one accepted before."""

    TOPIC = "groups:Post.AnswerAccepted"
    answer_id: UUID


class SharingWithdrawn(Fact):
    """The author does not want it in other groups: no new shares, and those there are show nothing of it."""

    TOPIC = "groups:Post.SharingWithdrawn"


class Reported(Fact):
    """A reader says that something is wrong with it, as it read in this revision."""

    TOPIC = "groups:Post.Reported"
    personal = {"text": "reporter_id"}
    group_id: UUID
    reporter_id: UUID
    code: str
    text: str | None
    revision: int


class ReportsDismissed(Fact):
    """Nothing is wrong with it: all open reports are closed."""

    TOPIC = "groups:Post.ReportsDismissed"
    moderator_id: UUID


class Removed(Fact):
    """Taken away, with a code for everybody to count and a reason for the author, who may appeal until then."""

    TOPIC = "groups:Post.Removed"
    personal = {"reason": "author_id"}
    group_id: UUID
    kind: str
    author_id: UUID
    moderator_id: UUID
    code: str
    reason: str
    appeal_until: datetime


class Appealed(Fact):
    """The author says why it should be shown."""

    TOPIC = "groups:Post.Appealed"
    personal = {"text": "author_id"}
    group_id: UUID
    author_id: UUID
    text: str


class RemovalUpheld(Fact):
    """It stays removed, says somebody other than who removed it."""

    TOPIC = "groups:Post.RemovalUpheld"
    personal = {"reason": "author_id"}
    author_id: UUID
    moderator_id: UUID
    reason: str


class Restored(Fact):
    """It is shown again, says somebody other than who removed it."""

    TOPIC = "groups:Post.Restored"
    personal = {"reason": "author_id"}
    group_id: UUID
    kind: str
    author_id: UUID
    moderator_id: UUID
    reason: str
