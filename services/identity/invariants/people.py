"""What must be true of all that identity ever recorded."""

from typing import Any
from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant


class ClaimsAreJudgedByOthers(Invariant):
    """Submitted, then certified or refused; certified, then withdrawn or expired; nothing twice."""

    name = "claims"
    sentence = "A claim is judged once, by somebody else than its person, and ends only after it was certified."

    def __init__(self) -> None:
        super().__init__()
        self._claims: dict[UUID, tuple[UUID, str]] = {}

    @when(Claim.Submitted)
    def submitted(self, _position: int, fact: Claim.Submitted) -> None:
        self._claims[fact.originator_id] = (fact.person_id, "submitted")

    @when(Claim.Certified)
    def certified(self, _position: int, fact: Claim.Certified) -> None:
        self._move(fact, "submitted", "certified")
        if fact.issuer_id == fact.person_id:
            raise Broken("a person has certified her own claim")

    @when(Claim.Refused)
    def refused(self, _position: int, fact: Claim.Refused) -> None:
        self._move(fact, "submitted", "refused")

    @when(Claim.Withdrawn)
    def withdrawn(self, _position: int, fact: Claim.Withdrawn) -> None:
        self._move(fact, "certified", "withdrawn")

    @when(Claim.Expired)
    def expired(self, _position: int, fact: Claim.Expired) -> None:
        self._move(fact, "certified", "expired")

    def _move(self, fact: Any, before: str, after: str) -> None:
        person_id, state = self._claims[fact.originator_id]
        if state != before:
            raise Broken(f"a claim that is {state} became {after}")
        if person_id != fact.person_id:
            raise Broken("the claim is another person's")
        self._claims[fact.originator_id] = (person_id, after)


class RolesAreGrantedFirst(Invariant):
    """Roles of the platform; roles in a group are the groups' own."""

    name = "roles"
    sentence = "A role is granted to who does not have it, and withdrawn from who does."

    def __init__(self) -> None:
        super().__init__()
        self._held: set[tuple[UUID, str]] = set()

    @when(Person.RoleGranted)
    def granted(self, _position: int, fact: Person.RoleGranted) -> None:
        role = (fact.originator_id, fact.role)
        if role in self._held:
            raise Broken(f"the role {fact.role} was granted twice")
        self._held.add(role)

    @when(Person.RoleWithdrawn)
    def withdrawn(self, _position: int, fact: Person.RoleWithdrawn) -> None:
        role = (fact.originator_id, fact.role)
        if role not in self._held:
            raise Broken(f"the role {fact.role} was withdrawn from somebody who did not have it")
        self._held.remove(role)


class PeopleAreKnown(Invariant):
    """Mail addresses and passwords lie beside the facts, where they can be deleted: none may be of nobody."""

    name = "people"
    sentence = "Every claim, mail address and password is of a registered person, no address of two, no person has two."

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._mail_of: dict[UUID, bool] = {}

    @when(Person.Registered)
    def registered(self, _position: int, fact: Person.Registered) -> None:
        self._mail_of[fact.originator_id] = fact.mail is not None

    @when(Claim.Submitted)
    def claimed(self, _position: int, fact: Claim.Submitted) -> None:
        if fact.person_id not in self._mail_of:
            raise Broken("the claim is of a person who was never registered")

    def finish(self) -> None:
        seen: set[UUID] = set()
        for person_id in map(_id_in, self._store.sides("mail").values()):
            self.checked += 1
            if person_id in seen or not self._mail_of.get(person_id):
                raise Broken(
                    "a mail address is of nobody who gave one, or of somebody who has one", stream=str(person_id)
                )
            seen.add(person_id)
        for person_id in map(UUID, self._store.sides("password")):
            self.checked += 1
            if person_id not in self._mail_of:
                raise Broken("a password is of a person who was never registered", stream=str(person_id))


def _id_in(value: bytes) -> UUID:
    return UUID(value.decode())
