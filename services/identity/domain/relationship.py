"""What two people are to each other: one follows the other, they are friends, one has blocked the other."""

from uuid import UUID

from services.identity.domain.refusals import NoSuchRequest, PersonIsBlocked, PersonIsYourself
from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

FOLLOW, REQUEST, BLOCK = "follow", "request", "block"


class Relationship(AggregateRoot):
    """One for two people, whoever comes first, so that what both do at once is decided in one place.

    A block ends the friendship and whatever the one who blocks has begun. What the blocked one has begun or begins
    later stands for her alone: it has no effect, and nothing tells her. In each command ``by`` is one of the two.
    """

    TOPIC = "identity:Relationship"
    state_is_impersonal = True

    class Opened(Begun):
        """``person_id`` begins something with ``other_id``: FOLLOW, REQUEST or BLOCK.

        One fact, as it would be later: two would tell the other that there was something before.
        """

        TOPIC = "identity:Relationship.Opened"
        person_id: UUID
        other_id: UUID
        begins_with: str

    class Followed(Fact):
        """``person_id`` follows ``other_id``."""

        TOPIC = "identity:Relationship.Followed"
        person_id: UUID
        other_id: UUID

    class Unfollowed(Fact):
        """``person_id`` follows ``other_id`` no more."""

        TOPIC = "identity:Relationship.Unfollowed"
        person_id: UUID
        other_id: UUID

    class FriendshipAsked(Fact):
        """``person_id`` asks ``other_id`` to be friends."""

        TOPIC = "identity:Relationship.FriendshipAsked"
        person_id: UUID
        other_id: UUID

    class FriendshipBegun(Fact):
        """``person_id`` has agreed to what ``other_id`` asked: they are friends."""

        TOPIC = "identity:Relationship.FriendshipBegun"
        person_id: UUID
        other_id: UUID

    class FriendshipDeclined(Fact):
        """``person_id`` does not want what ``other_id`` asked."""

        TOPIC = "identity:Relationship.FriendshipDeclined"
        person_id: UUID
        other_id: UUID

    class FriendshipWithdrawn(Fact):
        """``person_id`` does not ask ``other_id`` any more."""

        TOPIC = "identity:Relationship.FriendshipWithdrawn"
        person_id: UUID
        other_id: UUID

    class FriendshipEnded(Fact):
        """``person_id`` is no longer friends with ``other_id``."""

        TOPIC = "identity:Relationship.FriendshipEnded"
        person_id: UUID
        other_id: UUID

    class Blocked(Fact):
        """``person_id`` wants nothing to do with ``other_id``."""

        TOPIC = "identity:Relationship.Blocked"
        person_id: UUID
        other_id: UUID

    class Unblocked(Fact):
        """``person_id`` has taken the block back."""

        TOPIC = "identity:Relationship.Unblocked"
        person_id: UUID
        other_id: UUID

    @staticmethod
    def create_id(person_id: UUID, other_id: UUID, **_: object) -> UUID:
        """The same for both orders."""
        return derived_id("relationship", *sorted((str(person_id), str(other_id))))

    @classmethod
    def begin(cls, begins_with: str, by: UUID, other_id: UUID) -> "Relationship":
        """Between two people between whom there was nothing. Raises PersonIsYourself."""
        ensure_two(by, other_id)
        return cls(person_id=by, other_id=other_id, begins_with=begins_with)

    @event(Opened)
    def __init__(self, person_id: UUID, other_id: UUID, begins_with: str) -> None:
        self.pair = [person_id, other_id]
        self.follows = [person_id] if begins_with == FOLLOW else []
        self.asks = [person_id] if begins_with == REQUEST else []
        self.blocks = [person_id] if begins_with == BLOCK else []
        self.are_friends = False

    def follow(self, by: UUID) -> None:
        """Again changes nothing. Raises PersonIsBlocked."""
        self._refuse_blocked(by)
        if by not in self.follows:
            self._followed(person_id=by, other_id=self._other(by))

    def unfollow(self, by: UUID) -> None:
        """Whoever does not follow does nothing."""
        if by in self.follows:
            self._unfollowed(person_id=by, other_id=self._other(by))

    def ask_friend(self, by: UUID) -> None:
        """Whoever asks the one who has asked agrees; again, or as a friend, changes nothing. Raises PersonIsBlocked."""
        self._refuse_blocked(by)
        other = self._other(by)
        if self.are_friends or by in self.asks:
            return
        if other in self.asks:
            self._friendship_begun(person_id=by, other_id=other)
        else:
            self._friendship_asked(person_id=by, other_id=other)

    def accept_friend(self, by: UUID) -> None:
        """Agree to what the other has asked; a friend changes nothing. Raises PersonIsBlocked, NoSuchRequest."""
        self._refuse_blocked(by)
        if not self.are_friends:
            self._friendship_begun(person_id=by, other_id=self._asked_by_other(by))

    def decline_friend(self, by: UUID) -> None:
        """Do not want what the other has asked. Raises NoSuchRequest."""
        self._friendship_declined(person_id=by, other_id=self._asked_by_other(by))

    def end_friendship(self, by: UUID) -> None:
        """Of friends: end it. Of one who has asked: ask no more. Whoever is neither does nothing."""
        if self.are_friends:
            self._friendship_ended(person_id=by, other_id=self._other(by))
        elif by in self.asks:
            self._friendship_withdrawn(person_id=by, other_id=self._other(by))

    def block(self, by: UUID) -> None:
        """Again changes nothing."""
        if by not in self.blocks:
            self._blocked(person_id=by, other_id=self._other(by))

    def unblock(self, by: UUID) -> None:
        """Whoever does not block does nothing."""
        if by in self.blocks:
            self._unblocked(person_id=by, other_id=self._other(by))

    def _other(self, by: UUID) -> UUID:
        return self.pair[1] if by == self.pair[0] else self.pair[0]

    def _refuse_blocked(self, by: UUID) -> None:
        if by in self.blocks:
            raise PersonIsBlocked()

    def _asked_by_other(self, by: UUID) -> UUID:
        other = self._other(by)
        if other not in self.asks or by in self.blocks:
            raise NoSuchRequest()
        return other

    @event(Followed)
    def _followed(self, person_id: UUID, other_id: UUID) -> None:
        self.follows = [*self.follows, person_id]

    @event(Unfollowed)
    def _unfollowed(self, person_id: UUID, other_id: UUID) -> None:
        self.follows = _without(self.follows, person_id)

    @event(FriendshipAsked)
    def _friendship_asked(self, person_id: UUID, other_id: UUID) -> None:
        self.asks = [*self.asks, person_id]

    @event(FriendshipBegun)
    def _friendship_begun(self, person_id: UUID, other_id: UUID) -> None:
        self.are_friends, self.asks = True, []

    @event(FriendshipDeclined)
    def _friendship_declined(self, person_id: UUID, other_id: UUID) -> None:
        self.asks = _without(self.asks, other_id)

    @event(FriendshipWithdrawn)
    def _friendship_withdrawn(self, person_id: UUID, other_id: UUID) -> None:
        self.asks = _without(self.asks, person_id)

    @event(FriendshipEnded)
    def _friendship_ended(self, person_id: UUID, other_id: UUID) -> None:
        self.are_friends = False

    @event(Blocked)
    def _blocked(self, person_id: UUID, other_id: UUID) -> None:
        self.are_friends = False
        self.blocks = [*self.blocks, person_id]
        self.follows, self.asks = _without(self.follows, person_id), _without(self.asks, person_id)

    @event(Unblocked)
    def _unblocked(self, person_id: UUID, other_id: UUID) -> None:
        self.blocks = _without(self.blocks, person_id)


def ensure_two(one_id: UUID, other_id: UUID) -> None:
    """Raises PersonIsYourself."""
    if one_id == other_id:
        raise PersonIsYourself()


def _without(people: list[UUID], person_id: UUID) -> list[UUID]:
    return [other for other in people if other != person_id]
