"""What must be true of how people come in: invitations, approvals, accepted rules, introductions."""

from typing import Any
from uuid import UUID

from services.groups.domain import Introduction, Invitation, application_facts, group_facts
from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant


class InvitationsAreUsedOnce(Invariant):
    """An invitation counts in the one application that uses it; only a withdrawal gives it back."""

    name = "invitations"
    sentence = "An invitation is redeemed by one person, and used or revoked once, not both."

    def __init__(self) -> None:
        super().__init__()
        self._ended: set[UUID] = set()
        self._taken: set[UUID] = set()

    @when(Invitation.Issued)
    def issued(self, _position: int, fact: Invitation.Issued) -> None:
        if fact.person_id is not None:
            self._taken.add(fact.originator_id)

    @when(Invitation.Redeemed)
    def redeemed(self, _position: int, fact: Invitation.Redeemed) -> None:
        if fact.originator_id in self._taken:
            raise Broken(f"person {fact.person_id} redeemed what was somebody's before")
        self._taken.add(fact.originator_id)

    @when(Invitation.Used, Invitation.Revoked)
    def ended(self, _position: int, fact: Any) -> None:
        if fact.originator_id in self._ended:
            raise Broken("the invitation had ended before")
        self._ended.add(fact.originator_id)

    @when(Invitation.GivenBack)
    def given_back(self, _position: int, fact: Invitation.GivenBack) -> None:
        if fact.originator_id not in self._ended:
            raise Broken("an invitation was given back that nobody had used")
        self._ended.remove(fact.originator_id)


class EnoughApprove(Invariant):
    """Whoever admits is for it too, without a fact of their own."""

    name = "approvals"
    sentence = "An admission has as many different reviewers as the group asked for at that moment."

    def __init__(self) -> None:
        super().__init__()
        self._needed: dict[UUID, int] = {}
        self._group_of: dict[UUID, UUID] = {}
        self._for_it: dict[UUID, set[UUID]] = {}

    @when(group_facts.AdmissionSet)
    def admission_set(self, _position: int, fact: group_facts.AdmissionSet) -> None:
        self._needed[fact.originator_id] = fact.reviewers_needed

    @when(application_facts.Applied)
    def applied(self, _position: int, fact: application_facts.Applied) -> None:
        self._group_of[fact.originator_id] = fact.group_id
        self._for_it[fact.originator_id] = set()

    @when(application_facts.Approved)
    def approved(self, _position: int, fact: application_facts.Approved) -> None:
        if fact.reviewer_id in self._for_it[fact.originator_id]:
            raise Broken(f"reviewer {fact.reviewer_id} approved twice")
        self._for_it[fact.originator_id].add(fact.reviewer_id)

    @when(application_facts.ApprovalTakenBack)
    def taken_back(self, _position: int, fact: application_facts.ApprovalTakenBack) -> None:
        self._for_it[fact.originator_id].discard(fact.reviewer_id)

    @when(application_facts.Refused)
    def refused(self, _position: int, fact: application_facts.Refused) -> None:
        self._for_it[fact.originator_id] = set()

    @when(application_facts.Admitted)
    def admitted(self, _position: int, fact: application_facts.Admitted) -> None:
        had = len(self._for_it[fact.originator_id] | {fact.reviewer_id})
        needed = self._needed.get(self._group_of[fact.originator_id], 1)
        if had < needed:
            raise Broken(f"{had} reviewers admitted where the group asks for {needed}")


class RulesAreAcceptedAsTheyAre(Invariant):
    """By members and by applicants, each version when it was the present one."""

    name = "rules"
    sentence = "Rules count up one by one, and only the present version is accepted."

    def __init__(self) -> None:
        super().__init__()
        self._version: dict[UUID, int] = {}

    @when(group_facts.Founded)
    def founded(self, _position: int, fact: group_facts.Founded) -> None:
        self._version[fact.originator_id] = 1

    @when(group_facts.RulesChanged)
    def changed(self, _position: int, fact: group_facts.RulesChanged) -> None:
        if fact.rules_version != self._version[fact.originator_id] + 1:
            raise Broken(f"version {fact.rules_version} comes after version {self._version[fact.originator_id]}")
        self._version[fact.originator_id] = fact.rules_version

    @when(group_facts.RulesAccepted)
    def accepted(self, _position: int, fact: group_facts.RulesAccepted) -> None:
        if fact.rules_version != self._version[fact.originator_id]:
            raise Broken(f"version {fact.rules_version} was accepted and is not the present one")


class NewcomersAreIntroducedOnce(Invariant):
    """An introduction belongs to an admission."""

    name = "introductions"
    sentence = "Who is introduced was admitted on that application, and is welcomed once by each, never by herself."

    def __init__(self) -> None:
        super().__init__()
        self._admitted: dict[UUID, UUID] = {}
        self._introduced: list[tuple[int, Introduction.Introduced]] = []
        self._welcomed: dict[UUID, set[UUID]] = {}

    @when(group_facts.MemberAdmitted)
    def admitted(self, _position: int, fact: group_facts.MemberAdmitted) -> None:
        if fact.application_id is not None:
            self._admitted[fact.application_id] = fact.person_id

    @when(Introduction.Introduced)
    def introduced(self, position: int, fact: Introduction.Introduced) -> None:
        self._introduced.append((position, fact))
        self._welcomed[fact.originator_id] = {fact.person_id}

    @when(Introduction.Welcomed)
    def welcomed(self, _position: int, fact: Introduction.Welcomed) -> None:
        if fact.member_id in self._welcomed[fact.originator_id]:
            raise Broken(f"member {fact.member_id} is the newcomer, or welcomed twice")
        self._welcomed[fact.originator_id].add(fact.member_id)

    def finish(self) -> None:
        for position, fact in self._introduced:
            if self._admitted.get(fact.application_id) != fact.person_id:
                raise Broken("somebody was introduced and not admitted", position, str(fact.originator_id))
