"""What must be true of members, applications and invitations."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.groups.domain import application_facts, group_facts
from services.groups.domain.roster import OWNER
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.kernel.store.unit import FORGOTTEN_SIDE, TO_FORGET


class MembersAreInOnce(Invariant):
    """Who is in a group, and in which role."""

    name = "members"
    sentence = (
        "Nobody is a member twice, only members go or act in a role, and a group loses its last owner only when she is "
        "forgotten."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._forgotten: frozenset[str] | None = None
        self._roles: dict[UUID, dict[UUID, set[str]]] = {}

    @when(group_facts.Founded)
    def founded(self, _position: int, fact: group_facts.Founded) -> None:
        self._roles[fact.originator_id] = {fact.owner_id: {OWNER}}

    @when(group_facts.MemberAdmitted)
    def admitted(self, _position: int, fact: group_facts.MemberAdmitted) -> None:
        members = self._roles[fact.originator_id]
        if fact.person_id in members:
            raise Broken(f"person {fact.person_id} was admitted twice")
        members[fact.person_id] = set()

    @when(group_facts.MemberLeft, group_facts.MemberRemoved)
    def gone(self, _position: int, fact: Any) -> None:
        if OWNER in self._of(fact):
            raise Broken(f"person {fact.person_id} went and was an owner")
        del self._roles[fact.originator_id][fact.person_id]

    @when(group_facts.RoleGiven)
    def given(self, _position: int, fact: group_facts.RoleGiven) -> None:
        roles = self._of(fact)
        if fact.role in roles:
            raise Broken(f"the role {fact.role} was given twice")
        roles.add(fact.role)

    @when(group_facts.RoleTaken)
    def taken(self, _position: int, fact: group_facts.RoleTaken) -> None:
        roles = self._of(fact)
        if fact.role not in roles:
            raise Broken(f"the role {fact.role} was taken from somebody who did not have it")
        roles.remove(fact.role)
        is_owned = any(OWNER in held for held in self._roles[fact.originator_id].values())
        if not is_owned and not self._is_forgotten(fact.person_id):
            raise Broken("the group has no owner any more")

    def _is_forgotten(self, person_id: UUID) -> bool:
        if self._forgotten is None:
            self._forgotten = frozenset({*self._store.sides(TO_FORGET), *self._store.sides(FORGOTTEN_SIDE)})
        return str(person_id) in self._forgotten

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
        self._admitted: list[tuple[int, group_facts.MemberAdmitted]] = []

    @when(application_facts.Applied)
    def applied(self, _position: int, fact: application_facts.Applied) -> None:
        self._asked[fact.originator_id] = _Asked(fact.group_id, fact.person_id)

    @when(application_facts.Admitted)
    def decided(self, position: int, fact: application_facts.Admitted) -> None:
        self._asked[fact.originator_id].admissions.append(position)

    @when(group_facts.MemberAdmitted)
    def admitted(self, position: int, fact: group_facts.MemberAdmitted) -> None:
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

    @when(application_facts.Applied)
    def applied(self, _position: int, fact: application_facts.Applied) -> None:
        asked = self._asked[fact.originator_id] = _Asked(fact.group_id, fact.person_id, "new")
        self._begin(asked)
        number = self._numbers.get((fact.group_id, fact.person_id), 0) + 1
        self._numbers[fact.group_id, fact.person_id] = number
        if fact.number != number:
            raise Broken(f"application {fact.number} of this person comes after application {number - 1}")

    @when(application_facts.Admitted, application_facts.Refused, application_facts.Withdrawn)
    def decided(self, _position: int, fact: Any) -> None:
        asked = self._asked[fact.originator_id]
        if asked.state != "open":
            raise Broken(f"it is {asked.state} and was decided again")
        asked.state = type(fact).__name__.lower()
        self._open.remove((asked.group_id, asked.person_id))

    @when(application_facts.RefusalReversed)
    def reversed(self, _position: int, fact: application_facts.RefusalReversed) -> None:
        asked = self._asked[fact.originator_id]
        if asked.state != "refused":
            raise Broken(f"it is {asked.state}, and a refusal was reversed")
        self._begin(asked)

    def _begin(self, asked: _Asked) -> None:
        if (asked.group_id, asked.person_id) in self._open:
            raise Broken("another application of this person is open")
        self._open.add((asked.group_id, asked.person_id))
        asked.state = "open"
