"""Refusals of groups that are met nowhere else, straight from the decision that says them."""

import pytest

from services.groups.domain import joining_refusals, moderation_refusals
from services.groups.domain.charter import REVIEWERS_LIMIT, check_admission
from services.groups.domain.questions import asked
from services.kernel.domain import acting
from tests.support.scenario import NOON, context
from tests.unit.groups.examples import APPLICANT, OWNER
from tests.unit.groups.test_post import appeal, post, remove, room


@pytest.mark.parametrize("needed", [0, REVIEWERS_LIMIT + 1])
def test_a_group_asks_for_reviewers_that_can_be_found(needed: int) -> None:
    with pytest.raises(joining_refusals.ReviewersOutOfRange):
        check_admission(needed, None, None)


@pytest.mark.parametrize(("fee_minor", "currency"), [(500, None), (None, "EUR"), (0, "EUR")])
def test_a_fee_is_an_amount_and_a_currency(fee_minor: int | None, currency: str | None) -> None:
    with pytest.raises(joining_refusals.FeeIncomplete):
        check_admission(1, fee_minor, currency)


def test_a_question_has_a_text() -> None:
    with pytest.raises(joining_refusals.QuestionWithoutText):
        asked([{"text": "Why?", "required": True}, {"text": " ", "required": False}])


def test_an_appeal_says_why() -> None:
    one = post(remove())
    with acting(context()), pytest.raises(moderation_refusals.AppealWithoutText):
        one.appeal(" ", by=APPLICANT, now=NOON)


def test_a_decision_on_an_appeal_says_why() -> None:
    one = post(remove(), appeal())
    with acting(context()), pytest.raises(moderation_refusals.AppealDecisionWithoutReason):
        one.decide_appeal(room().group, True, " ", by=OWNER)
