"""Every invariant about what is written holds for what is done, and is seen broken."""

from collections.abc import Iterator
from copy import copy
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.groups.domain import writing
from services.groups.domain.adverts import Adverts, Goods
from services.groups.domain.post import Post
from services.groups.domain.sections import Sections
from services.groups.domain.writing import Room, Words
from services.groups.invariants import content, invariants
from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from tests.support.forging import forged, judged
from tests.support.scenario import NOON, context

from .examples import APPLICANT, GROUP_ID, OWNER, REVIEWER, STRANGER, admit, found, seat

POST, QUESTION, ANSWER, ROD, GATHERING = (UUID(int=number) for number in range(0x501, 0x506))
SECTIONS = [UUID(int=number) for number in range(0x601, 0x607)]
GOODS = Goods([ROD])
NAMES = [one.name for one in invariants(Mock()) if type(one).__module__ == content.__name__]


def story() -> list[Any]:
    """Five sections and one retired; an advert that is removed and comes back; an answer that is accepted; a recap."""
    with acting(context()):
        group = found(threshold=None)()
        for command in (*seat(REVIEWER, "reviewer"), admit(APPLICANT, recorded=True)):
            command(group)
        room = Room(group, Sections(group.id), Adverts(group.id))
        for number, section_id in enumerate(SECTIONS):
            room.sections.open(group, section_id, f"Section {number}", "talk", by=OWNER)
            if number == 0:
                room.sections.retire(group, section_id, by=OWNER)
        room.adverts.set_quota(group, 1, 2, by=OWNER)
        post = writing.publish(room, POST, Words(text="Buy.", goods=GOODS), by=APPLICANT, now=NOON)
        post.remove(group, "spam", "Too loud.", by=REVIEWER, now=NOON)
        post.appeal("It is quiet.", by=APPLICANT, now=NOON)
        post.decide_appeal(group, True, "It is.", by=OWNER)
        question = writing.publish(room, QUESTION, Words(text="Why?", kind="question"), by=APPLICANT, now=NOON)
        answer = writing.answer(room, question, ANSWER, Words(text="So."), by=REVIEWER, now=NOON)
        question.accept(answer, by=APPLICANT)
        recap = writing.recap(group, GATHERING, OWNER, GOODS)
        roots = (room.sections, room.adverts, post, question, answer)
        told = [fact for root in roots for fact in root.collect_events()]
        accepted = told.index(next(fact for fact in told if isinstance(fact, Post.AnswerAccepted)))
        return [*told[:accepted], *told[accepted + 1 :], told[accepted], *recap.collect_events()]


def named(name: str) -> Invariant:
    return next(one for one in invariants(Mock()) if one.name == name)


def again(kind: type[Any], stream: UUID | None = None, **fields: Any) -> Any:
    """One more fact like the last of its kind (in a stream), with other fields."""
    alike = (fact for fact in reversed(story()) if type(fact) is kind and stream in (None, fact.originator_id))
    copied = copy(next(alike))
    copied.__dict__.update(fields)
    return copied


def changed(kind: type[Any], /, **fields: Any) -> list[Any]:
    facts = story()
    for fact in facts:
        if type(fact) is kind:
            fact.__dict__.update(fields)
    return facts


def without(kind: type[Any]) -> list[Any]:
    return [fact for fact in story() if type(fact) is not kind]


def breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    restored = again(Sections.SectionOpened, section_id=SECTIONS[0])
    yield "sections", "6th", [*story(), restored]
    yield "quotas", "more adverts than 1", [*story(), again(Adverts.Counted)]
    others = [again(Adverts.Counted, member_id=one) for one in (OWNER, REVIEWER)]
    yield "quotas", "more adverts than 2", [*story(), *others]
    yield "adverts", "not counted", without(Adverts.Counted)
    yield "adverts", "not counted", changed(Adverts.Counted, member_id=STRANGER)
    yield "adverts", "twice", [*story(), again(Adverts.Counted)]
    yield "adverts", "is no advert", [*story(), again(Adverts.Counted, post_id=QUESTION)]
    yield "adverts", "label", changed(Post.Published, is_advert=False)
    yield "answers", "is no answer", changed(Post.AnswerAccepted, answer_id=POST)
    hidden = forged(Post.Deleted, ANSWER, group_id=GROUP_ID)
    yield "answers", "was not shown", [*story(), hidden, again(Post.AnswerAccepted)]
    yield "answers", "to nothing", changed(Post.Published, kind="answer")
    yield "removals", "without a code", changed(Post.Removed, code="")
    yield "removals", "by its author", changed(Post.Removed, moderator_id=APPLICANT)
    yield "removals", "removed and was not shown", [*story(), again(Post.Removed), again(Post.Removed)]
    deleted = forged(Post.Deleted, QUESTION, group_id=GROUP_ID)
    yield "removals", "deleted and was not shown", [*story(), deleted, deleted]
    yield "removals", "without a removal", [*story(), again(Post.Appealed)]
    yield "removals", "too late", changed(Post.Removed, appeal_until=NOON)
    yield "removals", "none was open", without(Post.Appealed)
    yield "removals", "whoever removed it", changed(Post.Restored, moderator_id=REVIEWER)


@pytest.mark.parametrize("name", NAMES)
def test_holds_for_what_is_written(name: str) -> None:
    invariant = named(name)
    assert judged(invariant, story()) is None
    assert invariant.checked > 0


@pytest.mark.parametrize(("name", "said", "facts"), list(breaches()))
def test_finds_a_breach(name: str, said: str, facts: list[Any]) -> None:
    found_out = judged(named(name), facts)
    assert found_out is not None
    assert said in found_out


def test_every_invariant_was_seen_broken() -> None:
    assert {name for name, _, _ in breaches()} == set(NAMES)
