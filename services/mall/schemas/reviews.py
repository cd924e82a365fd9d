"""What comes in about reviews, field by field."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, page_limit, text
from services.mall.schemas.commands import currency, whole
from services.mall.schemas.records import Happened


class Judged(Schema):
    """How many points, and what is to be said about it. The words are sealed under the writer's key."""

    rating = whole(1, 5, required=True)
    title = text(200, least=0, load_default="")
    text = text(5_000, least=0, load_default="")


class WriteReview(Judged):
    """Which line of the order is judged, and how."""

    line_id = fields.UUID(required=True)


class AnswerReview(Schema):
    """What the seller says to it."""

    answer = text(5_000, required=True)


class RecordReview(WriteReview, Happened):
    """A review of elsewhere, by the buyer of the order."""

    order_id = fields.UUID(required=True)


class FiguresAsked(Schema):
    """Of what was sold in one currency alone, or of everything."""

    currency = currency(required=False)


class ReviewsAsked(Schema):
    """How many reviews."""

    limit = page_limit()
    cursor = Cursor(1)
