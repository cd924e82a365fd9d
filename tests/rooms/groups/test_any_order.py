"""In whatever order people apply, pay, prove, invite, accept, approve and withdraw: it ends the same."""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.identity import ClaimCertified, PersonRegistered
from services.groups.application.readiness import Readiness
from services.groups.domain import Group
from services.kernel.refusals import Refusal

from .rooms import LEADER, OPERATOR, OWNER, REVIEWER, Rooms

NEEDED = ("apply", "pay", "prove", "invite", "accept", "approve", "approve_too")
THRESHOLD = {"all": [{"claim": "real_name", "level": 1}, {"claim": "position", "level": 1}, {"invitation": True}]}
in_any_order = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
numbers = count()


class Candidacy:
    """One applicant and those who decide; each does what they have in mind until it is done."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms, self.person_id = rooms, UUID(int=0xA0000 + next(numbers))
        rooms.say(PersonRegistered(person_id=self.person_id))
        self.group_id = rooms.found(
            threshold=THRESHOLD, questions=[{"text": "Why?"}], reviewers_needed=2, fee_minor=500, fee_currency="EUR"
        )  # fmt: skip
        for person_id in (REVIEWER, LEADER):
            rooms.seat(self.group_id, person_id, "reviewer")
        self.deeds: dict[str, Callable[[], object]] = {
            "apply": self.apply, "pay": self.pay, "prove": self.prove, "invite": self.invite, "accept": self.accept,
            "approve": lambda: self.approve(REVIEWER), "approve_too": lambda: self.approve(LEADER),
            "withdraw": self.withdraw,
        }  # fmt: skip

    def apply(self) -> None:
        self.do("apply", self.person_id, group_id=self.group_id, questions_version=1, answers=["To walk."])

    def accept(self) -> None:
        self.do("accept_rules", self.person_id, group_id=self.group_id, rules_version=1)

    def pay(self) -> None:
        self.do("record_fee", OWNER, application_id=self.open_one(), reference="Receipt")

    def prove(self) -> None:
        claim_id = UUID(int=0xC0000 + next(numbers))
        claim = ClaimCertified(
            person_id=self.person_id, claim_id=claim_id, kind="real_name", level=1, code=None, valid_until=None,
            issuer_id=OPERATOR,
        )  # fmt: skip
        self.rooms.say(claim)

    def invite(self) -> None:
        self.do("invite", OWNER, group_id=self.group_id, person_id=self.person_id, waives=["position"])

    def approve(self, who: UUID) -> None:
        self.do("approve", who, application_id=self.open_one())

    def withdraw(self) -> None:
        self.do("withdraw_application", self.person_id, application_id=self.open_one())

    def do(self, name: str, who: UUID, **fields: Any) -> None:
        self.rooms.do(name, who, **fields)

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.rooms.ask("applications", OWNER, group_id=self.group_id)["items"]
        return found

    def open_one(self) -> str:
        """The application that waits; a refusal like any other when there is none yet."""
        return next((row["application_id"] for row in self.rows() if row["state"] == "open"), str(UUID(int=0)))

    def play(self, order: list[str]) -> None:
        """Who is refused tries again later; after a withdrawal, what belonged to the application is done once more."""
        waiting = list(order)
        tries = 0
        while waiting and tries < 60:
            tries += 1
            name = waiting.pop(0)
            try:
                self.deeds[name]()
            except Refusal:
                if not self.is_member():
                    waiting.append(name)
                continue
            if name == "withdraw":
                waiting += [again for again in ("apply", "accept", "approve", "approve_too") if again not in waiting]

    def is_member(self) -> bool:
        roster = self.rooms.ask("roster", OWNER, group_id=self.group_id)["items"]
        return str(self.person_id) in {row["person_id"] for row in roster}

    def end(self) -> dict[str, Any]:
        """How it stands, without ids and times."""
        row = max(self.rows(), key=lambda each: each["number"])
        store = self.rooms.service.store
        facts = [store.mapper.to_domain_event(each) for each in store.recorder.select_events(self.group_id)]
        admissions = [fact for fact in facts if isinstance(fact, Group.MemberAdmitted)]
        return {
            "member": self.is_member(), "state": row["state"], "waives": row["waives"], "fee_paid": row["fee_paid"],
            "approved_by": sorted(row["approved_by"]), "rules_version": row["rules_version"],
            "open": [other["state"] for other in self.rows()].count("open"),
            "admissions": [
                [_told(entry) for entry in fact.relied_on] for fact in admissions if fact.person_id == self.person_id
            ],
        }  # fmt: skip


def _told(entry: dict[str, Any]) -> str:
    return str(entry.get("kind") or entry.get("waived") or entry["fee_minor"])


ADMITTED = {
    "member": True, "state": "admitted", "waives": ["position"], "fee_paid": True, "rules_version": 1, "open": 0,
    "approved_by": sorted([str(REVIEWER), str(LEADER)]), "admissions": [["real_name", "500", "position"]],
}  # fmt: skip


@given(order=st.permutations(NEEDED))
@in_any_order
def test_everything_in_any_order_admits_once_and_by_itself(rooms: Rooms, order: list[str]) -> None:
    candidacy = Candidacy(rooms)
    candidacy.play(order)
    assert candidacy.end() == ADMITTED


@given(order=st.permutations((*NEEDED, "withdraw")))
@in_any_order
def test_a_withdrawal_in_between_changes_nothing_for_who_applies_again(rooms: Rooms, order: list[str]) -> None:
    candidacy = Candidacy(rooms)
    candidacy.play(order)
    assert candidacy.end() == ADMITTED


@given(order=st.permutations(NEEDED), left_out=st.sampled_from([deed for deed in NEEDED if deed != "apply"]))
@in_any_order
def test_nobody_is_a_member_before_the_last_of_it_and_then_at_once(
    rooms: Rooms, order: list[str], left_out: str
) -> None:  # fmt: skip
    candidacy = Candidacy(rooms)
    candidacy.play([deed for deed in order if deed != left_out])
    assert not candidacy.is_member()
    candidacy.deeds[left_out]()
    assert candidacy.end() == ADMITTED


def test_without_looking_again_the_order_would_matter(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Readiness, "_admit_if_ready", lambda *_: None)
    late, early = Candidacy(rooms), Candidacy(rooms)
    late.play(["apply", "approve", "approve_too", "accept", "pay", "invite", "prove"])
    early.play(["apply", "accept", "pay", "invite", "prove", "approve", "approve_too"])
    assert (late.is_member(), early.is_member()) == (False, True)
