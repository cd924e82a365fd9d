"""Reports, removals with a reason, appeals to somebody else, and what comes back with a restored post."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.groups.domain.moderation_refusals import (
    AlreadyReported,
    AppealedBefore,
    AppealTooLate,
    NoAppeal,
    NothingReported,
    NotRemoved,
    RemovalOfOneself,
    ReportOfOneself,
    SecondReviewerNeeded,
)
from services.groups.domain.refusals import NotReviewer
from services.groups.domain.writing_refusals import NoSuchPost, NotTheAuthor, PostIsGone
from services.groups.domain.written import Written
from services.kernel.refusals import Malformed

from .rooms import LEADER, MEMBER, OPERATOR, OTHER, OWNER, REVIEWER, STRANGER
from .test_races import at_once, kinds
from .writers import ROD, Writers

WHY = {"code": "off_topic", "reason": "This is about boats."}


def removed(writers: Writers, group_id: UUID, by: UUID = REVIEWER, **more: Any) -> UUID:
    post_id = writers.post(group_id, **more)
    writers.do("remove_post", by, post_id=post_id, **WHY)
    return post_id


def steps(writers: Writers, who: UUID, post_id: UUID) -> list[tuple[Any, ...]]:
    told = writers.ask("case", who, post_id=post_id)["steps"]
    return [(step["step"], step["person_id"], step["code"], step["text"]) for step in told]


def test_a_report_waits_in_the_queue_until_it_is_dismissed(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    since = writers.clock.at
    writers.do("report_post", OTHER, post_id=post_id, code="spam", text="Again.")
    writers.pass_time(minutes=1)
    writers.do("report_post", LEADER, post_id=post_id, code="spam")
    (row,) = writers.ask("reports", REVIEWER, group_id=group_id)["items"]
    assert (row["post_id"], row["since"]) == (str(post_id), since.isoformat())
    assert row["codes"] == [{"code": "spam", "reports": 2}]
    assert isinstance(writers.refusal("reports", MEMBER, group_id=group_id), NotReviewer)
    writers.do("dismiss_reports", REVIEWER, post_id=post_id)
    assert writers.ask("reports", REVIEWER, group_id=group_id)["items"] == []
    assert isinstance(writers.refusal("dismiss_reports", REVIEWER, post_id=post_id), NothingReported)
    assert writers.listed(group_id) == ["We walked."]


def test_one_person_reports_one_version_once(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    assert isinstance(writers.refusal("report_post", MEMBER, post_id=post_id, code="spam"), ReportOfOneself)
    assert isinstance(writers.refusal("report_post", STRANGER, post_id=post_id, code="spam"), NoSuchPost)
    writers.do("report_post", OTHER, post_id=post_id, code="spam")
    writers.do("dismiss_reports", REVIEWER, post_id=post_id)
    assert isinstance(writers.refusal("report_post", OTHER, post_id=post_id, code="rules"), AlreadyReported)
    writers.do("edit_post", MEMBER, post_id=post_id, text="Buy my boat.")
    writers.do("report_post", OTHER, post_id=post_id, code="spam")


def test_twenty_reports_of_one_person_at_once_are_one(writers: Writers) -> None:
    post_id = writers.post(writers.crew())
    wanted = ("report_post", OTHER, {"post_id": post_id, "code": "spam"})
    assert kinds(at_once(writers, *[wanted] * 20)) == {"done": 1, "AlreadyReported": 19}


def test_the_author_learns_why_and_not_who(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    writers.do("report_post", OTHER, post_id=post_id, code="off_topic", text="He sells boats.")
    writers.do("remove_post", REVIEWER, post_id=post_id, **WHY)
    assert writers.listed(group_id) == []
    assert steps(writers, MEMBER, post_id) == [
        ("published", None, None, "We walked."),
        ("reported", None, "off_topic", None),
        ("removed", None, "off_topic", "This is about boats."),
    ]
    assert steps(writers, LEADER, post_id) == [
        ("published", str(MEMBER), None, "We walked."),
        ("reported", str(OTHER), "off_topic", "He sells boats."),
        ("removed", str(REVIEWER), "off_topic", "This is about boats."),
    ]
    for who in (OTHER, STRANGER, OPERATOR):
        assert isinstance(writers.refusal("case", who, post_id=post_id), NoSuchPost)


def test_nothing_is_removed_without_a_reason_or_by_a_member(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = writers.post(group_id)
    assert isinstance(writers.refusal("remove_post", REVIEWER, post_id=post_id, code="spam", reason=" "), Malformed)
    assert isinstance(writers.refusal("remove_post", REVIEWER, post_id=post_id, code="ugly", reason="Ugly."), Malformed)
    assert isinstance(writers.refusal("remove_post", OTHER, post_id=post_id, **WHY), NotReviewer)
    own = writers.post(group_id, REVIEWER)
    assert isinstance(writers.refusal("remove_post", REVIEWER, post_id=own, **WHY), RemovalOfOneself)
    writers.do("remove_post", REVIEWER, post_id=post_id, **WHY)
    assert isinstance(writers.refusal("remove_post", OWNER, post_id=post_id, **WHY), PostIsGone)
    assert isinstance(writers.refusal("delete_post", MEMBER, post_id=post_id), PostIsGone)


def test_the_author_appeals_once_and_somebody_else_decides(writers: Writers) -> None:
    group_id = writers.crew()
    post_id = removed(writers, group_id)
    assert isinstance(writers.refusal("appeal", OTHER, post_id=post_id, text="No."), NotTheAuthor)
    writers.do("appeal", MEMBER, post_id=post_id, text="It is about shores.")
    (row,) = writers.ask("reports", OWNER, group_id=group_id)["items"]
    assert (row["post_id"], row["appeal"], row["state"]) == (str(post_id), "open", "removed")
    decision = {"post_id": post_id, "restores": False, "reason": "Boats all the same."}
    for who, kind in ((REVIEWER, SecondReviewerNeeded), (OTHER, NotReviewer), (STRANGER, NoSuchPost)):
        assert isinstance(writers.refusal("decide_appeal", who, **decision), kind)
    writers.do("decide_appeal", LEADER, **decision)
    assert isinstance(writers.refusal("appeal", MEMBER, post_id=post_id, text="Please."), AppealedBefore)
    assert isinstance(writers.refusal("decide_appeal", OWNER, **decision), NoAppeal)
    assert writers.ask("reports", OWNER, group_id=group_id)["items"] == []
    assert steps(writers, MEMBER, post_id)[-1] == ("upheld", None, None, "Boats all the same.")


def test_without_the_guard_whoever_removed_it_would_decide_on_it(
    writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Written, "require_judge", lambda *_unasked, **_more: None)
    post_id = removed(writers, writers.crew())
    writers.do("appeal", MEMBER, post_id=post_id, text="It is about shores.")
    writers.do("decide_appeal", REVIEWER, post_id=post_id, restores=False, reason="I said so.")


def test_an_appeal_has_fourteen_days(writers: Writers) -> None:
    group_id = writers.crew()
    early, late = removed(writers, group_id), removed(writers, group_id)
    until = writers.clock.at + timedelta(days=14)
    assert writers.ask("case", MEMBER, post_id=late)["appeal_until"] == until.isoformat()
    writers.pass_time(days=14, seconds=-1)
    writers.do("appeal", MEMBER, post_id=early, text="Please.")
    writers.pass_time(seconds=1)
    refused = writers.refusal("appeal", MEMBER, post_id=late, text="Please.")
    assert isinstance(refused, AppealTooLate)
    assert until.isoformat() in refused.detail
    shown = writers.post(group_id)
    assert isinstance(writers.refusal("appeal", MEMBER, post_id=shown, text="Please."), NotRemoved)


def test_a_restored_post_comes_back_with_all_that_it_had(writers: Writers) -> None:
    group_id = writers.crew()
    question = writers.post(group_id, text="Which rod?", kind="question", listing_ids=[str(ROD)])
    answer = UUID(writers.do("answer_question", OTHER, post_id=question, text="This.")["post_id"])
    writers.do("accept_answer", MEMBER, post_id=question, answer_id=answer)
    before = writers.ask("post", MEMBER, post_id=question)
    counted = writers.ask("adverts", MEMBER, group_id=group_id)["counted"]
    writers.do("remove_post", REVIEWER, post_id=question, **WHY)
    writers.do("appeal", MEMBER, post_id=question, text="It is about fish.")
    writers.do("decide_appeal", OWNER, post_id=question, restores=True, reason="So it is.")
    assert writers.ask("post", MEMBER, post_id=question) == before
    assert before["is_advert"] is True
    assert before["accepted_answer_id"] == str(answer)
    assert writers.ask("adverts", MEMBER, group_id=group_id)["counted"] == counted == 1
    told = [message.NAME for message in writers.said() if getattr(message, "post_id", None) == question]
    assert told == ["post_published", "post_removed", "post_restored"]
    writers.do("remove_post", LEADER, post_id=question, **WHY)
    writers.do("appeal", MEMBER, post_id=question, text="Another removal, another appeal.")


def test_a_removed_answer_that_was_accepted_is_accepted_again_when_it_comes_back(writers: Writers) -> None:
    question = writers.post(writers.crew(), text="Which rod?", kind="question")
    answer = UUID(writers.do("answer_question", OTHER, post_id=question, text="This.")["post_id"])
    writers.do("accept_answer", MEMBER, post_id=question, answer_id=answer)
    writers.do("remove_post", REVIEWER, post_id=answer, **WHY)
    assert writers.ask("answers", MEMBER, post_id=question)["items"] == []
    writers.do("appeal", OTHER, post_id=answer, text="It was right.")
    writers.do("decide_appeal", OWNER, post_id=answer, restores=True, reason="It was.")
    assert [row["is_accepted"] for row in writers.ask("answers", MEMBER, post_id=question)["items"]] == [True]


def test_where_nobody_else_could_decide_an_operator_does(writers: Writers) -> None:
    group_id = writers.found(threshold=None)
    writers.seat(group_id, MEMBER)
    post_id = removed(writers, group_id, by=OWNER)
    assert isinstance(writers.refusal("case", OPERATOR, post_id=post_id), NoSuchPost)
    writers.do("appeal", MEMBER, post_id=post_id, text="Please.")
    decision = {"post_id": post_id, "restores": True, "reason": "It belongs here."}
    assert isinstance(writers.refusal("decide_appeal", OWNER, **decision), SecondReviewerNeeded)
    assert [row["post_id"] for row in writers.ask("appeals", OPERATOR)["items"]] == [str(post_id)]
    assert steps(writers, OPERATOR, post_id)[-1][0] == "appealed"
    writers.do("decide_appeal", OPERATOR, **decision)
    assert writers.listed(group_id) == ["We walked."]
    assert writers.ask("appeals", OPERATOR)["items"] == []


def test_an_operator_has_no_say_where_the_group_has_somebody(writers: Writers) -> None:
    post_id = removed(writers, writers.crew())
    writers.do("appeal", MEMBER, post_id=post_id, text="Please.")
    decision = {"post_id": post_id, "restores": True, "reason": "I think so."}
    assert isinstance(writers.refusal("decide_appeal", OPERATOR, **decision), NoSuchPost)
    assert writers.ask("appeals", OPERATOR)["items"] == []


def test_a_reviewer_does_not_decide_her_own_appeal(writers: Writers) -> None:
    group_id = writers.found(threshold=None)
    writers.seat(group_id, REVIEWER, "reviewer")
    post_id = writers.post(group_id, REVIEWER)
    writers.do("remove_post", OWNER, post_id=post_id, **WHY)
    writers.do("appeal", REVIEWER, post_id=post_id, text="Please.")
    decision = {"post_id": post_id, "restores": True, "reason": "I like it."}
    assert isinstance(writers.refusal("decide_appeal", REVIEWER, **decision), SecondReviewerNeeded)
    writers.do("decide_appeal", OPERATOR, **decision)


def test_two_decisions_at_once_are_one(writers: Writers) -> None:
    post_id = removed(writers, writers.crew())
    writers.do("appeal", MEMBER, post_id=post_id, text="Please.")
    decisions = [
        ("decide_appeal", who, {"post_id": post_id, "restores": restores, "reason": "So be it."})
        for who, restores in ((OWNER, True), (LEADER, False)) * 5
    ]
    assert kinds(at_once(writers, *decisions)) == {"done": 1, "NoAppeal": 9}
