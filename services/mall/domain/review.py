"""What a verified buyer says of what was bought, and what its seller says to it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import refusals
from . import review_facts as facts
from .form import check_reason
from .order import Order

__all__ = ["RATINGS", "REVIEW_DAYS", "Review"]

RATINGS = (1, 5)
REVIEW_DAYS = 365
"""How long after its delivery something can be judged."""
MOST_VERSIONS = 100
"""So often a review may be written, and so often answered: each of them is kept."""


class Review(AggregateRoot):
    """One a line, by its buyer. She may change it; nobody but an operator can take it away, and that is seen.

    ``versions`` are the times and ratings, the latest last, ``answers`` how often it was answered. What people wrote
    is in the facts alone.
    """

    TOPIC = "mall:Review"
    state_is_impersonal = True
    snapshot_version = 2
    Written = facts.Written
    Changed = facts.Changed
    Answered = facts.Answered
    Removed = facts.Removed

    @staticmethod
    def create_id(order_id: UUID, line_id: str, *_: object, **__: object) -> UUID:
        """Of one that was recorded: the same wherever it is recorded."""
        return derived_id("review", order_id, line_id)

    @staticmethod
    def hidden_id(blinded: Callable[[str], str], order_id: UUID, line_id: str) -> UUID:
        """Of one that was written here: ``blinded`` keeps its seller from finding the order, and the buyer, by it."""
        return derived_id("review", blinded(f"review|{order_id}|{line_id}"))

    @classmethod
    def write(
        cls, order: Order, line_id: str, rating: int, title: str, text: str, now: datetime,
        review_id: UUID | None = None, recorded: bool = False,
    ) -> "Review":  # fmt: skip
        """The buyer of an order judges one of its lines, also one that was refunded since.

        Without ``review_id`` it has that of a recorded one. What was ``recorded`` elsewhere need not have arrived.
        Raises ``RatingOutOfBounds``, ``NoSuchLine``, ``ReviewTooEarly``, ``ReviewTooLate``.
        """
        _check_rating(rating)
        if line_id not in order.lines:
            raise refusals.NoSuchLine(order_id=order.id, line_id=line_id)
        if not recorded:
            cls._check_in_time(order, now)
        line = order.lines[line_id]
        group_id = line["group_id"] and UUID(line["group_id"])
        return cls._create(
            cls.Written, id=review_id, order_id=order.id, line_id=line_id, listing_id=UUID(line["listing_id"]),
            seller_id=order.seller_id, seller_person_id=order.seller_person_id, reviewer_id=order.buyer_id,
            group_id=group_id, rating=rating, title=title, text=text, written_at=now,
        )  # fmt: skip

    @event(Written)
    def __init__(
        self, order_id: UUID, line_id: str, listing_id: UUID, seller_id: UUID, seller_person_id: UUID,
        reviewer_id: UUID, group_id: UUID | None, rating: int, title: str, text: str, written_at: datetime,
    ) -> None:  # fmt: skip
        self.order_id = order_id
        self.listing_id = listing_id
        self.seller_id = seller_id
        self.seller_person_id = seller_person_id
        self.reviewer_id = reviewer_id
        self.versions: list[dict[str, Any]] = [{"written_at": written_at, "rating": rating}]
        self.answers = 0
        self.removed_as: str | None = None

    @property
    def rating(self) -> int:
        """The points that count."""
        return int(self.versions[-1]["rating"])

    def change(self, order: Order, rating: int, title: str, text: str, now: datetime, recorded: bool = False) -> None:
        """She judges it otherwise.

        Raises ``RatingOutOfBounds``, ``ReviewRemoved``, ``ReviewTooLate``, ``ReviewChangedTooOften``.
        """
        _check_rating(rating)
        self._check_there()
        if not recorded:
            self._check_in_time(order, now)
        if len(self.versions) >= MOST_VERSIONS:
            raise refusals.ReviewChangedTooOften(review_id=self.id, most=MOST_VERSIONS)
        self._changed(self.order_id, self.listing_id, self.seller_id, self.reviewer_id, rating, title, text, now)

    @event(Changed)
    def _changed(
        self, order_id: UUID, listing_id: UUID, seller_id: UUID, reviewer_id: UUID, rating: int, title: str, text: str,
        written_at: datetime,
    ) -> None:  # fmt: skip
        self.versions.append({"written_at": written_at, "rating": rating})

    def answer(self, answer: str) -> None:
        """Its seller says something to it, or otherwise. Raises ``ReviewRemoved``, ``ReviewAnsweredTooOften``."""
        self._check_there()
        if self.answers >= MOST_VERSIONS:
            raise refusals.ReviewAnsweredTooOften(review_id=self.id, most=MOST_VERSIONS)
        self._answered(self.seller_person_id, answer)

    @event(Answered)
    def _answered(self, person_id: UUID, answer: str) -> None:
        self.answers += 1  # the words are kept in the fact alone

    def remove(self, reason: str) -> None:
        """The law asks for it. Again records nothing. Raises ``ReasonNotCode``."""
        check_reason(reason)
        if self.removed_as is None:
            self._removed(reason)

    @event(Removed)
    def _removed(self, reason: str) -> None:
        self.removed_as = reason

    @staticmethod
    def _check_in_time(order: Order, now: datetime) -> None:
        """The guard that who judges has it; tests switch it off to see that they need it."""
        if order.delivered_at is None or not order.is_paid:
            raise refusals.ReviewTooEarly(order_id=order.id)
        until = order.delivered_at + timedelta(days=REVIEW_DAYS)
        if now > until:
            raise refusals.ReviewTooLate(order_id=order.id, until=until.isoformat())

    def _check_there(self) -> None:
        if self.removed_as is not None:
            raise refusals.ReviewRemoved(review_id=self.id, reason=self.removed_as)


def _check_rating(rating: int) -> None:
    least, most = RATINGS
    if not least <= rating <= most:
        raise refusals.RatingOutOfBounds(rating=rating, least=least, most=most)
