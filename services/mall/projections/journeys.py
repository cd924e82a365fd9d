"""On the way to an order: posts that show goods, gatherings with goods, and who came to them."""

from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, MetaData, Table, Text, update

from services.contracts.events import CheckedIn, GatheringAnnounced, GatheringCancelled, RecapWritten
from services.contracts.groups import PostPublished, PostRemoved, PostRestored
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

metadata = MetaData()
posts = Table(
    "posts_with_goods_v1",
    metadata,
    Column("post_id", Text, primary_key=True),
    Column("listing_id", Text, primary_key=True, index=True),
    Column("group_id", Text, nullable=False, index=True),
    Column("is_shown", Boolean, nullable=False),
)
gatherings = Table(
    "gatherings_held_v1",
    metadata,
    Column("gathering_id", Text, primary_key=True),
    Column("group_id", Text, nullable=False, index=True),
    Column("is_cancelled", Boolean, nullable=False),
)
goods = Table(
    "goods_at_gatherings_v1",
    metadata,
    Column("gathering_id", Text, primary_key=True),
    Column("listing_id", Text, primary_key=True, index=True),
)
came = Table(
    "came_v1",
    metadata,
    Column("gathering_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
)


class Journeys(Projection):
    """One row a post and a listing in it, a gathering, a listing at one, a person who came."""

    name, hears, metadata = "journeys", frozenset({"groups", "events"}), metadata

    @when(PostPublished)
    def published(self, connection: Connection, message: PostPublished, place: Place) -> None:
        post = {"post_id": str(message.post_id), "group_id": str(message.group_id), "is_shown": True}
        rows = [post | {"listing_id": listing_id} for listing_id in dict.fromkeys(message.listing_ids)]
        if rows:
            connection.execute(insert(posts).on_conflict_do_nothing(), rows)

    @when(PostRemoved)
    def removed(self, connection: Connection, message: PostRemoved, place: Place) -> None:
        _show(connection, message.post_id, False)

    @when(PostRestored)
    def restored(self, connection: Connection, message: PostRestored, place: Place) -> None:
        _show(connection, message.post_id, True)

    @when(GatheringAnnounced)
    def announced(self, connection: Connection, message: GatheringAnnounced, place: Place) -> None:
        row = {"gathering_id": str(message.gathering_id), "group_id": str(message.group_id), "is_cancelled": False}
        connection.execute(insert(gatherings).values(row).on_conflict_do_nothing())
        _bring(connection, message.gathering_id, message.listing_ids)

    @when(RecapWritten)
    def told(self, connection: Connection, message: RecapWritten, place: Place) -> None:
        _bring(connection, message.gathering_id, message.listing_ids)

    @when(GatheringCancelled)
    def cancelled(self, connection: Connection, message: GatheringCancelled, place: Place) -> None:
        mine = gatherings.c.gathering_id == str(message.gathering_id)
        connection.execute(update(gatherings).where(mine).values(is_cancelled=True))

    @when(CheckedIn)
    def checked_in(self, connection: Connection, message: CheckedIn, place: Place) -> None:
        row = {"gathering_id": str(message.gathering_id), "person_id": str(message.person_id)}
        connection.execute(insert(came).values(row).on_conflict_do_nothing())


def _show(connection: Connection, post_id: UUID, is_shown: bool) -> None:
    connection.execute(update(posts).where(posts.c.post_id == str(post_id)).values(is_shown=is_shown))


def _bring(connection: Connection, gathering_id: UUID, listing_ids: list[str]) -> None:
    rows = [{"gathering_id": str(gathering_id), "listing_id": one} for one in dict.fromkeys(listing_ids)]
    if rows:
        connection.execute(insert(goods).on_conflict_do_nothing(), rows)
