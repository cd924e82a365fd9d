"""What members write: posts, questions, answers, recaps; who may write, read, change."""

from pathlib import Path
from uuid import UUID

import pytest

from services.contracts.identity import PersonForgotten
from services.groups.domain import writing
from services.groups.domain.joining_refusals import RulesToAccept
from services.groups.domain.post import Post
from services.groups.domain.refusals import NotLeader
from services.groups.domain.writing_refusals import (
    NoSuchPost,
    NotAQuestion,
    NotItsAnswer,
    NotOfLeaders,
    NotTheAuthor,
    PostIsGone,
    PostWithoutText,
    ReadingForMembers,
    WordsStandElsewhere,
    WritingForMembers,
)
from services.kernel.refusals import Malformed
from tests.support.opening import opened_from_now_on
from tests.support.stored import lying_at

from .rooms import LEADER, MEMBER, NEVER_HEARD_OF, OTHER, OWNER, REVIEWER, STRANGER
from .test_races import recorded
from .writers import GATHERING, ROD, Writers

SECRET = "Behind the third birch"


def test_members_write_and_members_read_the_newest_first(writers: Writers) -> None:
    group_id = writers.crew()
    for text in ("One.", "Two.", "Three."):
        writers.post(group_id, text=text)
    assert writers.listed(group_id, OTHER) == ["Three.", "Two.", "One."]
    assert isinstance(writers.refusal("posts", STRANGER, group_id=group_id), ReadingForMembers)
    assert isinstance(writers.refusal("publish_post", STRANGER, group_id=group_id, text="Hi."), WritingForMembers)


def test_pages_end_where_the_next_one_begins(writers: Writers) -> None:
    group_id = writers.crew()
    for number in range(5):
        writers.post(group_id, text=str(number))
    first = writers.ask("posts", MEMBER, group_id=group_id, limit=3)
    second = writers.ask("posts", MEMBER, group_id=group_id, limit=3, cursor=first["next"])
    assert [row["text"] for row in first["items"] + second["items"]] == ["4", "3", "2", "1", "0"]
    assert second["next"] is None


