"""A group: founding, what it asks for, who comes and goes, who decides."""

import pytest

from services.groups.domain import Group, refusals
from tests.support.scenario import NOON, Scenario

from .examples import (
    APPLICANT,
    GROUP_ID,
    NAME,
    NAMED,
    NOTHING,
    OWNER,
    REVIEWER,
    STRANGER,
    admit,
    found,
    group,
    seat,
)

INVITED = {"invitation": True}


def scenario() -> Scenario[Group]:
    return Scenario(Group)


def test_whoever_founds_a_group_owns_it():
    scenario().when(lambda _: found()()).then((Group.Founded, {"owner_id": OWNER, "threshold": NAMED}))
    owner = {"roles": ["owner"], "admitted_at": NOON.isoformat(), "rules_version": 1}
    assert found_group().members == {str(OWNER): owner}


def test_a_group_has_the_id_that_it_is_given():
    assert found_group().id == GROUP_ID


@pytest.mark.parametrize("threshold", [None, {"all": []}])
def test_a_group_that_asks_for_nothing_is_stored_in_one_way(threshold):
    scenario().when(lambda _: found(threshold=threshold)()).then((Group.Founded, {"threshold": None}))


def test_refuses_a_group_without_a_name():
    scenario().when(lambda _: found(name="  ")()).then_refused(refusals.GroupWithoutName)


def test_refuses_a_threshold_that_cannot_be_read():
    refused = scenario().when(lambda _: found(threshold={"any": []})())
    refused.then_refused(refusals.ThresholdMalformed)
    assert refused.refusal is not None
    assert refused.refusal.facts["path"] == "threshold.any"


def test_a_leader_sets_another_threshold():
    given = scenario().given(found(), *seat(STRANGER, "leader"))
    given.when(lambda g: g.set_threshold(INVITED, by=STRANGER)).then((Group.ThresholdSet, {"threshold": INVITED}))


def test_the_same_threshold_again_is_nothing_new():
    scenario().given(found()).when(lambda g: g.set_threshold(NAMED, by=OWNER)).then_nothing()


def test_changed_rules_get_the_next_version():
    given = scenario().given(found(), lambda g: g.change_rules("Second.", by=OWNER))
    given.when(lambda g: g.change_rules("Third.", by=OWNER)).then(
        (Group.RulesChanged, {"rules": "Third.", "rules_version": 3}),
        (Group.RulesAccepted, {"person_id": OWNER, "rules_version": 3}),
    )


def test_the_same_rules_again_are_nothing_new():
    scenario().given(found()).when(lambda g: g.change_rules("Leave no trace.", by=OWNER)).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        lambda g: g.set_threshold(None, by=REVIEWER),
        lambda g: g.change_rules("Mine.", by=REVIEWER),
        lambda g: g.remove(APPLICANT, by=REVIEWER, reason="Mine."),
    ],
)
def test_a_reviewer_does_not_change_the_group(command):
    given = scenario().given(found(), *seat(REVIEWER, "reviewer"), admit(APPLICANT))
    given.when(command).then_refused(refusals.NotLeader)


def test_a_refused_threshold_is_not_set():
    given = scenario().given(found())
    given.when(lambda g: g.set_threshold({"all": 1}, by=OWNER)).then_refused(refusals.ThresholdMalformed)


@pytest.mark.parametrize("role", ["leader", "reviewer"])
def test_those_with_a_role_admit_and_what_they_relied_on_is_kept(role):
    given = scenario().given(found(), *seat(REVIEWER, role))
    given.when(admit(APPLICANT, by=REVIEWER)).then(
        (Group.MemberAdmitted, {"person_id": APPLICANT, "relied_on": [NAME.to_data()], "rules_version": 1})
    )


@pytest.mark.parametrize("by", [STRANGER, REVIEWER])
def test_refuses_an_admission_by_somebody_without_a_role(by):
    given = scenario().given(found(), admit(REVIEWER))
    given.when(admit(APPLICANT, by=by)).then_refused(refusals.NotReviewer)


def test_refuses_an_admission_below_the_threshold_and_says_what_is_missing():
    refused = scenario().given(found()).when(admit(APPLICANT, evidence=NOTHING))
    refused.then_refused(refusals.ThresholdNotMet)
    assert refused.refusal is not None
    assert refused.refusal.facts["missing"] == NAMED["all"]
    assert refused.refusal.detail == (
        "The threshold of this group is not met; still needed: a certified real name (level 1 or higher)."
    )


def test_an_expired_claim_does_not_admit():
    assert NAME.valid_until is not None
    given = scenario().given(found())
    given.when(admit(APPLICANT, now=NAME.valid_until)).then_refused(refusals.ThresholdNotMet)


@pytest.mark.parametrize("rules_version", [0, 2])
def test_refuses_an_admission_without_rules_that_were_accepted(rules_version):
    given = scenario().given(found())
    given.when(admit(APPLICANT, rules_version=rules_version)).then_refused(refusals.RulesNotAccepted)


def test_rules_accepted_in_time_hold_after_they_changed():
    given = scenario().given(found(), lambda g: g.change_rules("Second.", by=OWNER))
    given.when(admit(APPLICANT)).then((Group.MemberAdmitted, {"rules_version": 1}))


