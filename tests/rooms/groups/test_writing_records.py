"""What is written can be shown again from the facts alone, and the audit finds nothing wrong with it."""

from unittest.mock import Mock
from uuid import UUID

from services.groups.invariants import content, invariants
from services.kernel.flow.rebuild import rebuild
from tests.support.forging import judged

from .rooms import LEADER, MEMBER, OTHER, OWNER, REVIEWER, STRANGER
from .writers import REEL, ROD, Writers


def story(writers: Writers) -> None:
    """Of each kind of fact one."""
    home, target = writers.crew(), writers.found(threshold=None, name="Gadgets")
    writers.seat(target, OTHER)
    section_id = writers.section(home, "Routes")
    named = {"group_id": home, "section_id": section_id}
    writers.do("change_section", OWNER, name="Ways", shares_out=True, **named)
    writers.do("retire_section", OWNER, **named)
    writers.do("restore_section", OWNER, **named)
    writers.do("set_openness", OWNER, group_id=home, is_public=True, shares_out=True)
    writers.do("set_quota", OWNER, group_id=home, of_member=3, of_group=9)
    advert = writers.post(home, section_id=section_id, listing_ids=[str(ROD)])
    writers.do("share_post", OTHER, post_id=advert, group_id=target)
    writers.do("report_post", OTHER, post_id=advert, code="spam", text="Again.")
    writers.do("remove_post", REVIEWER, post_id=advert, code="spam", reason="Too loud.")
    writers.do("appeal", MEMBER, post_id=advert, text="It is quiet.")
    writers.do("decide_appeal", OWNER, post_id=advert, restores=True, reason="It is.")
    news = writers.post(home, LEADER, lane="leaders")
    writers.do("pin_post", LEADER, post_id=news)
    writers.do("report_post", STRANGER, post_id=news, code="off_topic")
    question = writers.post(home, text="Which way?", kind="question")
    answer = UUID(writers.do("answer_question", OTHER, post_id=question, text="Left.")["post_id"])
    writers.do("accept_answer", MEMBER, post_id=question, answer_id=answer)
    writers.do("edit_post", MEMBER, post_id=question, text="Which way now?")
    writers.do("withdraw_sharing", MEMBER, post_id=advert)
    writers.recap(home, ROD, REEL)


def test_views_rebuilt_from_the_first_fact_are_equal(writers: Writers) -> None:
    story(writers)
    assert rebuild(writers.service).is_equal


def test_the_audit_finds_nothing_wrong(writers: Writers) -> None:
    story(writers)
    facts = [row.fact for row in writers.service.store.facts(0, 10_000)]
    ours = [one for one in invariants(Mock()) if type(one).__module__ == content.__name__]
    assert {one.name: judged(one, facts) for one in ours} == {one.name: None for one in ours}
    assert all(one.checked for one in ours)
