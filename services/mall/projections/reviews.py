"""What was judged, and how: the points, never the words, which are read from the facts."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import review_facts as facts

WRITTEN, REMOVED = "written", "removed"

metadata = MetaData()
reviews = Table(
    "reviews_v1",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("order_id", Text, nullable=False),
    Column("line_id", Text, nullable=False),
    Column("listing_id", Text, nullable=False),
    Column("seller_id", Text, nullable=False),
    Column("reviewer_id", Text, nullable=False),
    Column("group_id", Text),
    Column("rating", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("removed_as", Text),
    Column("versions", BigInteger, nullable=False),
    Column("written_at", Text, nullable=False),
    Column("changed_at", Text),
    Column("answered_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("reviews_v1_of_listing", "listing_id", "place"),
    Index("reviews_v1_of_seller", "seller_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(reviews)
_CHANGE = reviews.update().where(reviews.c.review_id == bindparam("mine"))
_AGAIN = _CHANGE.values(versions=reviews.c.versions + 1)


class ReviewsView(PagedProjection):
    """One row a review: written or removed."""

    name, hears, metadata = "reviews", frozenset({"mall"}), metadata

    @when(facts.Written)
    def written(self, writes: Writes, fact: facts.Written, place: Place) -> None:
        row = {
            "review_id": str(fact.originator_id), "place": place.position, "order_id": str(fact.order_id),
            "line_id": fact.line_id, "listing_id": str(fact.listing_id), "seller_id": str(fact.seller_id),
            "reviewer_id": str(fact.reviewer_id), "group_id": None if fact.group_id is None else str(fact.group_id),
            "rating": fact.rating, "state": WRITTEN, "versions": 1, "written_at": fact.written_at.isoformat(),
            "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)

    @when(facts.Changed)
    def changed(self, writes: Writes, fact: facts.Changed, place: Place) -> None:
        said = {"rating": fact.rating, "changed_at": fact.written_at.isoformat()}
        writes.put(str(fact.originator_id), _AGAIN, {**_mine(fact), **said})

    @when(facts.Answered)
    def answered(self, writes: Writes, fact: facts.Answered, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "answered_at": place.effective_at.isoformat()})

    @when(facts.Removed)
    def removed(self, writes: Writes, fact: facts.Removed, place: Place) -> None:
        writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact), "state": REMOVED, "removed_as": fact.reason})


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}
