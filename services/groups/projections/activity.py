"""What goes on in communities: who came and went and when, what was written. The ground of a community's health."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, MetaData, Table, Text

from services.groups.domain import group_facts, post_facts
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

CAME, WENT = "came", "went"
_metadata = MetaData()
movements = Table(
    "movements_v1",
    _metadata,
    Column("place", BigInteger, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("moved_at", Text, nullable=False),
    Index("movements_v1_of_group", "group_id", "moved_at"),
)
written = Table(
    "written_v1",
    _metadata,
    Column("post_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("question_id", Text),
    Column("is_advert", Boolean, nullable=False),
    Column("is_shown", Boolean, nullable=False),
    Column("written_at", Text, nullable=False),
    Index("written_v1_of_group", "group_id", "written_at"),
    Index("written_v1_answers", "question_id"),
)


class ActivityView(Projection):
    """One row a coming or going, and one a post. Words and names stay where they are."""

    name: ClassVar[str] = "activity"
    hears: ClassVar[frozenset[str]] = frozenset({"groups"})
    metadata: ClassVar[MetaData] = _metadata

    @when(group_facts.MemberAdmitted)
    def admitted(self, connection: Connection, fact: group_facts.MemberAdmitted, place: Place) -> None:
        """Somebody came."""
        _moved(connection, fact, place, CAME)

    @when(group_facts.MemberLeft, group_facts.MemberRemoved)
    def gone(self, connection: Connection, fact: Fact, place: Place) -> None:
        """Somebody went."""
        _moved(connection, fact, place, WENT)

    @when(post_facts.Published)
    def published(self, connection: Connection, fact: post_facts.Published, place: Place) -> None:
        """Somebody wrote."""
        row = {
            "post_id": str(fact.post_id), "group_id": str(fact.group_id), "author_id": str(fact.author_id),
            "kind": fact.kind, "lane": fact.lane, "question_id": fact.question_id and str(fact.question_id),
            "is_advert": fact.is_advert, "is_shown": True, "written_at": place.effective_at.isoformat(),
        }  # fmt: skip
        connection.execute(insert(written).values(row))

    @when(post_facts.Removed, post_facts.Deleted)
    def removed(self, connection: Connection, fact: Fact, place: Place) -> None:
        """It counts no longer."""
        _show(connection, fact.originator_id, False)

    @when(post_facts.Restored)
    def restored(self, connection: Connection, fact: post_facts.Restored, place: Place) -> None:
        """It counts again."""
        _show(connection, fact.originator_id, True)


def _moved(connection: Connection, fact: Fact, place: Place, what: str) -> None:
    moved_at = place.effective_at.isoformat()
    row = {"place": place.position, "group_id": str(fact.originator_id), "what": what, "moved_at": moved_at}
    connection.execute(insert(movements).values(row))


def _show(connection: Connection, post_id: UUID, is_shown: bool) -> None:
    connection.execute(written.update().where(written.c.post_id == str(post_id)).values(is_shown=is_shown))
