"""An application: applying, the decision, its reversal, and that only one is open at a time."""

from typing import Any

import pytest

from services.groups.domain import Application, Group, refusals
from services.groups.domain.application import REFUSED
from services.kernel.domain import FORGOTTEN, acting, derived_id
from tests.support.scenario import NOON, Scenario, context

from .examples import (
    APPLICANT,
    GROUP_ID,
    NAME,
    NAMED,
    NOTHING,
    OTHER_GROUP_ID,
    OWNER,
    REVIEWER,
    STRANGER,
    WITH_NAME,
    admit,
    apply,
    group,
    made,
    refuse,
)


def scenario() -> Scenario[Application]:
    return Scenario(Application)


def test_whoever_applies_learns_what_is_missing():
    scenario().when(lambda _: apply(group())()).then(
        (Application.Applied, {"person_id": APPLICANT, "number": 1, "rules_version": 1, "missing": NAMED["all"]})
    )


def test_what_is_relied_on_is_kept_with_the_application():
    scenario().when(lambda _: apply(group(), evidence=WITH_NAME)()).then(
        (Application.Applied, {"missing": [], "relied_on": [NAME.to_data()]})
    )


def test_the_id_is_known_beforehand():
    assert made(apply(group())).id == derived_id("application", GROUP_ID, APPLICANT, 1)


def test_refuses_an_application_that_does_not_accept_the_rules_as_they_stand():
    changed = group(lambda g: g.change_rules("Second.", by=OWNER))
    refused = scenario().when(lambda _: apply(changed, rules_version=1)())
    refused.then_refused(refusals.RulesNotAccepted)
    assert refused.refusal is not None
    assert "version 2" in refused.refusal.detail


def test_refuses_an_application_of_a_member():
    scenario().when(lambda _: apply(group(admit(APPLICANT)))()).then_refused(refusals.AlreadyMember)


def test_refuses_a_second_application_while_one_is_open():
    of, first = group(), made(apply(group()))
    scenario().when(lambda _: apply(of, previous=first)()).then_refused(refusals.ApplicationOpen)


def test_whoever_was_refused_may_apply_again_and_the_later_one_counts():
    of = group()
    first = made(apply(of), refuse(of))
    scenario().when(lambda _: apply(of, previous=first)()).then((Application.Applied, {"number": 2}))
    assert [type(fact) for fact in first.collect_events()] == [Application.Superseded]
    with pytest.raises(refusals.ApplicationSuperseded):
        first.reverse_refusal(of, by=REVIEWER, reason="We were wrong.")
    with pytest.raises(refusals.ApplicationSuperseded):
        apply(of, previous=first)()


def test_an_application_follows_only_one_of_the_same_person_to_the_same_group():
    of = group()
    first = made(apply(of), refuse(of))
    scenario().when(lambda _: apply(of, person_id=STRANGER, previous=first)()).then_refused(refusals.NoSuchApplication)
    elsewhere = group(group_id=OTHER_GROUP_ID)
    scenario().when(lambda _: apply(elsewhere, previous=first)()).then_refused(refusals.NoSuchApplication)


def test_an_admission_makes_a_member():
    of = group()
    scenario().given(apply(of)).when(
        lambda application: application.admit(of, by=REVIEWER, evidence=WITH_NAME, now=NOON)
    ).then((Application.Admitted, {"reviewer_id": REVIEWER}))
    with acting(context()):
        (fact,) = [fact for fact in of.collect_events() if isinstance(fact, Group.MemberAdmitted)]
    assert (fact.person_id, fact.application_id) == (APPLICANT, derived_id("application", GROUP_ID, APPLICANT, 1))


def test_refuses_an_admission_below_the_threshold_and_nobody_becomes_a_member():
    of = group()
    scenario().given(apply(of)).when(
        lambda application: application.admit(of, by=REVIEWER, evidence=NOTHING, now=NOON)
    ).then_refused(refusals.ThresholdNotMet)
    assert not of.is_member(APPLICANT)


