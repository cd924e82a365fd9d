"""What is refused of reviews; ``things`` have a delivered order, a paid one, and a review of the first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kernel.refusals import Forbidden, Malformed, Refusal
from services.mall.domain import refusals

from .market import ANNA, BORIS, CHEN, OPERATOR
from .questioning import ask

NOBODY, THEN = UUID(int=0xBAD), "2017-10-02T10:56:33Z"


def line_of(things: Any, opened: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A line of an order and how it is judged."""
    return {"order_id": opened["order_ids"][0], "line_id": things.line(opened), "rating": 4, **changes}


def review(things: Any, **fields: Any) -> dict[str, Any]:
    """The review, and what is to be done about it."""
    page = ask(things.market, "listing_reviews", BORIS, listing_id=things.rod)
    return {"review_id": page["items"][0]["review_id"], **fields}


REVIEWS: list[tuple[str, UUID, Callable[[Any], dict[str, Any]], type[Refusal]]] = [
    ("write_review", BORIS, lambda t: line_of(t, t.delivered), refusals.AlreadyReviewed),
    ("write_review", BORIS, lambda t: line_of(t, t.paid), refusals.ReviewTooEarly),
    ("write_review", BORIS, lambda t: line_of(t, t.delivered, line_id=NOBODY), refusals.NoSuchLine),
    ("write_review", BORIS, lambda t: line_of(t, t.paid, rating=6), Malformed),
    ("write_review", CHEN, lambda t: line_of(t, t.delivered), refusals.NoSuchOrder),
    ("write_review", ANNA, lambda t: line_of(t, t.delivered), Forbidden),
    ("change_review", BORIS, lambda t: {"review_id": NOBODY, "rating": 1}, refusals.NoSuchReview),
    ("change_review", ANNA, lambda t: review(t, rating=5), Forbidden),
    ("change_review", BORIS, lambda t: review(t, rating=0), Malformed),
    ("answer_review", BORIS, lambda t: review(t, answer="Thank you."), Forbidden),
    ("answer_review", ANNA, lambda t: review(t, answer=""), Malformed),
    ("remove_review", OPERATOR, lambda t: {"review_id": NOBODY, "reason": "insult"}, refusals.NoSuchReview),
    ("remove_review", OPERATOR, lambda t: review(t, reason="He lied."), Malformed),
    ("record_review", OPERATOR, lambda t: line_of(t, t.delivered, happened_at=THEN), refusals.RecordedOtherwise),
    ("record_review", OPERATOR, lambda t: line_of(t, t.paid, happened_at=THEN, order_id=NOBODY), refusals.NoSuchOrder),
]  # fmt: skip
