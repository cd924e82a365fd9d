"""What must be true of all that partners ever recorded. The journal is looked at with every store."""

from collections.abc import Sequence
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.partners.application import NAME
from services.partners.domain import Partner
from services.partners.keys import KEY, read_owner


class PartnersEndOnce(Invariant):
    """Active, perhaps suspended and reinstated, then closed for good."""

    name = "partners"
    sentence = "A partner is suspended, reinstated and closed in turn, and nothing is done with one that is closed."

    def __init__(self) -> None:
        super().__init__()
        self._states: dict[UUID, str] = {}

    @when(Partner.Registered)
    def registered(self, _position: int, fact: Partner.Registered) -> None:
        self._states[fact.originator_id] = "active"

    @when(Partner.ScopesChanged, Partner.KeyIssued)
    def changed(self, _position: int, fact: Partner.ScopesChanged | Partner.KeyIssued) -> None:
        if self._states[fact.originator_id] == "closed":
            raise Broken("the partner was closed and was changed")

    @when(Partner.Suspended)
    def suspended(self, _position: int, fact: Partner.Suspended) -> None:
        self._move(fact.originator_id, {"active"}, "suspended")

    @when(Partner.Reinstated)
    def reinstated(self, _position: int, fact: Partner.Reinstated) -> None:
        self._move(fact.originator_id, {"suspended"}, "active")

    @when(Partner.Closed)
    def closed(self, _position: int, fact: Partner.Closed) -> None:
        self._move(fact.originator_id, {"active", "suspended"}, "closed")

    def _move(self, partner_id: UUID, before: set[str], after: str) -> None:
        if self._states[partner_id] not in before:
            raise Broken(f"a partner that is {self._states[partner_id]} became {after}")
        self._states[partner_id] = after


class KeysAreOfPartners(Invariant):
    """Digests of keys lie beside the facts, where they can be deleted: none may open anything that no fact says."""

    name = "keys"
    sentence = "Keys are numbered from 1 and end once; there is a digest of every key that has not ended, and no other."

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._good: dict[UUID, set[int]] = {}
        self._latest: dict[UUID, int] = {}
        self._names: dict[UUID, str] = {}

    @when(Partner.Registered)
    def registered(self, _position: int, fact: Partner.Registered) -> None:
        self._good[fact.originator_id], self._latest[fact.originator_id] = set(), 0
        self._names[fact.originator_id] = fact.name.casefold()

    @when(Partner.KeyIssued)
    def issued(self, _position: int, fact: Partner.KeyIssued) -> None:
        if fact.key_number != self._latest[fact.originator_id] + 1:
            raise Broken(f"key {fact.key_number} comes after key {self._latest[fact.originator_id]}")
        self._latest[fact.originator_id] = fact.key_number
        self._good[fact.originator_id].add(fact.key_number)

    @when(Partner.KeyEnded)
    def ended(self, _position: int, fact: Partner.KeyEnded) -> None:
        if fact.key_number not in self._good[fact.originator_id]:
            raise Broken(f"key {fact.key_number} ended and was not good")
        self._good[fact.originator_id].remove(fact.key_number)

    @when(Partner.Closed)
    def closed(self, _position: int, fact: Partner.Closed) -> None:
        if self._good[fact.originator_id]:
            raise Broken("the partner was closed and has a key that did not end")
        del self._names[fact.originator_id]

    def finish(self) -> None:
        expected = {(partner_id, number) for partner_id, keys in self._good.items() for number in keys}
        for owner in map(read_owner, self._store.sides(KEY).values()):
            self.checked += 1
            if owner not in expected:
                raise Broken(f"key {owner[1]} is kept twice, has ended, or was never given", stream=str(owner[0]))
            expected.remove(owner)
        for partner_id, number in expected:
            raise Broken(f"key {number} is good, and its digest is gone", stream=str(partner_id))
        kept = {UUID(value.decode()): name for name, value in self._store.sides(NAME).items()}
        if kept != self._names:
            raise Broken("the names that are taken are not those of the partners that are not closed")


def invariants(store: StoreAtRest) -> Sequence[Invariant]:
    """All of them, for one audit."""
    return [PartnersEndOnce(), KeysAreOfPartners(store)]
