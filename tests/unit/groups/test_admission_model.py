"""Applications and admissions in any order, with claims that come and run out, against a naive model."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.contracts.thresholds import Claim, Evidence, Verdict
from services.groups.domain import Application, Group
from services.kernel.domain import Refusal, acting
from tests.contracts.threshold_cases import GROUPS, TAGS, naively, thresholds
from tests.support.scenario import NOON, context

PEOPLE = [UUID(int=number) for number in (0x11, 0x12, 0x13)]
OWNER, GROUP_ID = UUID(int=0x10), UUID(int=0x1)
people = st.sampled_from(PEOPLE)


@dataclass
class Known:
    """What the model knows of a person."""

    claims: list[Claim] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    memberships: set[UUID] = field(default_factory=set)
    status: str = "none"
    applied: int = 0

    def evidence(self) -> Evidence:
        return Evidence(claims=self.claims, tags={"interest": self.tags}, memberships=self.memberships)


class Admission(RuleBasedStateMachine):
    """The model decides with the naive evaluator and one word of status for each person."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOON
        self.known = {person_id: Known() for person_id in PEOPLE}
        self.latest: dict[UUID, Application] = {}
        self.members: set[UUID] = {OWNER}
        self.rules_version = 1
        self.threshold: Any = None

    @initialize(threshold=thresholds)
    def found(self, threshold: Any) -> None:
        self.threshold = threshold
        with acting(context()):
            self.group = Group.found(group_id=GROUP_ID, owner_id=OWNER, name="G", threshold=threshold, now=self.now)

    @rule(person_id=people, kind=st.sampled_from(["real_name", "position", "education"]), level=st.integers(1, 3),
          code=st.sampled_from([None, "outdoors", "gadgets"]), days=st.integers(1, 3))  # fmt: skip
    def certify(self, person_id: UUID, kind: str, level: int, code: str | None, days: int) -> None:
        ends = self.now + timedelta(days=days)
        known = self.known[person_id]
        known.claims.append(Claim(kind, level, code, ends, UUID(int=len(known.claims) + 1)))

    @rule(person_id=people, value=st.sampled_from(TAGS), group_id=st.sampled_from(GROUPS))
    def tag_and_join(self, person_id: UUID, value: str, group_id: UUID) -> None:
        self.known[person_id].tags.add(value)
        self.known[person_id].memberships.add(group_id)

    @rule(days=st.integers(1, 2))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(threshold=st.none() | thresholds)
    def set_threshold(self, threshold: Any) -> None:
        self.threshold = threshold
        with acting(context()):
            self.group.set_threshold(threshold, by=OWNER)

    @rule()
    def change_rules(self) -> None:
        self.rules_version += 1
        with acting(context()):
            self.group.change_rules(f"Rules {self.rules_version}.", by=OWNER)

    @rule(person_id=people, stale=st.booleans())
    def apply(self, person_id: UUID, stale: bool) -> None:
        known = self.known[person_id]
        accepted = self.rules_version - (1 if stale else 0)
        expected = known.status != "open" and person_id not in self.members and not stale
        made: list[Application] = []
        assert expected is self.done(lambda: made.append(self.application_of(person_id, accepted)))
        if expected:
            known.status, known.applied = "open", known.applied + 1
            self.latest[person_id] = made[0]
            assert made[0].number == known.applied

    @rule(person_id=people)
    def admit(self, person_id: UUID) -> None:
        known, application = self.known[person_id], self.latest.get(person_id)
        if application is None:
            return
        expected = known.status == "open" and naively(self.threshold, known.evidence(), self.now)
        assert expected is self.done(
            lambda: application.admit(self.group, by=OWNER, evidence=known.evidence(), now=self.now)
        )
        if expected:
            known.status = "admitted"
            self.members.add(person_id)

    @rule(person_id=people)
    def refuse(self, person_id: UUID) -> None:
        self.decide(person_id, "open", "refused", lambda a: a.refuse(self.group, by=OWNER, code="other", reason="No."))

    @rule(person_id=people)
    def reverse(self, person_id: UUID) -> None:
        self.decide(person_id, "refused", "open", lambda a: a.reverse_refusal(self.group, by=OWNER, reason="Yes."))

    @rule(person_id=people)
    def withdraw(self, person_id: UUID) -> None:
        self.decide(person_id, "open", "withdrawn", lambda a: a.withdraw(by=person_id))

    @rule(person_id=people)
    def leave(self, person_id: UUID) -> None:
        expected = person_id in self.members
        assert expected is self.done(lambda: self.group.leave(person_id))
        self.members.discard(person_id)

    @invariant()
    def the_members_are_those_of_the_model(self) -> None:
        if hasattr(self, "group"):
            assert set(self.group.members) == {str(person_id) for person_id in self.members}

    @invariant()
    def every_application_stands_where_the_model_says(self) -> None:
        for person_id, application in self.latest.items():
            assert application.status == self.known[person_id].status

    def teardown(self) -> None:
        """Replayed from its facts, the group is the same."""
        if hasattr(self, "group"):
            replayed: Any = None
            for fact in self.group.collect_events():
                replayed = fact.mutate(replayed)
            assert replayed.members == self.group.members

    def application_of(self, person_id: UUID, accepted: int) -> Application:
        return Application.apply(
            self.group, person_id=person_id, rules_version=accepted, evidence=self.known[person_id].evidence(),
            now=self.now, previous=self.latest.get(person_id),
        )  # fmt: skip

    def decide(self, person_id: UUID, before: str, after: str, command: Any) -> None:
        application = self.latest.get(person_id)
        if application is not None:
            expected = self.known[person_id].status == before
            assert expected is self.done(lambda: command(application))
            self.known[person_id].status = after if expected else self.known[person_id].status

    def done(self, command: Any) -> bool:
        """Whether the command was accepted."""
        with acting(context(at=self.now)):
            try:
                command()
            except Refusal:
                return False
        return True


TestAdmission = Admission.TestCase
TestAdmission.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_the_model_notices_when_the_threshold_is_not_asked_for(monkeypatch):
    monkeypatch.setattr(Group, "judge", lambda *_: Verdict(satisfied=True))
    careless = settings(
        max_examples=5_000, deadline=None, database=None, phases=[Phase.generate], print_blob=False, derandomize=True
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Admission, settings=careless)
