"""Reviews: written by who bought it and has it, answered by who sold it, removed by an operator alone."""

from typing import Any
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.order import Order
from services.mall.domain.review import Review

from .orders import Orders

ITS_BUYER, ITS_SELLER = "the buyer of the order", "the seller of what is judged"
ITS_WRITER = "the writer of the review"


class Reviews(Orders):
    """What buyers say of what they bought."""

    def write_review(self, order_id: UUID, line_id: UUID, rating: int, title: str, text: str) -> dict[str, Any]:
        """The buyer judges a line. Raises NoSuchOrder, Forbidden, AlreadyReviewed, and what Review.write raises."""
        order = self.own_order(order_id)
        self.refuse_unless(self._has_bought(order), ITS_BUYER)
        if (known := self._review_of(order_id, line_id)) is not None:
            raise refusals.AlreadyReviewed(review_id=known.id)
        review_id = Review.hidden_id(self.unit.blinded, order_id, str(line_id))
        self.unit.add(Review.write(order, str(line_id), rating, title, text, self.now, review_id))
        return {"review_id": review_id}

    def change_review(self, review_id: UUID, rating: int, title: str, text: str) -> dict[str, Any]:
        """Its writer judges it otherwise. Raises NoSuchReview, Forbidden, and what Review.change raises."""
        review = self._review(review_id)
        self.refuse_unless(review.reviewer_id == self.actor_id, ITS_WRITER)
        review.change(self.order(review.order_id), rating, title, text, self.now)
        return {"review_id": review_id}

    def answer_review(self, review_id: UUID, answer: str) -> dict[str, Any]:
        """Its seller answers, or answers otherwise. Raises NoSuchReview, Forbidden, ReviewRemoved."""
        review = self._review(review_id)
        self.refuse_unless(review.seller_person_id == self.actor_id, ITS_SELLER)
        review.answer(answer)
        return {"review_id": review_id}

    def remove_review(self, review_id: UUID, reason: str) -> dict[str, Any]:
        """An operator has to remove it; again changes nothing. Raises NoSuchReview, ReasonNotCode."""
        self._review(review_id).remove(reason)
        return {"review_id": review_id}

    def record_review(self, order_id: UUID, line_id: UUID, rating: int, title: str, text: str) -> dict[str, Any]:
        """The buyer judged it elsewhere then; judged again later, it is a change. The same again changes nothing.

        Raises NoSuchOrder, NoSuchLine, RatingOutOfBounds, RecordedOtherwise, ReviewRemoved,
        ReviewChangedTooOften.
        """
        order, review = self.order(order_id), self._review_of(order_id, line_id)
        if review is None:
            review = Review.write(order, str(line_id), rating, title, text, self.now, recorded=True)
            self.unit.add(review)
        elif {"written_at": self.now, "rating": rating} not in review.versions:
            if self.now <= review.versions[-1]["written_at"]:
                raise refusals.RecordedOtherwise(kind="Review", id=review.id)
            review.change(order, rating, title, text, self.now, recorded=True)
        return {"review_id": review.id}

    def _review_of(self, order_id: UUID, line_id: UUID) -> Review | None:
        """What was said of a line, written here or recorded: a line has one review, whichever way it came."""
        hidden_id = Review.hidden_id(self.unit.blinded, order_id, str(line_id))
        recorded_id = Review.create_id(order_id, str(line_id))
        return self.unit.find(Review, hidden_id) or self.unit.find(Review, recorded_id)

    def _has_bought(self, order: Order) -> bool:
        """The guard that reviews come from verified buyers; tests switch it off to see that they need it."""
        return order.buyer_id == self.actor_id

    def _review(self, review_id: UUID) -> Review:
        return self.unit.get(Review, review_id, refusals.NoSuchReview())
