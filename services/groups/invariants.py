"""What must be true of all that the groups ever recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.groups.domain.application import Application
from services.groups.domain.group import Group
from services.groups.domain.invitation import Invitation
from services.groups.domain.roster import OWNER
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant


class MembersAreInOnce(Invariant):
    """Who is in a group, and in which role."""

    name = "members"
    sentence = "Nobody is a member twice, only members go or act in a role, and every group keeps an owner."

    def __init__(self) -> None:
        super().__init__()
        self._roles: dict[UUID, dict[UUID, set[str]]] = {}

    @when(Group.Founded)
    def founded(self, _position: int, fact: Group.Founded) -> None:
        self._roles[fact.originator_id] = {fact.owner_id: {OWNER}}

    @when(Group.MemberAdmitted)
    def admitted(self, _position: int, fact: Group.MemberAdmitted) -> None:
        members = self._roles[fact.originator_id]
        if fact.person_id in members:
            raise Broken(f"person {fact.person_id} was admitted twice")
        members[fact.person_id] = set()

    @when(Group.MemberLeft, Group.MemberRemoved)
    def gone(self, _position: int, fact: Any) -> None:
        if OWNER in self._of(fact):
            raise Broken(f"person {fact.person_id} went and was an owner")
        del self._roles[fact.originator_id][fact.person_id]

    @when(Group.RoleGiven)
    def given(self, _position: int, fact: Group.RoleGiven) -> None:
        roles = self._of(fact)
        if fact.role in roles:
            raise Broken(f"the role {fact.role} was given twice")
        roles.add(fact.role)

    @when(Group.RoleTaken)
    def taken(self, _position: int, fact: Group.RoleTaken) -> None:
        roles = self._of(fact)
        if fact.role not in roles:
            raise Broken(f"the role {fact.role} was taken from somebody who did not have it")
        roles.remove(fact.role)
        if not any(OWNER in held for held in self._roles[fact.originator_id].values()):
            raise Broken("the group has no owner any more")

    def _of(self, fact: Any) -> set[str]:
        members = self._roles[fact.originator_id]
        if fact.person_id not in members:
            raise Broken(f"person {fact.person_id} is no member")
        return members[fact.person_id]


@dataclass(slots=True)
class _Asked:
    """An application as the facts tell it."""

    group_id: UUID
    person_id: UUID
    state: str = "open"
    admissions: list[int] = field(default_factory=list)


class AdmissionsHaveAReason(Invariant):
    """Both sides of an admission are stored together, in two streams."""

    name = "admissions"
    sentence = "A member was admitted on an application of this person to this group, admitted once, or by a record."

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[UUID, _Asked] = {}
        self._admitted: list[tuple[int, Group.MemberAdmitted]] = []

    @when(Application.Applied)
    def applied(self, _position: int, fact: Application.Applied) -> None:
        self._asked[fact.originator_id] = _Asked(fact.group_id, fact.person_id)

    @when(Application.Admitted)
    def decided(self, position: int, fact: Application.Admitted) -> None:
        self._asked[fact.originator_id].admissions.append(position)

    @when(Group.MemberAdmitted)
    def admitted(self, position: int, fact: Group.MemberAdmitted) -> None:
        if fact.application_id is not None:
            self._admitted.append((position, fact))
        elif fact.relied_on:
            raise Broken("a member was recorded without an application, yet claims are named")

    def finish(self) -> None:
        open_ones = {application_id: asked for application_id, asked in self._asked.items() if asked.admissions}
        for position, fact in self._admitted:
            assert fact.application_id is not None
            asked = open_ones.pop(fact.application_id, None)
            if asked is None or (asked.group_id, asked.person_id) != (fact.originator_id, fact.person_id):
                what = f"person {fact.person_id} was admitted without an admitted application of hers"
                raise Broken(what, position, str(fact.originator_id))
            if len(asked.admissions) > 1:
                raise Broken("the application was admitted twice", asked.admissions[1], str(fact.application_id))
        for application_id, asked in open_ones.items():
            raise Broken("it was admitted, and nobody became a member", asked.admissions[0], str(application_id))


class OneApplicationIsOpen(Invariant):
    """Open until it is admitted, refused or withdrawn; a refusal that is reversed opens it again."""

    name = "applications"
    sentence = "One person has at most one open application to a group, and only an open one is decided."

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[UUID, _Asked] = {}
        self._open: set[tuple[UUID, UUID]] = set()
        self._numbers: dict[tuple[UUID, UUID], int] = {}

    @when(Application.Applied)
    def applied(self, _position: int, fact: Application.Applied) -> None:
        asked = self._asked[fact.originator_id] = _Asked(fact.group_id, fact.person_id, "new")
        self._begin(asked)
        number = self._numbers.get((fact.group_id, fact.person_id), 0) + 1
        self._numbers[fact.group_id, fact.person_id] = number
        if fact.number != number:
            raise Broken(f"application {fact.number} of this person comes after application {number - 1}")

    @when(Application.Admitted, Application.Refused, Application.Withdrawn)
    def decided(self, _position: int, fact: Any) -> None:
        asked = self._asked[fact.originator_id]
        if asked.state != "open":
            raise Broken(f"it is {asked.state} and was decided again")
        asked.state = type(fact).__name__.lower()
        self._open.remove((asked.group_id, asked.person_id))

    @when(Application.RefusalReversed)
    def reversed(self, _position: int, fact: Application.RefusalReversed) -> None:
        asked = self._asked[fact.originator_id]
        if asked.state != "refused":
            raise Broken(f"it is {asked.state}, and a refusal was reversed")
        self._begin(asked)

    def _begin(self, asked: _Asked) -> None:
        if (asked.group_id, asked.person_id) in self._open:
            raise Broken("another application of this person is open")
        self._open.add((asked.group_id, asked.person_id))
        asked.state = "open"


class InvitationsAreUsedOnce(Invariant):
    """An invitation counts in the one application that uses it."""

    name = "invitations"
    sentence = "An invitation is used or revoked once, not both."

    def __init__(self) -> None:
        super().__init__()
        self._ended: set[UUID] = set()

    @when(Invitation.Used, Invitation.Revoked)
    def ended(self, _position: int, fact: Any) -> None:
        if fact.originator_id in self._ended:
            raise Broken("the invitation had ended before")
        self._ended.add(fact.originator_id)


def invariants(_store: StoreAtRest) -> Sequence[Invariant]:
    """All of them, for one audit."""
    return [MembersAreInOnce(), AdmissionsHaveAReason(), OneApplicationIsOpen(), InvitationsAreUsedOnce()]