@pytest.mark.parametrize(
    "decide",
    [
        lambda of, application: application.admit(of, by=STRANGER, evidence=WITH_NAME, now=NOON),
        lambda of, application: application.refuse(of, by=APPLICANT, code="other", reason="No."),
        lambda of, application: application.reverse_refusal(of, by=APPLICANT, reason="Yes."),
    ],
)
def test_only_those_with_a_role_in_the_group_decide(decide):
    of = group()
    scenario().given(apply(of)).when(lambda application: decide(of, application)).then_refused(refusals.NotReviewer)
    elsewhere = group(group_id=OTHER_GROUP_ID)
    scenario().given(apply(of)).when(lambda application: decide(elsewhere, application)).then_refused(
        refusals.NoSuchApplication
    )


def test_a_refusal_has_a_code_and_a_reason():
    of = group()
    scenario().given(apply(of)).when(refuse(of)).then(
        (Application.Refused, {"code": "does_not_fit", "reason": "We only hike.", "person_id": APPLICANT})
    )


@pytest.mark.parametrize(
    ("code", "reason", "refusal"),
    [("other", " ", refusals.RefusalWithoutReason), ("mood", "No.", refusals.RefusalCodeUnknown)],
)
def test_refuses_a_refusal_without_a_reason_or_with_a_code_of_its_own(code, reason, refusal):
    of = group()
    scenario().given(apply(of)).when(
        lambda application: application.refuse(of, by=REVIEWER, code=code, reason=reason)
    ).then_refused(refusal)


def test_a_refusal_is_reversed_and_the_person_admitted():
    of = group()
    refused = scenario().given(apply(of), refuse(of))
    refused.when(lambda application: application.reverse_refusal(of, by=OWNER, reason="We were wrong.")).then(
        (Application.RefusalReversed, {"reviewer_id": OWNER, "reason": "We were wrong."})
    )
    reversed_ = scenario().given(apply(of), refuse(of), lambda a: a.reverse_refusal(of, by=OWNER, reason="Wrong."))
    reversed_.when(lambda application: application.admit(of, by=OWNER, evidence=WITH_NAME, now=NOON)).then(
        (Application.Admitted, {"reviewer_id": OWNER})
    )


def test_refuses_a_reversal_without_a_reason():
    of = group()
    scenario().given(apply(of), refuse(of)).when(
        lambda application: application.reverse_refusal(of, by=OWNER, reason="")
    ).then_refused(refusals.ReversalWithoutReason)


def test_refuses_to_reverse_what_was_not_refused():
    of = group()
    scenario().given(apply(of)).when(
        lambda application: application.reverse_refusal(of, by=OWNER, reason="Why not.")
    ).then_refused(refusals.ApplicationNotRefused)


def test_refuses_to_reverse_the_refusal_of_somebody_who_is_a_member_by_now():
    of = group()
    refused = scenario().given(apply(of), refuse(of))
    with acting(context()):
        of.admit(APPLICANT, by=OWNER, now=NOON, recorded=True)
    refused.when(lambda application: application.reverse_refusal(of, by=OWNER, reason="Wrong.")).then_refused(
        refusals.AlreadyMember
    )


def test_the_person_withdraws():
    scenario().given(apply(group())).when(lambda application: application.withdraw(by=APPLICANT)).then(
        (Application.Withdrawn, {})
    )


def test_an_application_looks_like_none_to_others():
    scenario().given(apply(group())).when(lambda application: application.withdraw(by=STRANGER)).then_refused(
        refusals.NoSuchApplication
    )


@pytest.mark.parametrize(
    "again",
    [
        lambda of, application: application.withdraw(by=APPLICANT),
        lambda of, application: application.admit(of, by=OWNER, evidence=WITH_NAME, now=NOON),
        lambda of, application: refuse(of)(application),
    ],
)
def test_what_is_decided_stays_decided(again):
    of = group()
    scenario().given(apply(of), lambda application: application.withdraw(by=APPLICANT)).when(
        lambda application: again(of, application)
    ).then_refused(refusals.ApplicationDecided)


def test_free_text_is_sealed_under_the_person_and_replay_does_without():
    assert Application.Applied.personal == {"statement": "person_id", "answers": "person_id"}
    assert Application.Refused.personal == Application.RefusalReversed.personal == {"reason": "person_id"}
    with acting(context()):
        of = group()
        application = apply(of)()
        refuse(of)(application)
        replayed: Any = None
        for fact in application.collect_events():
            vars(fact).update(dict.fromkeys(getattr(fact, "personal", {}), FORGOTTEN))
            replayed = fact.mutate(replayed)
    assert replayed.status == REFUSED
