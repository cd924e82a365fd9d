"""What must be true between people, and of the links that give new passwords."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.domain.password_reset import PasswordReset
from services.identity.domain.relationship import BLOCK, REQUEST, Relationship
from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant


class RelationshipsAreOfTwo(Invariant):
    """Who asks and who blocks, as far as friendship depends on it."""

    name = "relationships"
    sentence = "Nobody is anything to herself; friends are two of whom one asked and the other agreed, and no block."

    def __init__(self) -> None:
        super().__init__()
        self._asks: set[tuple[UUID, UUID]] = set()
        self._blocks: set[tuple[UUID, UUID]] = set()
        self._friends: set[UUID] = set()

    @when(Relationship.Opened)
    def opened(self, _position: int, fact: Relationship.Opened) -> None:
        if fact.person_id == fact.other_id:
            raise Broken("somebody is something to herself")
        self._begin(fact, {REQUEST: self._asks, BLOCK: self._blocks}.get(fact.begins_with, set()))

    @when(Relationship.Followed)
    def followed(self, _position: int, fact: Relationship.Followed) -> None:
        self._begin(fact, set())

    @when(Relationship.FriendshipAsked)
    def asked(self, _position: int, fact: Relationship.FriendshipAsked) -> None:
        self._begin(fact, self._asks)

    @when(Relationship.FriendshipBegun)
    def begun(self, _position: int, fact: Relationship.FriendshipBegun) -> None:
        if _others(fact) not in self._asks:
            raise Broken("a friendship began that nobody had asked for")
        if {_mine(fact), _others(fact)} & self._blocks:
            raise Broken("a friendship began across a block")
        self._asks.discard(_others(fact))
        self._friends.add(fact.originator_id)

    @when(Relationship.FriendshipDeclined)
    def declined(self, _position: int, fact: Relationship.FriendshipDeclined) -> None:
        self._asks.discard(_others(fact))

    @when(Relationship.FriendshipWithdrawn)
    def withdrawn(self, _position: int, fact: Relationship.FriendshipWithdrawn) -> None:
        self._asks.discard(_mine(fact))

    @when(Relationship.FriendshipEnded)
    def ended(self, _position: int, fact: Relationship.FriendshipEnded) -> None:
        if fact.originator_id not in self._friends:
            raise Broken("a friendship ended that there was not")
        self._friends.discard(fact.originator_id)

    @when(Relationship.Blocked)
    def blocked(self, _position: int, fact: Relationship.Blocked) -> None:
        self._blocks.add(_mine(fact))
        self._asks.discard(_mine(fact))
        self._friends.discard(fact.originator_id)

    @when(Relationship.Unblocked)
    def unblocked(self, _position: int, fact: Relationship.Unblocked) -> None:
        if _mine(fact) not in self._blocks:
            raise Broken("a block was taken back that there was not")
        self._blocks.discard(_mine(fact))

    def _begin(self, fact: Any, begun: set[tuple[UUID, UUID]]) -> None:
        if _mine(fact) in self._blocks:
            raise Broken("somebody began something with whom she has blocked")
        begun.add(_mine(fact))


class LinksOpenOnce(Invariant):
    """The links for new passwords."""

    name = "password resets"
    sentence = "Of the links for a new password that somebody was sent one opens, once and in time, and then no other."

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[UUID, int] = {}
        self._open: dict[tuple[UUID, int], datetime] = {}

    @when(PasswordReset.Asked)
    def asked(self, _position: int, fact: PasswordReset.Asked) -> None:
        self._sent(fact.originator_id, 1, fact.expires_at)

    @when(PasswordReset.AskedAgain)
    def asked_again(self, _position: int, fact: PasswordReset.AskedAgain) -> None:
        number = self._latest[fact.originator_id]
        if fact.number != number + 1:
            raise Broken(f"link {fact.number} came after link {number}")
        self._sent(fact.originator_id, fact.number, fact.expires_at)

    @when(PasswordReset.Used)
    def used(self, _position: int, fact: PasswordReset.Used) -> None:
        expires_at = self._open.get((fact.originator_id, fact.number))
        if expires_at is None:
            raise Broken("a link opened that was used or replaced")
        if fact.effective_at >= expires_at:
            raise Broken("a link opened that had run out")
        for number in range(1, self._latest[fact.originator_id] + 1):
            self._open.pop((fact.originator_id, number), None)

    def _sent(self, reset_id: UUID, number: int, expires_at: datetime) -> None:
        self._latest[reset_id] = number
        self._open[reset_id, number] = expires_at


def _mine(fact: Any) -> tuple[UUID, UUID]:
    return fact.person_id, fact.other_id


def _others(fact: Any) -> tuple[UUID, UUID]:
    return fact.other_id, fact.person_id
