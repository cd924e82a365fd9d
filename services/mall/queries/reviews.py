"""Reviews, for everybody: the points from the view, the words from the facts, of which the latest count."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select, true

from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import Page, Row, page_of
from services.kernel.store.eventstore import EventStore
from services.mall.domain.refusals import NoSuchListing, NoSuchReview, NoSuchSeller
from services.mall.domain.review import RATINGS, Review
from services.mall.projections.listings import listings
from services.mall.projections.reviews import REMOVED, WRITTEN, reviews
from services.mall.projections.sales import sales
from services.mall.projections.sellers import sellers

from .reading import Reading, is_operator, row_of


class ReviewQueries(Reading):
    """Reads that need no sign-in; who wrote a review is told to the writer and to operators alone."""

    def review(self, actor: Actor, review_id: UUID) -> dict[str, Any]:
        """One review. Raises NoSuchReview."""
        with self._service.views.glancing() as connection:
            row = row_of(connection, reviews, reviews.c.review_id, review_id)
        if row is None:
            raise NoSuchReview()
        return _shown(self._service.store, actor, row)

    def listing_reviews(
        self, actor: Actor, listing_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:
        """What buyers say of a listing, the latest first. Raises NoSuchListing."""
        with self._service.views.reading() as connection:
            if row_of(connection, listings, listings.c.listing_id, listing_id) is None:
                raise NoSuchListing()
            figures, page = _found(connection, reviews.c.listing_id == str(listing_id), limit, cursor)
        return self._told(actor, figures, page)

    def seller_reviews(
        self, actor: Actor, seller_id: UUID, limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:
        """What buyers say of all that somebody sells, the latest first. Raises NoSuchSeller."""
        with self._service.views.reading() as connection:
            if row_of(connection, sellers, sellers.c.seller_id, seller_id) is None:
                raise NoSuchSeller()
            figures, page = _found(connection, reviews.c.seller_id == str(seller_id), limit, cursor)
        return self._told(actor, figures, page)

    def review_figures(self, actor: Actor, currency: str | None = None) -> dict[str, Any]:  # noqa: ARG002 - for operators
        """How many reviews of all that was sold, or was sold in a currency, count, by points, and their mean."""
        sold = select(1).where(
            sales.c.order_id == reviews.c.order_id, sales.c.line_id == reviews.c.line_id, sales.c.currency == currency
        )
        with self._service.views.glancing() as connection:
            return _figures(connection, true() if currency is None else sold.exists())

    def _told(self, actor: Actor, figures: Row, page: Page) -> dict[str, Any]:
        items = [_shown(self._service.store, actor, row) for row in page.rows]
        return {**figures, "items": items, "next": page.next}


def _found(
    connection: Connection, wanted: ColumnElement[bool], limit: int, cursor: list[str] | None
) -> tuple[Row, Page]:  # fmt: skip
    page = page_of(connection, select(reviews).where(wanted), [reviews.c.place.desc()], limit, cursor)
    return _figures(connection, wanted), page


def _figures(connection: Connection, wanted: ColumnElement[bool]) -> dict[str, Any]:
    """How many there are of each rating, and their mean in hundredths, halves up; what was removed counts no more."""
    counted = select(reviews.c.rating, func.count()).where(wanted, reviews.c.state == WRITTEN)
    found: dict[int, int] = {row[0]: row[1] for row in connection.execute(counted.group_by(reviews.c.rating))}
    count, points = sum(found.values()), sum(rating * many for rating, many in found.items())
    least, most = RATINGS
    return {
        "count": count,
        "mean_hundredths": (200 * points + count) // (2 * count) if count else None,
        "ratings": [{"rating": rating, "count": found.get(rating, 0)} for rating in range(least, most + 1)],
    }


def _shown(store: EventStore, actor: Actor, row: Row) -> Row:
    """Of a removed review it is seen that there was one, and why it is gone; not what it said."""
    shows_writer = str(actor.person_id) == row["reviewer_id"] or is_operator(actor)
    shown = row if shows_writer else row | {"reviewer_id": None, "order_id": None}
    if row["state"] == REMOVED:
        return shown | {"rating": None, "title": None, "text": None, "answer": None}
    return shown | _words(store, UUID(row["review_id"]))


def _words(store: EventStore, review_id: UUID) -> Row:
    """The latest words of both. What somebody wrote who is forgotten reads None."""
    said, answered = store.latest(review_id, Review.Written, Review.Changed), store.latest(review_id, Review.Answered)
    assert isinstance(said, Review.Written | Review.Changed), "a review begins with its words"
    answer = answered.answer if isinstance(answered, Review.Answered) else None
    return {"title": said.title or None, "text": said.text or None, "answer": answer or None}
