"""What events knows of the posts in which groups show recaps, from groups' messages: which of them were taken down."""

from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, MetaData, Table, Text, select

from services.contracts.groups import PostPublished, PostRemoved, PostRestored
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

RECAP = "recap"

metadata = MetaData()
recaps = Table(
    "known_recaps_v1",
    metadata,
    Column("post_id", Text, primary_key=True),
    Column("gathering_id", Text, nullable=False, index=True),
    Column("is_removed", Boolean, nullable=False),
)


class KnownRecaps(Projection):
    """One row a post. Groups makes it for the recap of a gathering; nobody else can publish one of this kind."""

    name, hears, metadata = "known_recaps", frozenset({"groups"}), metadata

    @when(PostPublished)
    def published(self, connection: Connection, message: PostPublished, place: Place) -> None:
        if message.kind == RECAP:
            row = {"post_id": str(message.post_id), "gathering_id": str(message.gathering_id), "is_removed": False}
            connection.execute(insert(recaps).values(row).on_conflict_do_nothing())

    @when(PostRemoved, PostRestored)
    def decided(self, connection: Connection, message: PostRemoved | PostRestored, place: Place) -> None:
        mine = recaps.update().where(recaps.c.post_id == str(message.post_id))
        connection.execute(mine.values(is_removed=isinstance(message, PostRemoved)))


def is_taken_down(connection: Connection, gathering_id: UUID) -> bool:
    """Whether the post with the recap of a gathering is shown no longer."""
    mine = (recaps.c.gathering_id == str(gathering_id), recaps.c.is_removed)
    return connection.execute(select(recaps.c.post_id).where(*mine)).first() is not None
