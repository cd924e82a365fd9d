"""What must be true of sections, posts, adverts and moderation."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.groups.domain import post_facts
from services.groups.domain.adverts import GROUP_WINDOW, MEMBER_WINDOW, OF_GROUP, OF_MEMBER, Adverts, Shown, free_at
from services.groups.domain.sections import MOST_SECTIONS, Sections
from services.groups.domain.written import ANSWER, RECAP
from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant


class FiveSections(Invariant):
    """Open ones; a retired section counts again when it is restored."""

    name = "sections"
    sentence = "A group has at most five open sections at any time."

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[UUID, set[UUID]] = {}

    @when(Sections.SectionOpened, Sections.SectionRestored)
    def opened(self, _position: int, fact: Any) -> None:
        sections = self._open.setdefault(fact.originator_id, set())
        sections.add(fact.section_id)
        if len(sections) > MOST_SECTIONS:
            raise Broken(f"section {fact.section_id} is the {len(sections)}th that is open")

    @when(Sections.SectionRetired)
    def retired(self, _position: int, fact: Sections.SectionRetired) -> None:
        self._open.setdefault(fact.originator_id, set()).discard(fact.section_id)


@dataclass(slots=True)
class _Quota:
    of_member: int = OF_MEMBER
    of_group: int = OF_GROUP
    shown: list[Shown] = field(default_factory=list)


class QuotasHold(Invariant):
    """By the quota that held when the advert was counted."""

    name = "quotas"
    sentence = "No member wrote more adverts in 7 days, and no group showed more in 24 hours, than the group takes."

    def __init__(self) -> None:
        super().__init__()
        self._quotas: dict[UUID, _Quota] = {}

    @when(Adverts.QuotaSet)
    def set(self, _position: int, fact: Adverts.QuotaSet) -> None:
        quota = self._quotas.setdefault(fact.originator_id, _Quota())
        quota.of_member, quota.of_group = fact.of_member, fact.of_group

    @when(Adverts.Counted)
    def counted(self, _position: int, fact: Adverts.Counted) -> None:
        quota, now = self._quotas.setdefault(fact.originator_id, _Quota()), fact.counted_at
        quota.shown = [one for one in quota.shown if datetime.fromisoformat(one["at"]) > now - MEMBER_WINDOW]
        mine = [one for one in quota.shown if one["member_id"] == str(fact.member_id)]
        if not quota.of_member or free_at(mine, quota.of_member, MEMBER_WINDOW, now):
            raise Broken(f"person {fact.member_id} wrote more adverts than {quota.of_member} in 7 days")
        if not quota.of_group or free_at(quota.shown, quota.of_group, GROUP_WINDOW, now):
            raise Broken(f"more adverts than {quota.of_group} were shown in 24 hours")
        quota.shown.append({"member_id": str(fact.member_id), "at": now.isoformat()})


class AdvertsAreCounted(Invariant):
    """A recap is labelled, and not counted."""

    name = "adverts"
    sentence = "What carries goods is labelled as an advert, and every advert that a member wrote was counted, once."

    def __init__(self) -> None:
        super().__init__()
        self._uncounted: dict[UUID, tuple[int, UUID, UUID]] = {}
        self._counted: dict[UUID, tuple[int, UUID, UUID]] = {}

    @when(post_facts.Published)
    def published(self, position: int, fact: post_facts.Published) -> None:
        if fact.is_advert is not bool(fact.listing_ids or fact.links):
            raise Broken("its label as an advert is not what its goods ask for")
        if fact.is_advert and fact.kind != RECAP:
            self._uncounted[fact.post_id] = (position, Adverts.create_id(fact.group_id), fact.author_id)

    @when(Adverts.Counted)
    def counted(self, position: int, fact: Adverts.Counted) -> None:
        if fact.post_id in self._counted:
            raise Broken(f"post {fact.post_id} was counted twice")
        self._counted[fact.post_id] = (position, fact.originator_id, fact.member_id)

    def finish(self) -> None:
        for post_id, (position, adverts_id, author_id) in self._uncounted.items():
            counted = self._counted.pop(post_id, None)
            if counted is None or counted[1:] != (adverts_id, author_id):
                raise Broken("an advert was not counted where it stands, for whoever wrote it", position, str(post_id))
        for post_id, (position, adverts_id, _) in self._counted.items():
            raise Broken(f"post {post_id} was counted and is no advert", position, str(adverts_id))


class AnswersAreAccepted(Invariant):
    """One at a time: the latest."""

    name = "answers"
    sentence = "What is accepted is an answer to that question, and was shown when it was accepted."

    def __init__(self) -> None:
        super().__init__()
        self._answers: dict[UUID, UUID | None] = {}
        self._hidden: set[UUID] = set()

    @when(post_facts.Published)
    def published(self, _position: int, fact: post_facts.Published) -> None:
        if (fact.kind == ANSWER) is (fact.question_id is None):
            raise Broken("it is an answer to nothing, or answers and is none")
        if fact.kind == ANSWER:
            self._answers[fact.post_id] = fact.question_id

    @when(post_facts.Deleted, post_facts.Removed)
    def hidden(self, _position: int, fact: Any) -> None:
        self._hidden.add(fact.originator_id)

    @when(post_facts.Restored)
    def restored(self, _position: int, fact: post_facts.Restored) -> None:
        self._hidden.discard(fact.originator_id)

    @when(post_facts.AnswerAccepted)
    def accepted(self, _position: int, fact: post_facts.AnswerAccepted) -> None:
        if self._answers.get(fact.answer_id) != fact.originator_id:
            raise Broken(f"post {fact.answer_id} was accepted and is no answer to it")
        if fact.answer_id in self._hidden:
            raise Broken(f"answer {fact.answer_id} was accepted and was not shown")


@dataclass(slots=True)
class _Case:
    author_id: UUID
    moderator_id: UUID | None = None
    until: datetime | None = None
    appeals: int = 0
    is_open: bool = False
    is_shown: bool = True


class RemovalsAreJust(Invariant):
    """The words of a reason are sealed; that there is a code can be seen."""

    name = "removals"
    sentence = "A removal has a code and is not the author's own; one appeal, in time, is decided by a third person."

    def __init__(self) -> None:
        super().__init__()
        self._cases: dict[UUID, _Case] = {}

    @when(post_facts.Published)
    def published(self, _position: int, fact: post_facts.Published) -> None:
        self._cases[fact.post_id] = _Case(fact.author_id)

    @when(post_facts.Deleted)
    def deleted(self, _position: int, fact: post_facts.Deleted) -> None:
        case = self._cases[fact.originator_id]
        if not case.is_shown:
            raise Broken("it was deleted and was not shown")
        case.is_shown = False

    @when(post_facts.Removed)
    def removed(self, _position: int, fact: post_facts.Removed) -> None:
        case = self._cases[fact.originator_id]
        if not case.is_shown:
            raise Broken("it was removed and was not shown")
        if not fact.code or fact.moderator_id == case.author_id:
            raise Broken("it was removed without a code, or by its author")
        self._cases[fact.originator_id] = _Case(case.author_id, fact.moderator_id, fact.appeal_until, is_shown=False)

    @when(post_facts.Appealed)
    def appealed(self, _position: int, fact: post_facts.Appealed) -> None:
        case = self._cases[fact.originator_id]
        if case.until is None or case.appeals or fact.effective_at >= case.until:
            raise Broken("an appeal came without a removal, a second time, or too late")
        case.appeals, case.is_open = 1, True

    @when(post_facts.RemovalUpheld, post_facts.Restored)
    def decided(self, _position: int, fact: Any) -> None:
        case = self._cases[fact.originator_id]
        if not case.is_open:
            raise Broken("an appeal was decided and none was open")
        if fact.moderator_id in (case.author_id, case.moderator_id):
            raise Broken("the appeal was decided by whoever removed it or wrote it")
        case.is_open = False
        if isinstance(fact, post_facts.Restored):
            self._cases[fact.originator_id] = _Case(case.author_id)
