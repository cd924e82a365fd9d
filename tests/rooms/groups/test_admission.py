"""Who is let in: the whole story of an admission, through the rooms of the service."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.contracts.identity import ClaimWithdrawn, PersonTagged, PersonUntagged
from services.groups.domain import refusals

from .rooms import APPLICANT, LEADER, MEMBER, NEVER_HEARD_OF, NOON, OTHER, OWNER, REVIEWER, STRANGER, Rooms, run

REASON = "You did not say which trails you know."


def applied(rooms: Rooms, group_id: UUID, who: UUID = APPLICANT, **changes: Any) -> str:
    given: dict[str, Any] = {"rules_version": 1, "statement": "I walk."}
    answer = rooms.do("apply", who, group_id=group_id, **(given | changes))
    return str(answer["application_id"])


def members(rooms: Rooms, group_id: UUID) -> set[str]:
    return {item["person_id"] for item in rooms.ask("roster", OWNER, group_id=group_id)["items"]}


def test_an_applicant_is_told_exactly_what_is_missing_and_admitted_once_it_is_certified(rooms: Rooms) -> None:
    group_id = rooms.found()
    told = rooms.ask("missing", APPLICANT, group_id=group_id)
    either = {"any": [{"claim": "industry", "level": 1, "code": "outdoors"}, {"invitation": True}]}
    assert told["missing"] == [{"claim": "real_name", "level": 1}, either]
    rooms.certify(APPLICANT, "industry", "outdoors")
    application_id = applied(rooms, group_id)
    refused = rooms.refusal("admit", OWNER, application_id=application_id)
    assert isinstance(refused, refusals.ThresholdNotMet)
    assert refused.facts["missing"] == [{"claim": "real_name", "level": 1}]
    told = rooms.ask("missing", APPLICANT, group_id=group_id)
    assert (told["satisfied"], told["missing"]) == (False, refused.facts["missing"])
    assert told["needed"] == refused.facts["needed"] == "a certified real name (level 1 or higher)"
    assert told["sentence"] == "You still need a certified real name (level 1 or higher)."
    rooms.certify(APPLICANT, "real_name")
    told = rooms.ask("missing", APPLICANT, group_id=group_id)
    assert (told["satisfied"], told["sentence"]) == (True, "You meet what this group asks for.")
    answer = rooms.do("admit", OWNER, application_id=application_id)
    assert (answer["group_id"], answer["person_id"]) == (str(group_id), str(APPLICANT))
    assert members(rooms, group_id) == {str(OWNER), str(APPLICANT)}
    assert rooms.ask("group", STRANGER, group_id=group_id)["members"] == 2


def test_an_invitation_counts_before_and_in_the_application_that_uses_it(rooms: Rooms) -> None:
    group_id = rooms.found()
    rooms.certify(APPLICANT, "real_name")
    rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT)
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["satisfied"]
    application_id = applied(rooms, group_id)
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["satisfied"], "it is used, and still counts"
    rooms.do("admit", OWNER, application_id=application_id)
    row = rooms.ask("application", OWNER, application_id=application_id)
    assert (row["state"], row["missing"]) == ("admitted", [])
    assert row["invitation_id"] is not None


def test_an_invitation_counts_at_once_even_if_no_view_has_seen_it(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"invitation": True})

    async def invite_and_apply() -> str:
        await rooms.doing("invite", OWNER, group_id=group_id, person_id=APPLICANT)
        answer = await rooms.doing("apply", APPLICANT, group_id=group_id, rules_version=1)
        await rooms.doing("admit", OWNER, application_id=answer["application_id"])
        return str(answer["application_id"])

    application_id = run(invite_and_apply())
    rooms.settle()
    assert rooms.ask("application", APPLICANT, application_id=application_id)["state"] == "admitted"


def test_an_invitation_that_ran_out_or_was_revoked_does_not_count(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"invitation": True})
    rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT, expires_at=NOON + timedelta(hours=1))
    revoked = rooms.do("invite", OWNER, group_id=group_id, person_id=APPLICANT)["invitation_id"]
    rooms.do("revoke_invitation", OWNER, invitation_id=revoked)
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["satisfied"]
    rooms.pass_time(hours=1)
    assert rooms.ask("missing", APPLICANT, group_id=group_id)["missing"] == [{"invitation": True}]
    application_id = applied(rooms, group_id)
    assert isinstance(rooms.refusal("admit", OWNER, application_id=application_id), refusals.ThresholdNotMet)


def test_only_people_who_are_known_are_invited(rooms: Rooms) -> None:
    refused = rooms.refusal("invite", OWNER, group_id=rooms.found(), person_id=NEVER_HEARD_OF)
    assert isinstance(refused, refusals.NoSuchPerson)


def test_a_refusal_has_a_reason_for_the_applicant_and_is_reversed(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    application_id = applied(rooms, group_id)
    rooms.do("refuse", OWNER, application_id=application_id, reason=REASON, code="incomplete")
    row = rooms.ask("application", APPLICANT, application_id=application_id)
    assert (row["state"], row["code"], row["statement"]) == ("refused", "incomplete", "I walk.")
    (decision,) = row["decisions"]
    assert (decision["decision"], decision["reason"], decision["reviewer_id"]) == ("refused", REASON, None)
    assert rooms.ask("application", OWNER, application_id=application_id)["decisions"][0]["reviewer_id"] == str(OWNER)
    assert isinstance(rooms.refusal("admit", OWNER, application_id=application_id), refusals.ApplicationDecided)
    rooms.do("reverse", OWNER, application_id=application_id, reason="She did, elsewhere.")
    rooms.do("admit", OWNER, application_id=application_id)
    row = rooms.ask("application", APPLICANT, application_id=application_id)
    assert [each["decision"] for each in row["decisions"]] == ["refused", "reversed", "admitted"]
    assert (row["state"], row["code"]) == ("admitted", None)


def test_a_refused_person_applies_again_and_the_earlier_application_cannot_come_back(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    first = applied(rooms, group_id)
    rooms.do("refuse", OWNER, application_id=first, reason=REASON)
    rooms.pass_time(minutes=1)
    second = applied(rooms, group_id)
    assert rooms.ask("application", OWNER, application_id=first)["later_application_id"] == second
    refused = rooms.refusal("reverse", OWNER, application_id=first, reason="After all.")
    assert isinstance(refused, refusals.ApplicationSuperseded)
    numbers = [row["number"] for row in rooms.ask("applications", OWNER, group_id=group_id)["items"]]
    assert numbers == [1, 2]
    open_ones = rooms.ask("applications", OWNER, group_id=group_id, state="open")["items"]
    assert [row["application_id"] for row in open_ones] == [second]


def test_a_withdrawn_application_makes_room_for_the_next(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    rooms.do("withdraw_application", APPLICANT, application_id=applied(rooms, group_id))
    applied(rooms, group_id)
    assert isinstance(rooms.refusal("apply", APPLICANT, group_id=group_id, rules_version=1), refusals.ApplicationOpen)


def test_the_rules_are_accepted_as_they_stand_now(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    assert rooms.do("change_rules", OWNER, group_id=group_id, rules="Leave no trace. Be kind.")["rules_version"] == 2
    refused = rooms.refusal("apply", APPLICANT, group_id=group_id, rules_version=1)
    assert isinstance(refused, refusals.RulesNotAccepted)
    assert refused.facts["rules_version"] == rooms.ask("missing", APPLICANT, group_id=group_id)["rules_version"] == 2
    applied(rooms, group_id, rules_version=2)


def test_a_claim_counts_until_its_last_moment_whether_or_not_identity_has_said_so(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"claim": "real_name", "level": 2})
    until = NOON + timedelta(days=1)
    rooms.certify(APPLICANT, "real_name", level=2, until=until)
    application_id = applied(rooms, group_id)
    rooms.pass_time(days=1)
    refused = rooms.refusal("admit", OWNER, application_id=application_id)
    assert refused.facts["missing"] == [{"claim": "real_name", "level": 2, "expired_at": until.isoformat()}]


def test_a_withdrawn_claim_does_not_count_and_leaves_no_trace(rooms: Rooms) -> None:
    group_id = rooms.found(threshold={"claim": "real_name", "level": 1})
    claim_id = rooms.certify(APPLICANT, "real_name")
    rooms.say(ClaimWithdrawn(person_id=APPLICANT, claim_id=claim_id, kind="real_name"))
    missing = rooms.ask("missing", APPLICANT, group_id=group_id)["missing"]
    assert missing == [{"claim": "real_name", "level": 1}]


def test_tags_and_memberships_are_evidence(rooms: Rooms) -> None:
    first = rooms.found(threshold=None)
    second = rooms.found(threshold={"all": [{"tag": "city", "value": "Hangzhou"}, {"member": str(first)}]})
    rooms.say(PersonTagged(person_id=MEMBER, kind="city", value="Hangzhou"))
    assert rooms.ask("missing", MEMBER, group_id=second)["missing"] == [{"member": str(first)}]
    rooms.seat(first, MEMBER)
    assert rooms.ask("missing", MEMBER, group_id=second)["satisfied"]
    application_id = applied(rooms, second, MEMBER)
    rooms.say(PersonUntagged(person_id=MEMBER, kind="city", value="Hangzhou"))
    refused = rooms.refusal("admit", OWNER, application_id=application_id)
    assert refused.facts["missing"] == [{"tag": "city", "value": "Hangzhou"}]
    rooms.say(PersonTagged(person_id=MEMBER, kind="city", value="Hangzhou"))
    rooms.do("admit", OWNER, application_id=application_id)


def test_an_application_looks_missing_to_everybody_whom_it_does_not_concern(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    rooms.seat(group_id, MEMBER)
    application_id = applied(rooms, group_id)
    because = {"reason": REASON}
    attempts: dict[str, dict[str, Any]] = {
        "application": {}, "admit": {}, "refuse": because, "reverse": because, "withdraw_application": {},
    }  # fmt: skip
    for who in (STRANGER, MEMBER, OTHER):
        for name, more in attempts.items():
            refused = rooms.refusal(name, who, application_id=application_id, **more)
            assert isinstance(refused, refusals.NoSuchApplication), (name, who)
    assert isinstance(rooms.refusal("admit", APPLICANT, application_id=application_id), refusals.NotReviewer)


def test_what_was_written_stands_in_no_view_and_no_message(rooms: Rooms) -> None:
    group_id = rooms.found(threshold=None)
    rooms.seat(group_id, LEADER, "leader")
    rooms.seat(group_id, REVIEWER)
    rooms.do("refuse", LEADER, application_id=applied(rooms, group_id, statement="SECRET-1"), reason="SECRET-2")
    rooms.do("remove_member", LEADER, group_id=group_id, person_id=REVIEWER, reason="SECRET-3")
    with rooms.service.views.reading() as connection:
        dump = str([connection.execute(select(table)).all() for _, table in rooms.service.views.tables])
    told = str([each.to_dict() for each in rooms.service.messages(0).messages])
    assert "refused" in dump
    assert "SECRET" not in dump + told