def test_a_group_may_let_everybody_read(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    assert isinstance(writers.refusal("post", STRANGER, post_id=post_id), NoSuchPost)
    writers.do("set_openness", OWNER, group_id=group_id, is_public=True, shares_out=True)
    assert writers.ask("post", STRANGER, post_id=post_id)["text"] == "We walked."
    assert isinstance(writers.refusal("publish_post", STRANGER, group_id=group_id, text="Hi."), WritingForMembers)


def test_who_has_not_accepted_the_present_rules_reads_and_does_not_write(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    writers.do("change_rules", OWNER, group_id=group_id, rules="Be kind.")
    assert isinstance(writers.refusal("publish_post", MEMBER, group_id=group_id, text="Hi."), RulesToAccept)
    assert isinstance(writers.refusal("edit_post", MEMBER, post_id=post_id, text="Hi."), RulesToAccept)
    assert writers.listed(group_id) == ["We walked."]


def test_without_the_guard_on_writers_a_stranger_would_write(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    group_id = writers.crew()
    monkeypatch.setattr(writing, "require_writer", lambda _group, _by: None)
    writers.post(group_id, STRANGER, "I was never here.")
    assert writers.listed(group_id) == ["I was never here."]


def test_leaders_have_a_lane_of_their_own_and_pin_what_stands_in_it(writers: Writers) -> None:
    group_id = writers.crew()
    first = writers.post(group_id, LEADER, "Read this first.", lane="leaders")
    of_member = writers.post(group_id, text="Hello.")
    writers.post(group_id, OWNER, "News.", lane="leaders")
    refused = writers.refusal("publish_post", MEMBER, group_id=group_id, text="I lead.", lane="leaders")
    assert isinstance(refused, NotLeader)
    assert isinstance(writers.refusal("pin_post", OWNER, post_id=of_member), NotOfLeaders)
    assert isinstance(writers.refusal("pin_post", REVIEWER, post_id=first), NotLeader)
    writers.do("pin_post", OWNER, post_id=first)
    assert writers.listed(group_id) == ["Read this first.", "News.", "Hello."]
    assert writers.listed(group_id, lane="leaders") == ["Read this first.", "News."]
    writers.do("unpin_post", OWNER, post_id=first)
    assert writers.listed(group_id) == ["News.", "Hello.", "Read this first."]


def test_posts_are_chosen_by_section_and_kind(writers: Writers) -> None:
    group_id = writers.crew()
    section_id = writers.section(group_id)
    writers.post(group_id, text="Here.", section_id=section_id)
    writers.post(group_id, text="Which way?", kind="question")
    assert writers.listed(group_id, section_id=section_id) == ["Here."]
    assert writers.listed(group_id, kind="question") == ["Which way?"]
    assert writers.listed(group_id, author_id=OTHER) == []


def test_the_author_edits_and_every_version_stays_on_record(writers: Writers, monkeypatch: pytest.MonkeyPatch) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id, text="We walkd.", title="Walk")
    assert isinstance(writers.refusal("edit_post", OWNER, post_id=post_id, text="Mine."), NotTheAuthor)
    assert isinstance(writers.refusal("edit_post", MEMBER, post_id=post_id, text="  "), PostWithoutText)
    writers.do("edit_post", MEMBER, post_id=post_id, text="We walked.")
    seen = writers.ask("post", OTHER, post_id=post_id)
    assert (seen["text"], seen["title"], seen["revision"]) == ("We walked.", None, 2)
    opened = opened_from_now_on(writers.service.store.mapper, monkeypatch)
    assert writers.listed(group_id) == ["We walked."]
    assert opened == ["groups:Post.Edited"], "none of the older versions is opened"
    steps = writers.ask("case", MEMBER, post_id=post_id)["steps"]
    assert [(step["step"], step["text"]) for step in steps] == [("published", "We walkd."), ("edited", "We walked.")]


def test_a_deleted_post_is_seen_by_nobody_and_changed_no_more(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    assert isinstance(writers.refusal("delete_post", OWNER, post_id=post_id), NotTheAuthor)
    writers.do("delete_post", MEMBER, post_id=post_id)
    assert writers.listed(group_id) == []
    assert isinstance(writers.refusal("post", MEMBER, post_id=post_id), NoSuchPost)
    assert isinstance(writers.refusal("edit_post", MEMBER, post_id=post_id, text="Again."), PostIsGone)


def test_who_has_left_can_still_delete_what_they_wrote(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    writers.do("leave", MEMBER, group_id=group_id)
    writers.do("delete_post", MEMBER, post_id=post_id)
    assert writers.listed(group_id, OWNER) == []


def answered(writers: Writers, group_id: UUID) -> tuple[UUID, UUID, UUID]:
    """A question with two answers."""
    question = writers.post(group_id, text="Which way?", kind="question")
    first, second = (
        UUID(writers.do("answer_question", who, post_id=question, text=text)["post_id"])
        for who, text in ((OTHER, "Left."), (LEADER, "Right."))
    )
    return question, first, second


def accepted(writers: Writers, question: UUID) -> list[tuple[str, bool]]:
    items = writers.ask("answers", OTHER, post_id=question)["items"]
    return [(row["text"], row["is_accepted"]) for row in items]


def test_whoever_asked_accepts_one_answer_and_may_change_her_mind(writers: Writers) -> None:
    question, first, second = answered(writers, writers.crew())
    assert accepted(writers, question) == [("Left.", False), ("Right.", False)]
    writers.do("accept_answer", MEMBER, post_id=question, answer_id=first)
    assert accepted(writers, question) == [("Left.", True), ("Right.", False)]
    writers.do("accept_answer", MEMBER, post_id=question, answer_id=second)
    assert accepted(writers, question) == [("Left.", False), ("Right.", True)]
    seen = writers.ask("post", OTHER, post_id=question)
    assert (seen["answers"], seen["accepted_answer_id"]) == (2, str(second))


def test_only_whoever_asked_accepts_and_only_an_answer_to_it(writers: Writers) -> None:
    group_id = writers.crew()
    question, first, _ = answered(writers, group_id)
    _, elsewhere, _ = answered(writers, group_id)
    remark = writers.post(group_id)
    assert isinstance(writers.refusal("accept_answer", OWNER, post_id=question, answer_id=first), NotTheAuthor)
    for other in (elsewhere, remark):
        assert isinstance(writers.refusal("accept_answer", MEMBER, post_id=question, answer_id=other), NotItsAnswer)
    assert isinstance(writers.refusal("accept_answer", MEMBER, post_id=question, answer_id=NEVER_HEARD_OF), NoSuchPost)
    assert isinstance(writers.refusal("accept_answer", MEMBER, post_id=remark, answer_id=first), NotAQuestion)
    writers.do("delete_post", OTHER, post_id=first)
    assert isinstance(writers.refusal("accept_answer", MEMBER, post_id=question, answer_id=first), PostIsGone)


def test_a_remark_is_not_answered_and_a_deleted_question_neither(writers: Writers) -> None:
    group_id = writers.crew()
    question, _, _ = answered(writers, group_id)
    remark = writers.post(group_id)
    assert isinstance(writers.refusal("answer_question", OTHER, post_id=remark, text="Yes."), NotAQuestion)
    writers.do("delete_post", MEMBER, post_id=question)
    assert isinstance(writers.refusal("answer_question", OTHER, post_id=question, text="Up."), PostIsGone)
    assert isinstance(writers.refusal("answers", OTHER, post_id=question), NoSuchPost)


def test_a_recap_becomes_a_post_once_with_its_goods_and_without_its_words(writers: Writers) -> None:
    group_id = writers.crew()
    writers.recap(group_id, ROD)
    writers.recap(group_id, ROD)
    (row,) = writers.ask("posts", MEMBER, group_id=group_id)["items"]
    assert (row["kind"], row["lane"], row["author_id"]) == ("recap", "leaders", str(LEADER))
    assert (row["gathering_id"], row["listing_ids"]) == (str(GATHERING), [str(ROD)])
    assert (row["is_advert"], row["text"]) == (True, None)
    assert writers.ask("adverts", LEADER, group_id=group_id)["counted"] == 0
    refused = writers.refusal("edit_post", LEADER, post_id=UUID(row["post_id"]), text="It was grand.")
    assert isinstance(refused, WordsStandElsewhere)


def test_words_are_in_no_view_no_message_and_no_stored_answer(writers: Writers, tmp_path: Path) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id, text=SECRET, title=SECRET)
    writers.do("edit_post", MEMBER, post_id=post_id, text=SECRET + ", left")
    writers.do("report_post", OTHER, post_id=post_id, code="spam", text=SECRET)
    writers.do("remove_post", REVIEWER, post_id=post_id, code="spam", reason=SECRET)
    writers.do("appeal", MEMBER, post_id=post_id, text=SECRET)
    writers.do("decide_appeal", OWNER, post_id=post_id, restores=True, reason=SECRET)
    assert not [name for name, content in lying_at(tmp_path).items() if SECRET.encode() in content]
    assert SECRET not in repr(writers.said())
    assert writers.ask("post", OTHER, post_id=post_id)["text"] == SECRET + ", left"


def test_the_words_of_somebody_forgotten_are_gone_and_her_posts_stay_counted(writers: Writers) -> None:
    group_id = writers.crew()
    writers.post(group_id, text=SECRET, listing_ids=[str(ROD)])
    writers.identity.say(PersonForgotten(person_id=MEMBER), writers.clock.at)
    writers.settle()
    (row,) = writers.ask("posts", OWNER, group_id=group_id)["items"]
    assert (row["author_id"], row["text"], row["is_advert"]) == (str(MEMBER), None, True)


def test_others_are_told_of_posts_and_not_of_answers(writers: Writers) -> None:
    group_id = writers.crew()
    question, first, _ = answered(writers, group_id)
    writers.do("delete_post", OTHER, post_id=first)
    writers.do("delete_post", MEMBER, post_id=question)
    told = [message for message in writers.said() if hasattr(message, "post_id")]
    assert [(message.NAME, message.post_id) for message in told] == [
        ("post_published", question),
        ("post_removed", question),
    ]


def test_a_post_is_one_stream_and_a_hot_question_is_not_locked_by_its_answers(writers: Writers) -> None:
    group_id = writers.crew()
    question, *answers = answered(writers, group_id)
    streams = {fact.originator_id for fact in recorded(writers, Post.Published)}
    assert streams == {question, *answers}


@pytest.mark.parametrize("wrong", [{"text": ""}, {"kind": "answer"}, {"kind": "recap"}, {"lane": "mine"}])
def test_what_has_not_the_form_of_a_post_is_refused(writers: Writers, wrong: dict[str, str]) -> None:
    group_id = writers.crew()
    refused = writers.refusal("publish_post", MEMBER, group_id=group_id, **({"text": "Hello."} | wrong))
    assert isinstance(refused, Malformed)
