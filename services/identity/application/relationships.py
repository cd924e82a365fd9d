"""What people are to one another: following, friendship, blocks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.identity.application.loading import Loading
from services.identity.domain.refusals import NoSuchRequest
from services.identity.domain.relationship import BLOCK, FOLLOW, REQUEST, Relationship, ensure_two


class Relationships(Loading):
    """The actor and somebody else. A command that ends what never began does nothing."""

    def follow(self, person_id: UUID) -> dict[str, Any]:
        """Raises NoSuchPerson, PersonIsYourself, PersonIsBlocked."""
        self._begin(FOLLOW, person_id, Relationship.follow)
        return {"person_id": person_id}

    def unfollow(self, person_id: UUID) -> dict[str, Any]:
        """Raises NoSuchPerson, PersonIsYourself."""
        if (relationship := self._found(person_id)) is not None:
            relationship.unfollow(self.actor_id)
        return {"person_id": person_id}

    def ask_friend(self, person_id: UUID) -> dict[str, Any]:
        """Both asking are friends. Raises NoSuchPerson, PersonIsYourself, PersonIsBlocked."""
        self._begin(REQUEST, person_id, Relationship.ask_friend)
        return {"person_id": person_id}

    def accept_friend(self, person_id: UUID) -> dict[str, Any]:
        """Raises NoSuchPerson, PersonIsYourself, PersonIsBlocked, NoSuchRequest."""
        self._asked(person_id).accept_friend(self.actor_id)
        return {"person_id": person_id}

    def decline_friend(self, person_id: UUID) -> dict[str, Any]:
        """Raises NoSuchPerson, PersonIsYourself, NoSuchRequest."""
        self._asked(person_id).decline_friend(self.actor_id)
        return {"person_id": person_id}

    def end_friendship(self, person_id: UUID) -> dict[str, Any]:
        """Also takes back what the actor has asked. Raises NoSuchPerson, PersonIsYourself."""
        if (relationship := self._found(person_id)) is not None:
            relationship.end_friendship(self.actor_id)
        return {"person_id": person_id}

    def block(self, person_id: UUID) -> dict[str, Any]:
        """Raises NoSuchPerson, PersonIsYourself."""
        self._begin(BLOCK, person_id, Relationship.block)
        return {"person_id": person_id}

    def unblock(self, person_id: UUID) -> dict[str, Any]:
        """Raises NoSuchPerson, PersonIsYourself."""
        if (relationship := self._found(person_id)) is not None:
            relationship.unblock(self.actor_id)
        return {"person_id": person_id}

    def _found(self, person_id: UUID) -> Relationship | None:
        ensure_two(self.actor_id, self._person(person_id).id)
        return self.unit.find(Relationship, Relationship.create_id(self.actor_id, person_id))

    def _asked(self, person_id: UUID) -> Relationship:
        relationship = self._found(person_id)
        if relationship is None:
            raise NoSuchRequest()
        return relationship

    def _begin(self, what: str, person_id: UUID, go_on: Callable[[Relationship, UUID], None]) -> None:
        """It is the first that is between them, or one thing more."""
        relationship = self._found(person_id)
        if relationship is None:
            self.unit.add(Relationship.begin(what, self._person(self.actor_id).id, person_id))
        else:
            go_on(relationship, self.actor_id)
