"""What a post lets nobody do: each guard, and its state without any words."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.groups.domain import moderation_refusals as moderation
from services.groups.domain import refusals, writing, writing_refusals
from services.groups.domain.adverts import Adverts, Goods
from services.groups.domain.joining_refusals import RulesToAccept
from services.groups.domain.post import MOST_REVISIONS, Post
from services.groups.domain.sections import Sections
from services.groups.domain.writing import Room, Words
from services.kernel.domain import Refusal, acting
from tests.support.scenario import NOON, context

from .examples import APPLICANT, GROUP_ID, OWNER, REVIEWER, STRANGER, admit, group, made

POST, ROD = UUID(int=0x501), UUID(int=0xABC)
LATE = NOON + timedelta(days=14)
Command = Callable[[Post], object]


def room() -> Room:
    """A group in which the applicant writes."""
    return Room(group(admit(APPLICANT, recorded=True)), Sections(GROUP_ID), Adverts(GROUP_ID))


def post(*commands: Command, place: Room | None = None, **words: Any) -> Post:
    """A post of the applicant after these commands."""
    with acting(context()):
        told = Words(**({"text": "We walked."} | words))
        found: Post = made(
            lambda: writing.publish(place or room(), POST, told, by=APPLICANT, now=NOON), *commands
        )  # fmt: skip
    return found


def remove(by: UUID = REVIEWER) -> Command:
    return lambda one: one.remove(room().group, "spam", "Too loud.", by=by, now=NOON)


def appeal(by: UUID = APPLICANT, **more: Any) -> Command:
    return lambda one: one.appeal("It is quiet.", by=by, **({"now": NOON} | more))


def decide(by: UUID, **more: Any) -> Command:
    return lambda one: one.decide_appeal(room().group, True, "It is.", by=by, **more)


def edit(by: UUID = APPLICANT, text: str = "We ran.", linked: tuple[str, ...] = ()) -> Command:
    return lambda one: one.edit(room().group, None, text, linked, by=by)


def report(by: UUID = OWNER, code: str = "spam") -> Command:
    return lambda one: one.report(code, None, by=by)


REFUSED: list[tuple[list[Command], Command, type[Refusal]]] = [
    ([], edit(OWNER), writing_refusals.NotTheAuthor),
    ([], edit(text=" "), writing_refusals.PostWithoutText),
    ([], edit(linked=(str(ROD),)), writing_refusals.GoodsAreFixed),
    ([remove()], edit(), writing_refusals.PostIsGone),
    ([edit()] * (MOST_REVISIONS - 1), edit(), writing_refusals.EditedTooOften),
    ([], lambda one: one.delete(by=OWNER), writing_refusals.NotTheAuthor),
    ([], lambda one: one.withdraw_sharing(by=OWNER), writing_refusals.NotTheAuthor),
    ([], lambda one: one.pin(room().group, by=OWNER), writing_refusals.NotOfLeaders),
    ([], lambda one: one.pin(room().group, by=REVIEWER), refusals.NotLeader),
    ([], lambda one: one.require_question(), writing_refusals.NotAQuestion),
    ([], report(APPLICANT), moderation.ReportOfOneself),
    ([], report(code="ugly"), moderation.ReportCodeUnknown),
    ([report()], report(), moderation.AlreadyReported),
    ([], lambda one: one.dismiss_reports(room().group, by=OWNER), moderation.NothingReported),
    ([], remove(STRANGER), refusals.NotReviewer),
    ([remove()], remove(), writing_refusals.PostIsGone),
    ([], appeal(), moderation.NotRemoved),
    ([remove()], appeal(OWNER), writing_refusals.NotTheAuthor),
    ([remove()], appeal(now=LATE), moderation.AppealTooLate),
    ([remove(), appeal()], appeal(), moderation.AppealedBefore),
    ([remove()], decide(OWNER), moderation.NoAppeal),
    ([remove(), appeal()], decide(REVIEWER), moderation.SecondReviewerNeeded),
    ([remove(), appeal()], decide(STRANGER), refusals.NotReviewer),
    ([remove(), appeal()], decide(STRANGER, is_operator=True), refusals.NotReviewer),
    ([remove(), appeal(), decide(OWNER)], decide(OWNER), moderation.NoAppeal),
]


@pytest.mark.parametrize(("before", "command", "kind"), REFUSED)
def test_each_guard_says_what_is_in_the_way(before: list[Command], command: Command, kind: type[Refusal]) -> None:
    one = post(*before)
    with acting(context()), pytest.raises(kind):
        command(one)
    assert not one.pending_events


def test_an_operator_decides_where_nobody_else_in_the_group_could() -> None:
    alone = group(admit(APPLICANT, recorded=True))
    alone.members = {key: one for key, one in alone.members.items() if key != str(REVIEWER)}
    one = post(lambda one: one.remove(alone, "spam", "Too loud.", by=OWNER, now=NOON), appeal())
    with acting(context()):
        with pytest.raises(moderation.SecondReviewerNeeded):
            one.decide_appeal(alone, True, "It is.", by=OWNER)
        one.decide_appeal(alone, True, "It is.", by=STRANGER, is_operator=True)
    assert one.status == "shown"


def test_members_accept_the_rules_before_they_write_again() -> None:
    with acting(context()):
        place = room()
        place.group.change_rules("Be kind.", by=OWNER)
        with pytest.raises(RulesToAccept):
            writing.publish(place, POST, Words(text="Hello."), by=APPLICANT, now=NOON)
        place.group.accept_rules(APPLICANT, 2)
        assert writing.publish(place, POST, Words(text="Hello."), by=APPLICANT, now=NOON).kind == "post"


def test_a_restored_post_is_what_it_was() -> None:
    goods = Goods([ROD], [str(ROD)])
    before, after = post(goods=goods), post(remove(), appeal(), decide(OWNER), goods=goods)
    told = ("status", "is_advert", "listing_ids", "links", "lane", "is_pinned", "revision", "open_reports")
    assert [getattr(before, name) for name in told] == [getattr(after, name) for name in told]


def test_what_is_said_twice_is_recorded_once() -> None:
    question = post(lambda one: one.withdraw_sharing(by=APPLICANT), lambda one: one.delete(by=APPLICANT))
    with acting(context()):
        question.withdraw_sharing(by=APPLICANT)
        question.delete(by=APPLICANT)
    assert not question.pending_events


def test_no_word_is_kept_in_the_state_of_a_post() -> None:
    one = post(edit(text="Secret words"), report(), remove(), appeal(), text="Secret words", title="Secret words")
    kept = json.dumps(vars(one), default=str)
    assert "ecret" not in kept
    assert "loud" not in kept
    assert "quiet" not in kept
