"""Who follows whom, who is friends with whom, who asks whom, who has blocked whom: as each of the two sees it."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Connection, Index, MetaData, Select, Table, Text, and_, delete, exists, or_, select

from services.identity.domain.person import Person
from services.identity.domain.relationship import BLOCK, FOLLOW, REQUEST, Relationship
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

FOLLOWING, FOLLOWER, FRIEND, BLOCKED = "following", "follower", "friend", "blocked"
ASKED, ASKED_BY = "request_sent", "request_received"
KINDS = (FOLLOWING, FOLLOWER, FRIEND, ASKED, ASKED_BY, BLOCKED)
BEGINNINGS = {FOLLOW: (FOLLOWING, FOLLOWER), REQUEST: (ASKED, ASKED_BY), BLOCK: (BLOCKED, None)}
BEGUN_BY_OTHER = (FOLLOWER, ASKED_BY)
"""What a block hides from who has blocked: it stands there again when the block is taken back."""

_metadata = MetaData()
relationships = Table(
    "relationships_v1",
    _metadata,
    Column("person_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("other_id", Text, primary_key=True, index=True),
    Column("since", Text, nullable=False),
    Index("relationships_v1_in_order", "person_id", "kind", "since", "other_id"),
)


class RelationshipsView(Projection):
    """One row for each thing that somebody is to another: ``other_id`` is a ``kind`` of ``person_id``."""

    name: ClassVar[str] = "relationships"
    hears: ClassVar[frozenset[str]] = frozenset({"identity"})
    metadata: ClassVar[MetaData] = _metadata

    @when(Relationship.Opened)
    def opened(self, connection: Connection, fact: Relationship.Opened, place: Place) -> None:
        """Its first."""
        _put(connection, fact, place, *BEGINNINGS[fact.begins_with])

    @when(Relationship.Followed)
    def followed(self, connection: Connection, fact: Relationship.Followed, place: Place) -> None:
        """On both sides."""
        _put(connection, fact, place, FOLLOWING, FOLLOWER)

    @when(Relationship.Unfollowed)
    def unfollowed(self, connection: Connection, fact: Relationship.Unfollowed, place: Place) -> None:
        """On both sides."""
        _take(connection, fact.person_id, fact.other_id, FOLLOWING, FOLLOWER)

    @when(Relationship.FriendshipAsked)
    def asked(self, connection: Connection, fact: Relationship.FriendshipAsked, place: Place) -> None:
        """A request of one to the other."""
        _put(connection, fact, place, ASKED, ASKED_BY)

    @when(Relationship.FriendshipBegun)
    def begun(self, connection: Connection, fact: Relationship.FriendshipBegun, place: Place) -> None:
        """The request has become a friendship."""
        _take(connection, fact.other_id, fact.person_id, ASKED, ASKED_BY)
        _put(connection, fact, place, FRIEND, FRIEND)

    @when(Relationship.FriendshipDeclined)
    def declined(self, connection: Connection, fact: Relationship.FriendshipDeclined, place: Place) -> None:
        """What the other had asked is gone."""
        _take(connection, fact.other_id, fact.person_id, ASKED, ASKED_BY)

    @when(Relationship.FriendshipWithdrawn)
    def withdrawn(self, connection: Connection, fact: Relationship.FriendshipWithdrawn, place: Place) -> None:
        """What the person had asked is gone."""
        _take(connection, fact.person_id, fact.other_id, ASKED, ASKED_BY)

    @when(Relationship.FriendshipEnded)
    def ended(self, connection: Connection, fact: Relationship.FriendshipEnded, place: Place) -> None:
        """On both sides."""
        _take(connection, fact.person_id, fact.other_id, FRIEND, FRIEND)

    @when(Relationship.Blocked)
    def blocked(self, connection: Connection, fact: Relationship.Blocked, place: Place) -> None:
        """What both had, and what the person who blocks had begun, is gone; the other is told nothing."""
        for mine, others in ((FRIEND, FRIEND), (FOLLOWING, FOLLOWER), (ASKED, ASKED_BY)):
            _take(connection, fact.person_id, fact.other_id, mine, others)
        _put(connection, fact, place, BLOCKED, None)

    @when(Relationship.Unblocked)
    def unblocked(self, connection: Connection, fact: Relationship.Unblocked, place: Place) -> None:
        """For the one who had blocked alone."""
        _take(connection, fact.person_id, fact.other_id, BLOCKED, None)

    @when(Person.Forgotten)
    def forgotten(self, connection: Connection, fact: Person.Forgotten, place: Place) -> None:
        """She is nobody's any more, and nobody is hers."""
        gone = str(fact.originator_id)
        mine = or_(relationships.c.person_id == gone, relationships.c.other_id == gone)
        connection.execute(delete(relationships).where(mine))


def people_of(person_id: UUID, kind: str) -> Select[Any]:
    """Who they are to a person. Of those whom she has blocked she sees nothing but that."""
    found = select(relationships).where(relationships.c.person_id == str(person_id), relationships.c.kind == kind)
    if kind not in BEGUN_BY_OTHER:
        return found
    blocks = relationships.alias()
    mine = and_(blocks.c.person_id == str(person_id), blocks.c.kind == BLOCKED)
    return found.where(~exists().where(mine, blocks.c.other_id == relationships.c.other_id))


def has_blocked(connection: Connection, person_id: UUID, other_id: UUID) -> bool:
    """Whether a person has blocked another."""
    found = select(relationships).where(_row(str(person_id), BLOCKED, str(other_id)))
    return connection.execute(found).first() is not None


def _put(connection: Connection, fact: Any, place: Place, mine: str, others: str | None) -> None:
    since, person_id, other_id = place.effective_at.isoformat(), str(fact.person_id), str(fact.other_id)
    rows = [{"person_id": person_id, "kind": mine, "other_id": other_id, "since": since}]
    if others is not None:
        rows.append({"person_id": other_id, "kind": others, "other_id": person_id, "since": since})
    connection.execute(insert(relationships).on_conflict_do_nothing(), rows)


def _take(connection: Connection, person_id: UUID, other_id: UUID, mine: str, others: str | None) -> None:
    connection.execute(delete(relationships).where(_row(str(person_id), mine, str(other_id))))
    if others is not None:
        connection.execute(delete(relationships).where(_row(str(other_id), others, str(person_id))))


def _row(person_id: str, kind: str, other_id: str) -> Any:
    columns = relationships.c
    return and_(columns.person_id == person_id, columns.kind == kind, columns.other_id == other_id)
