"""Several reviewers, and admissions that happen by themselves as soon as everything is there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.identity import ClaimWithdrawn, PersonTagged
from services.groups.application import readiness
from services.groups.application.readiness import Readiness
from services.groups.domain import Application, Group, refusals
from services.groups.domain.joining_refusals import FeeAlreadyPaid, FeeNotPaid, NoFeeAsked, NotApproved
from services.groups.due import LOOK_AFTER

from .rooms import APPLICANT, LEADER, NOON, OTHER, OWNER, REVIEWER, Rooms, run
from .test_races import at_once, kinds, recorded

NAMED = {"claim": "real_name", "level": 1}


def reviewed(rooms: Rooms, **changes: Any) -> UUID:
    """A group with three who review it."""
    group_id = rooms.found(**changes)
    rooms.seat(group_id, REVIEWER, "reviewer")
    rooms.seat(group_id, LEADER, "leader")
    return group_id


def applied(rooms: Rooms, group_id: UUID, who: UUID = APPLICANT) -> str:
    return str(rooms.do("apply", who, group_id=group_id, rules_version=1)["application_id"])


def state(rooms: Rooms, application_id: str) -> str:
    return str(rooms.ask("application", OWNER, application_id=application_id)["state"])


def test_as_many_different_reviewers_as_the_group_needs_admit(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None, reviewers_needed=2)
    application_id = applied(rooms, group_id)
    first = rooms.do("admit", REVIEWER, application_id=application_id)
    assert (first["state"], first["approvals"], first["reviewers_needed"]) == ("open", 1, 2)
    assert rooms.do("admit", REVIEWER, application_id=application_id)["state"] == "open", "one person counts once"
    last = rooms.do("admit", LEADER, application_id=application_id)
    assert last["state"] == "admitted"
    seen = rooms.ask("application", APPLICANT, application_id=application_id)
    assert (seen["approvals"], seen["approved_by"]) == (1, []), "who was for it is for reviewers"
    assert [each["decision"] for each in seen["decisions"]] == ["admitted"]
    decisions = rooms.ask("application", OWNER, application_id=application_id)["decisions"]
    assert [each["decision"] for each in decisions] == ["approved", "admitted"]


def test_one_refusal_refuses_whoever_approved(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None, reviewers_needed=3)
    application_id = applied(rooms, group_id)
    rooms.do("approve", REVIEWER, application_id=application_id)
    rooms.do("approve", LEADER, application_id=application_id)
    rooms.do("refuse", OWNER, application_id=application_id, reason="No.")
    rooms.do("reverse", OWNER, application_id=application_id, reason="Yes.")
    assert rooms.ask("application", OWNER, application_id=application_id)["approvals"] == 0, "it is decided anew"


def test_an_approval_is_taken_back_while_it_is_open(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None, reviewers_needed=2)
    application_id = applied(rooms, group_id)
    assert isinstance(rooms.refusal("take_back_approval", REVIEWER, application_id=application_id), NotApproved)
    rooms.do("approve", REVIEWER, application_id=application_id)
    assert rooms.do("take_back_approval", REVIEWER, application_id=application_id)["approvals"] == 0
    assert rooms.do("approve", OWNER, application_id=application_id)["state"] == "open"
    assert rooms.do("approve", LEADER, application_id=application_id)["state"] == "admitted"
    refused = rooms.refusal("take_back_approval", LEADER, application_id=application_id)
    assert isinstance(refused, refusals.ApplicationDecided)


def test_an_approval_counts_while_whoever_gave_it_reviews_the_group(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None, reviewers_needed=2)
    application_id = applied(rooms, group_id)
    rooms.do("approve", REVIEWER, application_id=application_id)
    rooms.do("take_role", OWNER, group_id=group_id, person_id=REVIEWER, role="reviewer")
    assert rooms.do("approve", LEADER, application_id=application_id)["state"] == "open"


def test_an_approval_waits_for_a_claim_and_admits_when_it_comes(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=NAMED)
    application_id = applied(rooms, group_id)
    assert isinstance(rooms.refusal("admit", OWNER, application_id=application_id), refusals.ThresholdNotMet)
    rooms.do("approve", REVIEWER, application_id=application_id)
    rooms.pass_time(days=3)
    claim_id = rooms.certify(APPLICANT, "real_name")
    assert state(rooms, application_id) == "admitted"
    (admitted,) = [fact for fact in recorded(rooms, Group.MemberAdmitted) if fact.person_id == APPLICANT]
    assert (admitted.admitted_at, admitted.relied_on[0]["claim_id"]) == (NOON + timedelta(days=3), str(claim_id))
    (decided,) = recorded(rooms, Application.Admitted)
    assert decided.reviewer_id == REVIEWER
    rooms.certify(APPLICANT, "real_name")
    assert len(recorded(rooms, Application.Admitted)) == 1, "once"


def test_a_claim_that_must_not_be_there_admits_when_it_goes(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold={"not": NAMED})
    claim_id = rooms.certify(APPLICANT, "real_name")
    application_id = applied(rooms, group_id)
    rooms.do("approve", OWNER, application_id=application_id)
    rooms.say(ClaimWithdrawn(person_id=APPLICANT, claim_id=claim_id, kind="real_name"))
    assert state(rooms, application_id) == "admitted"


def test_one_admission_brings_the_next_that_waited_for_it(rooms: Rooms) -> None:
    first = reviewed(rooms, threshold={"tag": "city", "value": "Hangzhou"})
    second = reviewed(rooms, threshold={"member": str(first)})
    third = reviewed(rooms, threshold={"member": str(second)})
    waiting = [applied(rooms, group_id) for group_id in (third, second, first)]
    for application_id in waiting:
        rooms.do("approve", OWNER, application_id=application_id)
    rooms.say(PersonTagged(person_id=APPLICANT, kind="city", value="Hangzhou"))
    assert [state(rooms, application_id) for application_id in waiting] == ["admitted"] * 3


@pytest.mark.parametrize(
    ("name", "fields"), [("set_threshold", {"threshold": None}), ("set_admission", {"reviewers_needed": 1})]
)
def test_who_waited_is_a_member_when_the_group_asks_for_less(rooms: Rooms, name: str, fields: dict[str, Any]) -> None:
    asks_both = {"threshold": NAMED if name == "set_threshold" else None}
    group_id = reviewed(rooms, reviewers_needed=1 if name == "set_threshold" else 2, **asks_both)
    application_id = applied(rooms, group_id)
    rooms.do("approve", OWNER, application_id=application_id)
    assert state(rooms, application_id) == "open"
    rooms.do(name, OWNER, group_id=group_id, **fields)
    assert state(rooms, application_id) == "admitted"


def test_however_many_waited_each_is_a_member(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "MOST_AT_ONCE", 2)
    group_id = reviewed(rooms, threshold=NAMED)
    waiting = [applied(rooms, group_id, UUID(int=0x7000 + number)) for number in range(7)]
    for application_id in waiting:
        rooms.do("approve", REVIEWER, application_id=application_id)
    rooms.settle()
    rooms.do("set_threshold", OWNER, group_id=group_id, threshold=None)
    rooms.settle()
    assert {state(rooms, one) for one in waiting} == {"admitted"}


def test_a_fee_is_recorded_by_an_owner_and_asked_for_until_then(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None, fee_minor=500, fee_currency="EUR")
    told = rooms.ask("missing", APPLICANT, group_id=group_id)
    assert (told["satisfied"], told["fee_minor"]) == (False, 500)
    assert told["sentence"] == "You still need the fee of 500 (minor units of EUR)."
    application_id = applied(rooms, group_id)
    assert isinstance(rooms.refusal("admit", OWNER, application_id=application_id), FeeNotPaid)
    fields = {"application_id": application_id, "reference": "SECRET-5"}
    assert isinstance(rooms.refusal("record_fee", REVIEWER, **fields), refusals.NotOwner)
    rooms.do("record_fee", OWNER, **fields)
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["satisfied"]
    assert isinstance(rooms.refusal("record_fee", OWNER, **fields), FeeAlreadyPaid)
    rooms.do("withdraw_application", APPLICANT, application_id=application_id)
    again = applied(rooms, group_id)
    assert rooms.do("admit", OWNER, application_id=again)["state"] == "admitted", "it was paid before"


def test_no_fee_is_recorded_where_none_is_asked(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None)
    fields = {"application_id": applied(rooms, group_id), "reference": "Receipt"}
    assert isinstance(rooms.refusal("record_fee", OWNER, **fields), NoFeeAsked)


def test_what_came_at_the_same_moment_is_looked_at_once_more(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim's reaction does not see the approval yet, as when a view lags behind."""
    group_id = reviewed(rooms, threshold=NAMED)
    application_id = applied(rooms, group_id)
    rooms.do("approve", OWNER, application_id=application_id)
    with monkeypatch.context() as lagging:
        lagging.setattr(Readiness, "admit_ready", lambda *_: None)
        rooms.certify(APPLICANT, "real_name")
    assert state(rooms, application_id) == "open"
    rooms.pass_time(seconds=31)
    rooms.settle()
    assert state(rooms, application_id) == "admitted"


