"""A condition that is waived is not asked; every other one is asked as before."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.thresholds import CLAIM_KINDS, Evidence, evaluate, parse
from services.groups.domain.joining_refusals import AnswersMissing, AnswersTooMany, QuestionsTooMany, WaiverUnknown
from services.groups.domain.questions import QUESTIONS_LIMIT, answered, asked
from services.groups.domain.waiving import asked_of, waivable, waived
from tests.contracts.threshold_cases import thresholds
from tests.support.scenario import NOON

NAME, PLACE = {"claim": "real_name", "level": 1}, {"tag": "city", "value": "Rome"}
EVERYTHING = (*CLAIM_KINDS, "member", "tag:city", "tag:interest")


def missing(threshold: Any, *names: str) -> list[Any]:
    return evaluate(waived(parse(threshold), names), Evidence(), NOON).missing


@pytest.mark.parametrize(
    ("threshold", "names", "left"),
    [
        ({"all": [NAME, PLACE]}, (), [NAME, PLACE]),
        ({"all": [NAME, PLACE]}, ("real_name",), [PLACE]),
        ({"all": [NAME, PLACE]}, ("tag:city", "real_name"), []),
        ({"all": [NAME, PLACE]}, ("tag:country",), [NAME, PLACE]),
        ({"any": [NAME, PLACE]}, ("tag:city",), []),
        ({"not": {"any": [{"not": NAME}, {"not": PLACE}]}}, ("real_name",), [PLACE]),
        ({"all": [{"invitation": True}, NAME]}, ("real_name",), [{"invitation": True}]),
    ],
)
def test_what_is_waived_is_not_asked(threshold: Any, names: tuple[str, ...], left: list[Any]) -> None:
    assert missing(threshold, *names) == left


def test_a_condition_that_must_not_hold_is_waived_as_well() -> None:
    carried = Evidence(tags={"city": {"Rome"}})
    unwanted = parse({"not": PLACE})
    assert not evaluate(unwanted, carried, NOON).satisfied
    assert evaluate(waived(unwanted, ["tag:city"]), carried, NOON).satisfied


@given(threshold=thresholds, names=st.sets(st.sampled_from(EVERYTHING)))
def test_waiving_never_asks_for_more(threshold: Any, names: set[str]) -> None:
    before = evaluate(parse(threshold), Evidence(), NOON)
    after = evaluate(waived(parse(threshold), sorted(names)), Evidence(), NOON)
    assert after.satisfied or not before.satisfied


@given(threshold=thresholds)
def test_what_a_threshold_does_not_ask_changes_nothing_when_waived(threshold: Any) -> None:
    parsed = parse(threshold)
    unasked = [name for name in EVERYTHING if name not in asked_of(parsed)]
    assert waived(parsed, unasked) == parsed


def test_names_are_known_and_kept_once() -> None:
    assert waivable(["fee", "industry", "fee", "tag:city"]) == ["fee", "industry", "tag:city"]
    for name in ("height", "tag:", "invitation"):
        with pytest.raises(WaiverUnknown):
            waivable([name])


def test_questions_are_few_and_answered_in_their_order() -> None:
    questions = asked([{"text": " Why? ", "required": True}, {"text": "When?", "required": False}])
    assert [question["text"] for question in questions] == ["Why?", "When?"]
    assert answered(questions, [" To walk. "]) == ["To walk.", ""]
    assert answered([], []) is None
    with pytest.raises(AnswersMissing):
        answered(questions, ["", "May"])
    with pytest.raises(AnswersTooMany):
        answered(questions, ["1", "2", "3"])
    with pytest.raises(QuestionsTooMany):
        asked([{"text": "Why?", "required": True}] * (QUESTIONS_LIMIT + 1))
