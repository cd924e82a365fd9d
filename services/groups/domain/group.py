"""A group: what it is for, what it asks for, who is a member and who decides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.contracts.thresholds import OPEN, Evidence, MalformedThreshold, Verdict, evaluate, parse, to_data
from services.kernel.domain import Begun, Fact, event

from . import refusals
from .roster import OWNER, Roster


class Group(Roster):
    """A community."""

    TOPIC = "groups:Group"
    state_is_impersonal = True  # the reason of a removal is recorded and assigned to nothing

    class Founded(Begun):
        """The owner is the first member. ``threshold`` None is open to everybody."""

        TOPIC = "groups:Group.Founded"
        group_id: UUID
        owner_id: UUID
        name: str
        purpose: str
        threshold: dict[str, Any] | None
        rules: str
        tags: list[str]
        founded_at: datetime

    class ThresholdSet(Fact):
        """Who is admitted from now on must meet this; members stay members."""

        TOPIC = "groups:Group.ThresholdSet"
        threshold: dict[str, Any] | None

    class RulesChanged(Fact):
        """Whoever applies from now on accepts these."""

        TOPIC = "groups:Group.RulesChanged"
        rules: str
        rules_version: int

    class MemberAdmitted(Fact):
        """``relied_on`` freezes the claims that met the threshold. Without an application it was recorded by an
        operator; ``rules_version`` 0 then says that nobody knows what was accepted."""

        TOPIC = "groups:Group.MemberAdmitted"
        person_id: UUID
        application_id: UUID | None
        relied_on: list[dict[str, Any]]
        rules_version: int
        admitted_at: datetime

    class MemberLeft(Fact):
        """Gone of their own will."""

        TOPIC = "groups:Group.MemberLeft"
        person_id: UUID

    class MemberRemoved(Fact):
        """Put out by an owner or a leader. The reason is not part of the group's state."""

        TOPIC = "groups:Group.MemberRemoved"
        personal = {"reason": "person_id"}
        person_id: UUID
        reason: str

    class RoleGiven(Fact):
        """A member acts in a role."""

        TOPIC = "groups:Group.RoleGiven"
        person_id: UUID
        role: str

    class RoleTaken(Fact):
        """A member no longer acts in a role."""

        TOPIC = "groups:Group.RoleTaken"
        person_id: UUID
        role: str

    @staticmethod
    def create_id(group_id: UUID, **_: object) -> UUID:
        return group_id

    @classmethod
    def found(
        cls, *, group_id: UUID, owner_id: UUID, name: str, purpose: str = "", threshold: object = None,
        rules: str = "", tags: list[str] | None = None, now: datetime,
    ) -> "Group":  # fmt: skip
        """A new group. Raises ``GroupWithoutName``, ``ThresholdMalformed``."""
        if not name.strip():
            raise refusals.GroupWithoutName()
        return cls(
            group_id=group_id, owner_id=owner_id, name=name.strip(), purpose=purpose, threshold=_canonical(threshold),
            rules=rules, tags=sorted(set(tags or [])), founded_at=now,
        )  # fmt: skip

    @event(Founded)
    def __init__(
        self, group_id: UUID, owner_id: UUID, name: str, purpose: str, threshold: dict[str, Any] | None,
        rules: str, tags: list[str], founded_at: datetime,
    ) -> None:  # fmt: skip
        self.name = name
        self.purpose = purpose
        self.threshold = threshold
        self.rules = rules
        self.rules_version = 1
        self.tags = tags
        self.members = {str(owner_id): {"roles": [OWNER], "admitted_at": founded_at.isoformat()}}

    def set_threshold(self, threshold: object, *, by: UUID) -> None:
        """For whoever is admitted from now on; the same one again does nothing."""
        self.require_leader(by)
        wanted = _canonical(threshold)
        if wanted != self.threshold:
            self._threshold_set(threshold=wanted)

    def change_rules(self, rules: str, *, by: UUID) -> None:
        """The rules get the next version; the same text again does nothing."""
        self.require_leader(by)
        if rules != self.rules:
            self._rules_changed(rules=rules, rules_version=self.rules_version + 1)

    def judge(self, evidence: Evidence, now: datetime) -> Verdict:
        """Whether a person with this evidence meets the threshold, and what is missing."""
        return evaluate(parse(self.threshold), evidence, now)

    def admit(
        self, person_id: UUID, *, by: UUID, now: datetime, evidence: Evidence | None = None,
        application_id: UUID | None = None, rules_version: int = 0, recorded: bool = False,
    ) -> None:  # fmt: skip
        """Make a person a member, who has accepted ``rules_version`` of the rules.

        ``recorded`` is for an operator who records an admission that was decided elsewhere: who decided,
        what was accepted and the threshold are then not asked for, and nothing is relied on.
        Raises ``NotReviewer``, ``AlreadyMember``, ``RulesNotAccepted``, ``ThresholdNotMet``.
        """
        if not recorded:
            self.require_reviewer(by)
        self.require_stranger(person_id)
        relied_on = [] if recorded else self._admissible(evidence or Evidence(), rules_version, now)
        self._member_admitted(
            person_id=person_id, application_id=application_id, relied_on=relied_on, rules_version=rules_version,
            admitted_at=now,
        )  # fmt: skip

    def leave(self, person_id: UUID) -> None:
        """Go of one's own will. Raises ``NotAMember``, ``OwnerStays``."""
        self.require_free_to_go(person_id)
        self._member_left(person_id=person_id)

    def remove(self, person_id: UUID, *, by: UUID, reason: str) -> None:
        """Put a member out. Raises ``NotLeader``, ``RemovalWithoutReason``, ``NotAMember``, ``OwnerStays``."""
        self.require_leader(by)
        if not reason.strip():
            raise refusals.RemovalWithoutReason()
        self.require_free_to_go(person_id)
        self._member_removed(person_id=person_id, reason=reason)

    def give_role(self, person_id: UUID, role: str, *, by: UUID) -> None:
        """Raises ``NotOwner``, ``RoleUnknown``, ``NotAMember``, ``RoleAlreadyGiven``."""
        self.require_role_change(person_id, role, by)
        if role in self.roles_of(person_id):
            raise refusals.RoleAlreadyGiven(person_id=person_id, role=role)
        self._role_given(person_id=person_id, role=role)

    def take_role(self, person_id: UUID, role: str, *, by: UUID) -> None:
        """Raises ``NotOwner``, ``RoleUnknown``, ``NotAMember``, ``RoleNotGiven``, ``LastOwner``."""
        self.require_role_change(person_id, role, by)
        if role not in self.roles_of(person_id):
            raise refusals.RoleNotGiven(person_id=person_id, role=role)
        if role == OWNER:
            self.require_another_owner()
        self._role_taken(person_id=person_id, role=role)

    def require_acceptance(self, rules_version: int) -> None:
        """Raises ``RulesNotAccepted`` unless the rules are accepted as they stand now."""
        if rules_version != self.rules_version:
            raise refusals.RulesNotAccepted(rules_version=self.rules_version)

    def _admissible(self, evidence: Evidence, rules_version: int, now: datetime) -> list[dict[str, Any]]:
        """The claims that meet the threshold. An older version of the rules, accepted in time, still holds."""
        if not 1 <= rules_version <= self.rules_version:
            raise refusals.RulesNotAccepted(rules_version=self.rules_version)
        verdict = self.judge(evidence, now)
        if not verdict.satisfied:
            raise refusals.ThresholdNotMet(missing=verdict.missing, needed=verdict.sentence())
        return verdict.relied_on

    @event(ThresholdSet)
    def _threshold_set(self, threshold: dict[str, Any] | None) -> None:
        self.threshold = threshold

    @event(RulesChanged)
    def _rules_changed(self, rules: str, rules_version: int) -> None:
        self.rules = rules
        self.rules_version = rules_version

    @event(MemberAdmitted)
    def _member_admitted(
        self, person_id: UUID, application_id: UUID | None, relied_on: list[dict[str, Any]], rules_version: int,
        admitted_at: datetime,
    ) -> None:  # fmt: skip
        self.members[str(person_id)] = {"roles": [], "admitted_at": admitted_at.isoformat()}

    @event(MemberLeft)
    def _member_left(self, person_id: UUID) -> None:
        del self.members[str(person_id)]

    @event(MemberRemoved)
    def _member_removed(self, person_id: UUID, reason: str) -> None:
        del self.members[str(person_id)]

    @event(RoleGiven)
    def _role_given(self, person_id: UUID, role: str) -> None:
        self.members[str(person_id)]["roles"].append(role)

    @event(RoleTaken)
    def _role_taken(self, person_id: UUID, role: str) -> None:
        self.members[str(person_id)]["roles"].remove(role)


def _canonical(threshold: object) -> dict[str, Any] | None:
    try:
        parsed = parse(threshold)
    except MalformedThreshold as wrong:
        raise refusals.ThresholdMalformed(path=wrong.path, problem=wrong.problem) from wrong
    return None if parsed == OPEN else to_data(parsed)
