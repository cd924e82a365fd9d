"""A post: what somebody wrote in a group, what became of it, and what was decided about it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.kernel.domain import event

from . import moderation_refusals as moderation
from . import post_facts as facts
from . import writing_refusals as refusals
from .group import Group
from .written import ANSWER, APPEAL_LASTS, DELETED, LEADERS, QUESTION, RECAP, REMOVED, REPORT_CODES, SHOWN, Written

MOST_REVISIONS = 100
"""So often a post may read otherwise, the first time counted: whoever reads its history reads all of them."""


class Post(Written):
    """Posts, questions, answers, recaps and shares; ``writing`` has how each of them begins."""

    TOPIC = "groups:Post"
    state_is_impersonal = True  # words and reasons are recorded and assigned to nothing
    Published = facts.Published
    Edited = facts.Edited
    Deleted = facts.Deleted
    Pinned = facts.Pinned
    Unpinned = facts.Unpinned
    AnswerAccepted = facts.AnswerAccepted
    SharingWithdrawn = facts.SharingWithdrawn
    Reported = facts.Reported
    ReportsDismissed = facts.ReportsDismissed
    Removed = facts.Removed
    Appealed = facts.Appealed
    RemovalUpheld = facts.RemovalUpheld
    Restored = facts.Restored

    @staticmethod
    def create_id(post_id: UUID, **_: object) -> UUID:
        return post_id

    @event(Published)
    def __init__(
        self, post_id: UUID, group_id: UUID, author_id: UUID, kind: str, section_id: UUID | None, lane: str,
        title: str | None, text: str | None, listing_ids: list[str], links: list[str], is_advert: bool,
        gathering_id: UUID | None, question_id: UUID | None, source_post_id: UUID | None,
        source_group_id: UUID | None, source_author_id: UUID | None, rules_version: int,
    ) -> None:  # fmt: skip
        self.group_id, self.author_id, self.kind = group_id, author_id, kind
        self.section_id, self.lane, self.question_id = section_id, lane, question_id
        self.listing_ids, self.links, self.is_advert = listing_ids, links, is_advert
        self.source_post_id = source_post_id
        self.status, self.revision = SHOWN, 1
        self.is_pinned, self.is_shareable = False, True
        self.accepted_answer_id = None
        self.reported_by, self.open_reports = {}, 0
        self.moderator_id, self.appeal_until = None, None
        self.has_appealed = self.appeal_is_open = False

    def edit(self, group: Group, title: str | None, text: str, linked: Sequence[str], *, by: UUID) -> None:
        """Other words, which link to ``linked`` in the mall. Raises ``NotTheAuthor``, ``NotAMember``,
        ``RulesToAccept``, ``PostIsGone``, ``WordsStandElsewhere``, ``PostWithoutText``, ``EditedTooOften``,
        ``GoodsAreFixed``."""
        self.require_author(by)
        group.require_current_rules(by)
        self.require_shown()
        if self.kind == RECAP:
            raise refusals.WordsStandElsewhere(post_id=self.id)
        if not text.strip():
            raise refusals.PostWithoutText()
        if self.revision >= MOST_REVISIONS:
            raise refusals.EditedTooOften(post_id=self.id, most=MOST_REVISIONS)
        if not {*linked} <= {*self.listing_ids, *self.links}:
            raise refusals.GoodsAreFixed(post_id=self.id)
        self._edited(author_id=by, title=title, text=text, revision=self.revision + 1)

    def delete(self, *, by: UUID) -> None:
        """By the author, also after leaving the group; again does nothing. Raises ``NotTheAuthor``, ``PostIsGone``."""
        self.require_author(by)
        if self.status != DELETED:
            self.require_shown()
            self._deleted(group_id=self.group_id, kind=self.kind)

    def pin(self, group: Group, *, by: UUID) -> None:
        """Above the others; again does nothing. Raises ``NotLeader``, ``PostIsGone``, ``NotOfLeaders``."""
        group.require_leader(by)
        self.require_shown()
        if self.lane != LEADERS:
            raise refusals.NotOfLeaders(post_id=self.id)
        if not self.is_pinned:
            self._pinned()

    def unpin(self, group: Group, *, by: UUID) -> None:
        """Where its time puts it; again does nothing. Raises ``NotLeader``."""
        group.require_leader(by)
        if self.is_pinned:
            self._unpinned()

    def accept(self, answer: "Post", *, by: UUID) -> None:
        """This answer helped; the same again does nothing.

        Raises ``NotTheAuthor``, ``PostIsGone``, ``NotAQuestion``, ``NotItsAnswer``.
        """
        self.require_author(by)
        self.require_shown()
        self.require_question()
        if (answer.kind, answer.question_id) != (ANSWER, self.id):
            raise refusals.NotItsAnswer(answer_id=answer.id)
        answer.require_shown()
        if answer.id != self.accepted_answer_id:
            self._answer_accepted(answer_id=answer.id)

    def require_question(self) -> None:
        """Raises ``NotAQuestion``."""
        if self.kind != QUESTION:
            raise refusals.NotAQuestion(post_id=self.id)

    def withdraw_sharing(self, *, by: UUID) -> None:
        """No other group shows it from now on; again does nothing. Raises ``NotTheAuthor``."""
        self.require_author(by)
        if self.is_shareable:
            self._sharing_withdrawn()

    def report(self, code: str, text: str | None, *, by: UUID) -> None:
        """Raises ``ReportCodeUnknown``, ``ReportOfOneself``, ``PostIsGone``, ``AlreadyReported``."""
        _check_code(code)
        if by == self.author_id:
            raise moderation.ReportOfOneself(post_id=self.id)
        self.require_shown()
        if self.reported_by.get(str(by)) == self.revision:
            raise moderation.AlreadyReported(post_id=self.id)
        self._reported(group_id=self.group_id, reporter_id=by, code=code, text=text, revision=self.revision)

    def dismiss_reports(self, group: Group, *, by: UUID) -> None:
        """Nothing is wrong with it. Raises ``NotReviewer``, ``NothingReported``, ``RemovalOfOneself``."""
        self._require_moderator(group, by)
        if not self.open_reports:
            raise moderation.NothingReported(post_id=self.id)
        self._reports_dismissed(moderator_id=by)

    def remove(self, group: Group, code: str, reason: str, *, by: UUID, now: datetime) -> None:
        """Take it away. Raises ``NotReviewer``, ``RemovalOfOneself``, ``ReportCodeUnknown``,
        ``PostRemovalWithoutReason``, ``PostIsGone``."""
        self._require_moderator(group, by)
        _check_code(code)
        if not reason.strip():
            raise moderation.PostRemovalWithoutReason()
        self.require_shown()
        self._removed(
            group_id=self.group_id, kind=self.kind, author_id=self.author_id, moderator_id=by, code=code, reason=reason,
            appeal_until=now + APPEAL_LASTS,
        )  # fmt: skip

    def appeal(self, text: str, *, by: UUID, now: datetime) -> None:
        """Raises ``NotTheAuthor``, ``AppealWithoutText``, ``NotRemoved``, ``AppealedBefore``, ``AppealTooLate``."""
        self.require_author(by)
        if not text.strip():
            raise moderation.AppealWithoutText()
        self.require_appealable(now)
        self._appealed(group_id=self.group_id, author_id=by, text=text)

    def decide_appeal(
        self, group: Group, restores: bool, reason: str, *, by: UUID, is_operator: bool = False
    ) -> None:  # fmt: skip
        """Show it again with all that it had, or leave it removed. Raises what ``require_judge`` raises, and
        ``AppealDecisionWithoutReason``."""
        self.require_judge(group, by, is_operator=is_operator)
        if not reason.strip():
            raise moderation.AppealDecisionWithoutReason()
        if restores:
            self._restored(
                group_id=self.group_id, kind=self.kind, author_id=self.author_id, moderator_id=by, reason=reason
            )  # fmt: skip
        else:
            self._removal_upheld(author_id=self.author_id, moderator_id=by, reason=reason)

    def _require_moderator(self, group: Group, by: UUID) -> None:
        group.require_reviewer(by)
        if by == self.author_id:
            raise moderation.RemovalOfOneself(post_id=self.id)

    @event(Edited)
    def _edited(self, author_id: UUID, title: str | None, text: str, revision: int) -> None:
        self.revision = revision

    @event(Deleted)
    def _deleted(self, group_id: UUID, kind: str) -> None:
        self.status, self.open_reports, self.is_pinned = DELETED, 0, False

    @event(Pinned)
    def _pinned(self) -> None:
        self.is_pinned = True

    @event(Unpinned)
    def _unpinned(self) -> None:
        self.is_pinned = False

    @event(AnswerAccepted)
    def _answer_accepted(self, answer_id: UUID) -> None:
        self.accepted_answer_id = answer_id

    @event(SharingWithdrawn)
    def _sharing_withdrawn(self) -> None:
        self.is_shareable = False

    @event(Reported)
    def _reported(self, group_id: UUID, reporter_id: UUID, code: str, text: str | None, revision: int) -> None:
        self.reported_by[str(reporter_id)] = revision
        self.open_reports += 1

    @event(ReportsDismissed)
    def _reports_dismissed(self, moderator_id: UUID) -> None:
        self.open_reports = 0

    @event(Removed)
    def _removed(
        self, group_id: UUID, kind: str, author_id: UUID, moderator_id: UUID, code: str, reason: str,
        appeal_until: datetime,
    ) -> None:  # fmt: skip
        self.status, self.open_reports = REMOVED, 0
        self.moderator_id, self.appeal_until = moderator_id, appeal_until
        self.has_appealed = self.appeal_is_open = False

    @event(Appealed)
    def _appealed(self, group_id: UUID, author_id: UUID, text: str) -> None:
        self.has_appealed = self.appeal_is_open = True

    @event(RemovalUpheld)
    def _removal_upheld(self, author_id: UUID, moderator_id: UUID, reason: str) -> None:
        self.appeal_is_open = False

    @event(Restored)
    def _restored(self, group_id: UUID, kind: str, author_id: UUID, moderator_id: UUID, reason: str) -> None:
        self.status, self.appeal_is_open = SHOWN, False
        self.moderator_id, self.appeal_until = None, None


def _check_code(code: str) -> None:
    if code not in REPORT_CODES:
        raise moderation.ReportCodeUnknown(report_code=code, codes=", ".join(REPORT_CODES))
