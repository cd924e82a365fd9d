"""What must be true of people who are forgotten."""

from uuid import UUID

from services.identity.domain.claim import Claim
from services.identity.domain.person import Person
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.kernel.store.unit import FORGOTTEN_SIDE, TO_FORGET


class ForgottenStaySo(Invariant):
    """The rows say whose key is to be destroyed: one that is missing leaves a key, one too many destroys another's."""

    name = "forgetting"
    sentence = "Whoever is forgotten is so once, says nothing afterwards, cannot sign in, and is noted for her key."

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._forgotten: set[UUID] = set()

    @when(Person.Forgotten)
    def forgotten(self, _position: int, fact: Person.Forgotten) -> None:
        self._forgotten.add(fact.originator_id)

    @when(Claim.Submitted)
    def claimed(self, _position: int, fact: Claim.Submitted) -> None:
        if fact.person_id in self._forgotten:
            raise Broken("somebody who is forgotten claims something")

    def see(self, position: int, fact: Fact) -> None:
        """Of a person who is forgotten there is no further fact, whatever it is."""
        if fact.originator_id in self._forgotten:
            raise Broken("something happened to a person who is forgotten")
        super().see(position, fact)

    def finish(self) -> None:
        noted = {UUID(person) for kind in (TO_FORGET, FORGOTTEN_SIDE) for person in self._store.sides(kind)}
        for person_id in self._forgotten - noted:
            raise Broken("a person is forgotten, and not noted for it", stream=str(person_id))
        kept = {UUID(person) for person in self._store.sides("password")}
        kept |= {UUID(value.decode()) for value in self._store.sides("mail").values()}
        for person_id in self._forgotten & kept:
            raise Broken("a person is forgotten, and her password or mail address is kept", stream=str(person_id))