def test_refuses_a_second_admission_of_the_same_person():
    given = scenario().given(found(), admit(APPLICANT))
    given.when(admit(APPLICANT)).then_refused(refusals.AlreadyMember)


def test_an_operator_records_an_admission_that_was_decided_elsewhere():
    given = scenario().given(found())
    given.when(lambda g: g.admit(APPLICANT, by=STRANGER, now=NOON, recorded=True)).then(
        (Group.MemberAdmitted, {"person_id": APPLICANT, "relied_on": [], "rules_version": 0, "application_id": None})
    )


def test_what_is_recorded_is_still_recorded_once():
    given = scenario().given(found(), admit(APPLICANT))
    given.when(lambda g: g.admit(APPLICANT, by=STRANGER, now=NOON, recorded=True)).then_refused(refusals.AlreadyMember)


def test_a_member_leaves_and_can_be_admitted_again():
    given = scenario().given(found(), admit(APPLICANT))
    given.when(lambda g: g.leave(APPLICANT)).then((Group.MemberLeft, {"person_id": APPLICANT}))
    again = scenario().given(found(), admit(APPLICANT), lambda g: g.leave(APPLICANT))
    again.when(admit(APPLICANT)).then((Group.MemberAdmitted, {"person_id": APPLICANT}))


def test_refuses_that_a_stranger_leaves():
    scenario().given(found()).when(lambda g: g.leave(STRANGER)).then_refused(refusals.NotAMember)


def test_the_owner_does_not_leave():
    scenario().given(found()).when(lambda g: g.leave(OWNER)).then_refused(refusals.OwnerStays)


def test_a_member_is_removed_with_a_reason():
    given = scenario().given(found(), admit(APPLICANT))
    given.when(lambda g: g.remove(APPLICANT, by=OWNER, reason="Spam.")).then(
        (Group.MemberRemoved, {"person_id": APPLICANT, "reason": "Spam."})
    )


def test_refuses_a_removal_without_a_reason():
    given = scenario().given(found(), admit(APPLICANT))
    given.when(lambda g: g.remove(APPLICANT, by=OWNER, reason=" ")).then_refused(refusals.RemovalWithoutReason)


def test_refuses_the_removal_of_a_stranger():
    given = scenario().given(found())
    given.when(lambda g: g.remove(STRANGER, by=OWNER, reason="Spam.")).then_refused(refusals.NotAMember)


def test_a_leader_does_not_remove_the_owner():
    given = scenario().given(found(), *seat(STRANGER, "leader"))
    given.when(lambda g: g.remove(OWNER, by=STRANGER, reason="Mine now.")).then_refused(refusals.OwnerStays)


def test_the_reason_of_a_removal_is_sealed_under_the_person():
    assert Group.MemberRemoved.personal == {"reason": "person_id"}
    removed = group(admit(APPLICANT), lambda g: g.remove(APPLICANT, by=OWNER, reason="Spam."))
    assert "Spam." not in repr(vars(removed))


def test_the_owner_gives_and_takes_a_role():
    given = scenario().given(found(), admit(APPLICANT))
    given.when(lambda g: g.give_role(APPLICANT, "leader", by=OWNER)).then((Group.RoleGiven, {"role": "leader"}))
    given = scenario().given(found(), *seat(APPLICANT, "leader"))
    given.when(lambda g: g.take_role(APPLICANT, "leader", by=OWNER)).then((Group.RoleTaken, {"role": "leader"}))


@pytest.mark.parametrize(
    "command",
    [lambda g: g.give_role(REVIEWER, "leader", by=REVIEWER), lambda g: g.take_role(OWNER, "owner", by=REVIEWER)],
)
def test_only_an_owner_gives_and_takes_roles(command):
    scenario().given(found(), *seat(REVIEWER, "leader")).when(command).then_refused(refusals.NotOwner)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (lambda g: g.give_role(APPLICANT, "king", by=OWNER), refusals.RoleUnknown),
        (lambda g: g.take_role(APPLICANT, "king", by=OWNER), refusals.RoleUnknown),
        (lambda g: g.give_role(STRANGER, "leader", by=OWNER), refusals.NotAMember),
        (lambda g: g.take_role(STRANGER, "leader", by=OWNER), refusals.NotAMember),
        (lambda g: g.give_role(APPLICANT, "reviewer", by=OWNER), refusals.RoleAlreadyGiven),
        (lambda g: g.take_role(APPLICANT, "leader", by=OWNER), refusals.RoleNotGiven),
        (lambda g: g.take_role(OWNER, "owner", by=OWNER), refusals.LastOwner),
    ],
)
def test_refuses_a_change_of_roles_that_makes_no_sense(command, refusal):
    scenario().given(found(), *seat(APPLICANT, "reviewer")).when(command).then_refused(refusal)


def test_a_group_passes_to_another_owner():
    given = scenario().given(found(), *seat(APPLICANT, "owner"), lambda g: g.take_role(OWNER, "owner", by=APPLICANT))
    given.when(lambda g: g.leave(OWNER)).then((Group.MemberLeft, {"person_id": OWNER}))


def found_group() -> Group:
    root = scenario().given(found()).root
    assert root is not None
    return root
