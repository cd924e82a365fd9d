"""What commands answer: ids, and what a buyer needs to pay."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Moment
from services.kernel.doors.operation import CommandAnswer


class SellerAnswer(CommandAnswer):
    """The seller it was about."""

    seller_id = fields.UUID(required=True)


class ListingAnswer(CommandAnswer):
    """The listing it was about."""

    listing_id = fields.UUID(required=True)


class StockSpread(ListingAnswer):
    """How many buckets it is sold from."""

    buckets = fields.Integer(required=True)


class PickAnswer(ListingAnswer):
    """The listing, and the group on whose shelf it is or was."""

    group_id = fields.UUID(required=True)


class ShelfAnswer(CommandAnswer):
    """The group whose shelf it was about."""

    group_id = fields.UUID(required=True)


class MyShelfAnswer(CommandAnswer):
    """The person whose own shelf it was about."""

    person_id = fields.UUID(required=True)


class MyPickAnswer(ListingAnswer):
    """The listing, and the person on whose own shelf it is or was."""

    person_id = fields.UUID(required=True)


class LinkAnswer(CommandAnswer):
    """The share link; it is opened at /l/ and its code."""

    link_id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"example": "k5qs3zta"})


class CheckoutAnswer(CommandAnswer):
    """The checkout it was about."""

    checkout_id = fields.UUID(required=True)


class PartLeftOut(Schema):
    """A seller's part that could not be ordered, and what stood in its way: a code, and a sentence."""

    seller_id = fields.UUID(required=True)
    listing_ids = fields.List(fields.UUID(), required=True)
    code = fields.String(required=True, metadata={"example": "mall.sold_out"})
    sentence = fields.String(required=True)


class CheckoutOpened(CheckoutAnswer):
    """What was ordered, and until when it is kept for the buyer; and what was left out, where that was asked for."""

    payment_id = fields.UUID(required=True)
    order_ids = fields.List(fields.UUID(), required=True)
    total_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    expires_at = Moment(required=True)
    left_out = fields.List(fields.Nested(PartLeftOut), required=True)


class OrderAnswer(CommandAnswer):
    """The order it was about."""

    order_id = fields.UUID(required=True)


class RefundAnswer(OrderAnswer):
    """The refund that is under way."""

    refund_id = fields.UUID(required=True)


class RetryAnswer(CheckoutAnswer):
    """The refund that is under way in place of the one that failed."""

    refund_id = fields.UUID(required=True)


class SaleRecorded(CheckoutAnswer):
    """The checkout and its orders."""

    order_ids = fields.List(fields.UUID(), required=True)


class PaymentRecorded(CheckoutAnswer):
    """The checkout and the payment."""

    payment_id = fields.UUID(required=True)
