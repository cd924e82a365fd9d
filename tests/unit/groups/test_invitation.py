"""An invitation: for one person, one group, one application, until it expires or is revoked."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.contracts.thresholds import Evidence
from services.groups.domain import Application, Invitation, refusals
from services.groups.domain.application import ADMITTED
from services.kernel.domain import acting
from tests.support.scenario import NOON, Scenario, context

from .examples import (
    APPLICANT,
    GROUP_ID,
    INVITATION_ID,
    NOTHING,
    OTHER_GROUP_ID,
    REVIEWER,
    STRANGER,
    admit,
    apply,
    group,
    issue,
    made,
)

APPLICATION_ID = UUID(int=0x500)
INVITED = {"any": [{"claim": "real_name", "level": 1}, {"invitation": True}]}


def scenario() -> Scenario[Invitation]:
    return Scenario(Invitation)


def use(person_id=APPLICANT, group_id=GROUP_ID, now=NOON):
    return lambda invitation: invitation.use(
        application_id=APPLICATION_ID, person_id=person_id, group_id=group_id, now=now
    )


def revoke(of, by=REVIEWER):
    return lambda invitation: invitation.revoke(of, by=by)


def test_a_reviewer_invites():
    scenario().when(lambda _: issue(group())()).then(
        (Invitation.Issued, {"person_id": APPLICANT, "group_id": GROUP_ID, "issuer_id": REVIEWER})
    )
    assert scenario().given(issue(group())).root.id == INVITATION_ID  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("of", "changes", "refusal"),
    [
        (group(), {"by": STRANGER}, refusals.NotReviewer),
        (group(admit(APPLICANT)), {}, refusals.AlreadyMember),
        (group(), {"expires_at": NOON}, refusals.InvitationWithoutTime),
    ],
)
def test_refuses_an_invitation_that_makes_no_sense(of, changes, refusal):
    scenario().when(lambda _: issue(of, **changes)()).then_refused(refusal)


def test_it_is_used_once():
    scenario().given(issue(group())).when(use()).then((Invitation.Used, {"application_id": APPLICATION_ID}))
    scenario().given(issue(group()), use()).when(use()).then_refused(refusals.InvitationUsed)


@pytest.mark.parametrize("other", [{"person_id": STRANGER}, {"group_id": OTHER_GROUP_ID}])
def test_for_others_there_is_none(other):
    scenario().given(issue(group())).when(use(**other)).then_refused(refusals.NoSuchInvitation)


def test_it_ends_at_its_moment():
    end = NOON + timedelta(days=7)
    scenario().given(issue(group())).when(use(now=end - timedelta(microseconds=1))).then((Invitation.Used, {}))
    scenario().given(issue(group())).when(use(now=end)).then_refused(refusals.InvitationExpired)


def test_it_is_revoked_and_cannot_be_used():
    of = group()
    scenario().given(issue(of)).when(revoke(of)).then((Invitation.Revoked, {}))
    scenario().given(issue(of), revoke(of)).when(use()).then_refused(refusals.InvitationRevoked)


def test_revoking_twice_is_nothing_new():
    of = group()
    scenario().given(issue(of), revoke(of)).when(revoke(of)).then_nothing()


def test_what_was_used_is_not_revoked():
    of = group()
    scenario().given(issue(of), use()).when(revoke(of)).then_refused(refusals.InvitationUsed)


def test_only_those_who_review_the_group_revoke():
    of = group()
    scenario().given(issue(of)).when(revoke(of, by=APPLICANT)).then_refused(refusals.NotReviewer)
    elsewhere = group(group_id=OTHER_GROUP_ID)
    scenario().given(issue(of)).when(revoke(elsewhere)).then_refused(refusals.NoSuchInvitation)


def test_an_invitation_counts_in_the_application_that_used_it():
    of = group(threshold=INVITED)
    invitation = made(issue(of))
    application = made(apply(of, invitation=invitation))
    assert [type(fact) for fact in invitation.collect_events()] == [Invitation.Used]
    assert application.invitation_id == INVITATION_ID
    with acting(context()):
        application.admit(of, by=REVIEWER, evidence=NOTHING, now=NOON + timedelta(days=30))
    assert application.status == ADMITTED


def test_who_withdraws_gets_every_invitation_back_that_the_application_used():
    of = group(threshold=INVITED)
    first, second, unused = (made(issue(of, invitation_id=UUID(int=0x600 + number))) for number in range(3))
    application = made(apply(of, invitation=first))
    with acting(context()):
        second.waives = ["industry"]
        assert application.take_invitation(second, NOON)
        application.withdraw(by=APPLICANT, invitations=[first, second, unused])
    assert [one.collect_events()[-1].__class__ for one in (first, second)] == [Invitation.GivenBack] * 2
    assert list(unused.collect_events()) == []


def test_only_an_invitation_that_was_handed_in_counts():
    of = group(threshold={"invitation": True})
    claimed = made(apply(of, evidence=Evidence(invitations=True)))
    with pytest.raises(refusals.ThresholdNotMet), acting(context()):
        claimed.admit(of, by=REVIEWER, evidence=Evidence(invitations=True), now=NOON)


def test_an_application_with_an_invitation_that_does_not_hold_leaves_it_untouched():
    of = group()
    invitation = made(issue(of))
    Scenario(Application).when(lambda _: apply(of, invitation=invitation, now=NOON + timedelta(days=7))()).then_refused(
        refusals.InvitationExpired
    )
    assert invitation.collect_events() == []
