"""Every post as it stands, without its words."""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, MetaData, Table, Text, func, select

from services.groups.domain import post_facts as facts
from services.groups.domain.written import DELETED, REMOVED, SHOWN
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection

APPEAL_OPEN, APPEAL_UPHELD = "open", "upheld"
_metadata = MetaData()
posts = Table(
    "posts_v1",
    _metadata,
    Column("post_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("section_id", Text),
    Column("author_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("pinned", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("listing_ids", Text, nullable=False),
    Column("is_advert", Boolean, nullable=False),
    Column("gathering_id", Text),
    Column("question_id", Text),
    Column("accepted_answer_id", Text),
    Column("source_post_id", Text),
    Column("source_group_id", Text),
    Column("source_author_id", Text),
    Column("is_shareable", Boolean, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("edited_at", Text),
    Column("moderator_id", Text),
    Column("appeal_until", Text),
    Column("appeal", Text),
    Column("version", BigInteger, nullable=False),
    Index("posts_v1_in_order", "group_id", "pinned", "place"),
    Index("posts_v1_answers", "question_id", "place"),
    Index("posts_v1_shares", "source_post_id", "place"),
    Index("posts_v1_shared_out", "source_group_id", "place"),
    Index("posts_v1_appealed", "appeal", "group_id"),
)


class PostsView(Projection):
    """One row a post, also when it is shown no longer. ``pinned`` is 1 for what stands above the others."""

    name: ClassVar[str] = "posts"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(facts.Published)
    def published(self, connection: Connection, fact: facts.Published, place: Place) -> None:
        """It is shown."""
        same = ("kind", "lane", "is_advert")
        ids = (
            "post_id", "group_id", "section_id", "author_id", "gathering_id", "question_id", "source_post_id",
            "source_group_id", "source_author_id",
        )  # fmt: skip
        row = {name: getattr(fact, name) for name in same} | {name: _text(getattr(fact, name)) for name in ids}
        row |= {
            "place": place.position, "pinned": 0, "state": SHOWN, "listing_ids": json.dumps(fact.listing_ids),
            "is_shareable": True, "revision": 1, "published_at": _moment(place), "version": fact.originator_version,
        }  # fmt: skip
        connection.execute(posts.insert().values(row))

    @when(facts.Edited)
    def edited(self, connection: Connection, fact: facts.Edited, place: Place) -> None:
        """It reads otherwise."""
        _change(connection, fact, revision=fact.revision, edited_at=_moment(place))

    @when(facts.Deleted)
    def deleted(self, connection: Connection, fact: facts.Deleted, place: Place) -> None:
        """It is shown no longer."""
        _change(connection, fact, state=DELETED, pinned=0)

    @when(facts.Pinned)
    def pinned(self, connection: Connection, fact: facts.Pinned, place: Place) -> None:
        """It stands above."""
        _change(connection, fact, pinned=1)

    @when(facts.Unpinned)
    def unpinned(self, connection: Connection, fact: facts.Unpinned, place: Place) -> None:
        """It stands in its place."""
        _change(connection, fact, pinned=0)

    @when(facts.AnswerAccepted)
    def answer_accepted(self, connection: Connection, fact: facts.AnswerAccepted, place: Place) -> None:
        """One of them, the latest."""
        _change(connection, fact, accepted_answer_id=str(fact.answer_id))

    @when(facts.SharingWithdrawn)
    def sharing_withdrawn(self, connection: Connection, fact: facts.SharingWithdrawn, place: Place) -> None:
        """Its shares show nothing of it."""
        _change(connection, fact, is_shareable=False)

    @when(facts.Removed)
    def removed(self, connection: Connection, fact: facts.Removed, place: Place) -> None:
        """The reason is for those whom it concerns."""
        until = fact.appeal_until.astimezone(UTC).isoformat()
        moderator_id = str(fact.moderator_id)
        _change(connection, fact, state=REMOVED, moderator_id=moderator_id, appeal_until=until, appeal=None)

    @when(facts.Appealed)
    def appealed(self, connection: Connection, fact: facts.Appealed, place: Place) -> None:
        """It waits for a second reviewer."""
        _change(connection, fact, appeal=APPEAL_OPEN)

    @when(facts.RemovalUpheld)
    def upheld(self, connection: Connection, fact: facts.RemovalUpheld, place: Place) -> None:
        """It stays removed."""
        _change(connection, fact, appeal=APPEAL_UPHELD)

    @when(facts.Restored)
    def restored(self, connection: Connection, fact: facts.Restored, place: Place) -> None:
        """With all that it had: its place, its label, its answers and shares."""
        _change(connection, fact, state=SHOWN, moderator_id=None, appeal_until=None, appeal=None)


def post_row(connection: Connection, post_id: UUID) -> dict[str, Any] | None:
    """A post as the view has it, or None."""
    row = connection.execute(select(posts).where(posts.c.post_id == str(post_id))).mappings().first()
    return None if row is None else shown(dict(row))


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its list read."""
    return row | {"listing_ids": json.loads(row["listing_ids"]), "is_pinned": bool(row["pinned"])}


def numbers_by(connection: Connection, name: str, post_ids: Sequence[str]) -> dict[str, int]:
    """How many shown posts name each of these as their ``question_id``, or their ``source_post_id``."""
    column = posts.c[name]
    found = (
        select(column.label("name"), func.count().label("number"))
        .where(column.in_(post_ids), posts.c.state == SHOWN)
        .group_by(column)
    )
    return {one.name: one.number for one in connection.execute(found)}


def _text(one: UUID | None) -> str | None:
    return None if one is None else str(one)


def _moment(place: Place) -> str:
    return place.effective_at.astimezone(UTC).isoformat()


def _change(connection: Connection, fact: Fact, **values: Any) -> None:
    mine = posts.c.post_id == str(fact.originator_id)
    connection.execute(posts.update().where(mine).values(version=fact.originator_version, **values))