def test_the_second_look_waits_for_the_views(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    group_id = reviewed(rooms, threshold=NAMED)
    rooms.do("approve", OWNER, application_id=applied(rooms, group_id))
    looked = list[object]()
    monkeypatch.setattr(Readiness, "look_again", lambda _self, application_id: looked.append(application_id))
    with monkeypatch.context() as patched:
        patched.setattr(type(rooms.service), "shows_until", lambda *_: False)
        rooms.clock.at += LOOK_AFTER
        rooms.service.clockwork.step()
    assert looked == []
    rooms.clock.at += LOOK_AFTER
    rooms.service.clockwork.step()
    assert len(looked) == 1


def test_the_second_look_does_not_wait_for_what_came_later(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody always stores something, the views never show everything."""
    group_id = reviewed(rooms, threshold=NAMED)
    rooms.do("approve", OWNER, application_id=applied(rooms, group_id))
    looked = list[object]()
    monkeypatch.setattr(Readiness, "look_again", lambda _self, application_id: looked.append(application_id))
    rooms.clock.at += LOOK_AFTER
    run(rooms.doing("tag_group", OWNER, group_id=group_id, tags=["early"]))
    rooms.service.clockwork.step()
    assert looked == [], "this was stored by the time"
    rooms.settle()
    rooms.clock.at += timedelta(seconds=1)
    run(rooms.doing("tag_group", OWNER, group_id=group_id, tags=["late"]))
    rooms.service.clockwork.step()
    assert len(looked) == 1, "this was stored afterwards"


def test_the_last_two_approvals_at_once_admit_once(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold=None, reviewers_needed=2)
    application_id = applied(rooms, group_id)
    fields = {"application_id": application_id}
    outcomes = at_once(rooms, *[("approve", who, fields) for who in (OWNER, LEADER, REVIEWER) * 4])
    assert kinds(outcomes)["done"] == 2
    assert len([fact for fact in recorded(rooms, Group.MemberAdmitted) if fact.person_id == APPLICANT]) == 1


def test_an_invitation_comes_to_the_open_application(rooms: Rooms) -> None:
    group_id = reviewed(rooms, threshold={"invitation": True})
    application_id = applied(rooms, group_id)
    rooms.do("approve", OWNER, application_id=application_id)
    rooms.do("invite", REVIEWER, group_id=group_id, person_id=APPLICANT)
    assert state(rooms, application_id) == "admitted"
    code = rooms.do("offer_invitation", REVIEWER, group_id=group_id)["code"]
    other = applied(rooms, group_id, OTHER)
    rooms.do("approve", OWNER, application_id=other)
    rooms.do("redeem_invitation", OTHER, code=code)
    assert state(rooms, other) == "admitted"
