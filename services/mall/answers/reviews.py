"""What questions and commands about reviews answer, field by field."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class ReviewAnswer(CommandAnswer):
    """The review it was about."""

    review_id = fields.UUID(required=True)


class ReviewSeen(Schema):
    """What the buyer of a line says of it. The words are null when there are none, and once their writer is
    forgotten; all of it is null once an operator had to remove it. The writer and her order are named to herself and to
    operators."""

    review_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    listing_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    reviewer_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The community through whose shelf it was bought."}
    )
    rating = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True, metadata={"description": "Of the seller."})
    state = fields.String(required=True, metadata={"description": "written or removed"})
    removed_as = fields.String(required=True, allow_none=True, metadata={"description": "Why, as a code."})
    versions = fields.Integer(required=True, metadata={"description": "How often it was written."})
    written_at = Moment(required=True)
    changed_at = Moment(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)


class RatingCount(Schema):
    """How many gave so many points."""

    rating = fields.Integer(required=True)
    count = fields.Integer(required=True)


class ReviewFigures(Schema):
    """How many reviews were not removed, and their mean in hundredths of a point, null when there is none."""

    count = fields.Integer(required=True)
    mean_hundredths = fields.Integer(required=True, allow_none=True)
    ratings = fields.List(fields.Nested(RatingCount), required=True)


class ReviewsSeen(ReviewFigures):
    """A page of reviews, the latest first, and the figures of all of them."""

    items = fields.List(fields.Nested(ReviewSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)
