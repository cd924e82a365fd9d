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
        review_id = Review.create_id(order_id, str(line_id))
        if self.unit.find(Review, review_id) is not None:
            raise refusals.AlreadyReviewed(review_id=review_id)
        self.unit.add(Review.write(order, str(line_id), rating, title, text, self.now))
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

        Raises NoSuchOrder, NoSuchLine, RatingOutOfBounds, RecordedOtherwise, ReviewRemoved.
        """
        order, review_id = self.order(order_id), Review.create_id(order_id, str(line_id))
        review = self.unit.find(Review, review_id)
        if review is None:
            self.unit.add(Review.write(order, str(line_id), rating, title, text, self.now, recorded=True))
        elif {"written_at": self.now, "rating": rating} not in review.versions:
            if self.now <= review.versions[-1]["written_at"]:
                raise refusals.RecordedOtherwise(kind="Review", id=review_id)
            review.change(order, rating, title, text, self.now, recorded=True)
        return {"review_id": review_id}

    def _has_bought(self, order: Order) -> bool:
        """The guard that reviews come from verified buyers; tests switch it off to see that they need it."""
        return order.buyer_id == self.actor_id

    def _review(self, review_id: UUID) -> Review:
        return self.unit.get(Review, review_id, refusals.NoSuchReview())
