"""What holds of a post at any moment, and the guards that ask for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.kernel.domain import AggregateRoot

from . import moderation_refusals, writing_refusals
from .group import Group

POST, QUESTION, ANSWER, RECAP, SHARE = KINDS = ("post", "question", "answer", "recap", "share")
LEADERS, MEMBERS = LANES = ("leaders", "members")
SHOWN, DELETED, REMOVED = STATES = ("shown", "deleted", "removed")
REPORT_CODES = ("spam", "hidden_advert", "off_topic", "harassment", "privacy", "illegal", "dangerous", "rules", "other")
APPEAL_LASTS = timedelta(days=14)


class Written(AggregateRoot):
    """A post without its words: those stay in the facts. ``reported_by`` maps whoever has an open or closed report to
    the revision that was reported; ``open_reports`` counts those that wait."""

    group_id: UUID
    author_id: UUID
    kind: str
    section_id: UUID | None
    lane: str
    listing_ids: list[str]
    links: list[str]
    is_advert: bool
    question_id: UUID | None
    source_post_id: UUID | None
    status: str
    revision: int
    is_pinned: bool
    is_shareable: bool
    accepted_answer_id: UUID | None
    reported_by: dict[str, int]
    open_reports: int
    moderator_id: UUID | None
    appeal_until: datetime | None
    has_appealed: bool
    appeal_is_open: bool

    def require_shown(self) -> None:
        """Raises ``PostIsGone``."""
        if self.status != SHOWN:
            raise writing_refusals.PostIsGone(post_id=self.id, state=self.status)

    def require_author(self, by: UUID) -> None:
        """Raises ``NotTheAuthor``."""
        if by != self.author_id:
            raise writing_refusals.NotTheAuthor(post_id=self.id)

    def require_appealable(self, now: datetime) -> None:
        """Raises ``NotRemoved``, ``AppealedBefore``, ``AppealTooLate``."""
        if self.status != REMOVED or self.appeal_until is None:
            raise moderation_refusals.NotRemoved(post_id=self.id, state=self.status)
        if self.has_appealed:
            raise moderation_refusals.AppealedBefore(post_id=self.id)
        if now >= self.appeal_until:
            raise moderation_refusals.AppealTooLate(post_id=self.id, appeal_until=self.appeal_until.isoformat())

    def require_judge(self, group: Group, by: UUID, *, is_operator: bool) -> None:
        """Whoever decides an appeal is neither who removed the post nor who wrote it.

        An operator decides only where nobody else in the group could.
        Raises ``NotReviewer``, ``NoAppeal``, ``SecondReviewerNeeded``.
        """
        others = self.judges(person_id for person_id, one in group.members.items() if one["roles"])
        if others or not is_operator:
            group.require_reviewer(by)
        if not self.appeal_is_open:
            raise moderation_refusals.NoAppeal(post_id=self.id)
        if by in (self.moderator_id, self.author_id):
            raise moderation_refusals.SecondReviewerNeeded(post_id=self.id)

    def judges(self, reviewers: Iterable[str]) -> set[str]:
        """Those of the reviewers who may decide an appeal."""
        return {*reviewers} - {str(self.moderator_id), str(self.author_id)}
