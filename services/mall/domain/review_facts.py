"""What is recorded of a review; use them as ``Review.Written`` and so on."""

from datetime import datetime
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Written(Begun):
    """A buyer judges a line of an order. Title and text are hers, sealed under her key; ``group_id`` is the
    community through whose shelf it was bought."""

    TOPIC = "mall:Review.Written"
    personal = {"title": "reviewer_id", "text": "reviewer_id"}
    order_id: UUID
    line_id: str
    listing_id: UUID
    seller_id: UUID
    seller_person_id: UUID
    reviewer_id: UUID
    group_id: UUID | None
    rating: int
    title: str
    text: str
    written_at: datetime


class Changed(Fact):
    """She thinks otherwise now; what she wrote before is kept."""

    TOPIC = "mall:Review.Changed"
    personal = {"title": "reviewer_id", "text": "reviewer_id"}
    order_id: UUID
    listing_id: UUID
    seller_id: UUID
    reviewer_id: UUID
    rating: int
    title: str
    text: str
    written_at: datetime


class Answered(Fact):
    """The seller says something to it; the latest answer counts."""

    TOPIC = "mall:Review.Answered"
    personal = {"answer": "person_id"}
    person_id: UUID
    answer: str


class Removed(Fact):
    """An operator had to remove it: it stays visible as removed, and counts no longer. ``reason`` is a code."""

    TOPIC = "mall:Review.Removed"
    reason: str
