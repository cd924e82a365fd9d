"""What the mall's questions answer, field by field. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment


class ClaimOfSeller(Schema):
    """That a kind of claim of the seller's person is certified, and the highest level of it."""

    kind = fields.String(required=True)
    level = fields.Integer(required=True)


class SellerSeen(Schema):
    """Who sells; the name is empty once the person is forgotten."""

    seller_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "open or suspended"})
    opened_at = Moment(required=True)
    claims = fields.List(fields.Nested(ClaimOfSeller), required=True)


class ListingRow(Schema):
    """A listing in a list. ``available`` can be ordered now; ``sold`` was paid for.

    The seats of a ticket are told by its gathering: none of them is ``available`` here.
    """

    listing_id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"description": "goods, service or ticket"})
    gathering_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Of a ticket."})
    seller_id = fields.UUID(required=True)
    title = fields.String(required=True)
    price_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    commission_bps = fields.Integer(required=True)
    available = fields.Integer(required=True)
    sold = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"description": "offered or withdrawn"})
    listed_at = Moment(required=True)


class ListingSeen(ListingRow):
    """A listing in full."""

    description = fields.String(required=True)


class ListingsSeen(Schema):
    """A page of listings, the latest first; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(ListingRow), required=True)
    next = Cursor(1, required=True, allow_none=True)


class OrderOfCheckout(Schema):
    """One seller's part."""

    order_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    state = fields.String(required=True)
    refund_state = fields.String(required=True, metadata={"description": "none, part or full"})
    is_disputed = fields.Boolean(required=True)
    total_minor = fields.Integer(required=True)
    refunded_minor = fields.Integer(required=True)
    charged_back_minor = fields.Integer(required=True)


class RefundOfCheckout(Schema):
    """Money on its way back: demanded, refunded, failed, returned by the buyer's bank, paid_elsewhere, or set_off
    against what that bank took."""

    refund_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    amount_minor = fields.Integer(required=True)
    state = fields.String(required=True)


class CheckoutSeen(Schema):
    """A checkout: open, paid, paid_late, declined, expired or cancelled; its payment: none, awaited, uncertain,
    captured or declined."""

    checkout_id = fields.UUID(required=True)
    state = fields.String(required=True)
    payment_id = fields.UUID(required=True, allow_none=True)
    payment_method = fields.String(required=True, allow_none=True)
    payment_state = fields.String(required=True)
    currency = fields.String(required=True)
    total_minor = fields.Integer(required=True)
    captured_minor = fields.Integer(required=True)
    order_ids = fields.List(fields.UUID(), required=True)
    orders = fields.List(fields.Nested(OrderOfCheckout), required=True)
    refunds = fields.List(fields.Nested(RefundOfCheckout), required=True)
    opened_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)


class PaymentActionSeen(Schema):
    """What the front end needs to have the buyer pay; null where nothing is to be done, or nothing was said."""

    kind = fields.String(required=True, allow_none=True, metadata={"example": "wechat_code_url"})
    value = fields.String(required=True, allow_none=True, metadata={"example": "weixin://wxpay/bizpayurl?pr=NwY5Mz9"})


class SharesOfLine(Schema):
    """Who gets how much."""

    seller = fields.Integer(required=True)
    community = fields.Integer(required=True)
    member = fields.Integer(required=True)
    platform = fields.Integer(required=True)


class LeftOfLine(Schema):
    """What was neither refunded nor cancelled; ``returning`` of the quantity are on their way back."""

    quantity = fields.Integer(required=True)
    returning = fields.Integer(required=True)
    price_minor = fields.Integer(required=True)
    freight_minor = fields.Integer(required=True)
    shares = fields.Nested(SharesOfLine, required=True, allow_none=True)


class LineSeen(Schema):
    """A line as it was placed. The shares are for the seller and operators alone."""

    line_id = fields.String(required=True)
    listing_id = fields.UUID(required=True)
    title = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_price_minor = fields.Integer(required=True)
    price_minor = fields.Integer(required=True)
    freight_minor = fields.Integer(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    link_id = fields.UUID(required=True, allow_none=True)
    member_id = fields.UUID(required=True, allow_none=True)
    post_id = fields.UUID(required=True, allow_none=True)
    gathering_id = fields.UUID(required=True, allow_none=True)
    registration_id = fields.UUID(required=True, allow_none=True)
    shares = fields.Nested(SharesOfLine, required=True, allow_none=True)
    left = fields.Nested(LeftOfLine, required=True)


class RefundOfOrder(RefundOfCheckout):
    """Money on its way back, and the line it is for; null when the whole order was taken back."""

    line_id = fields.String(required=True, allow_none=True)


class OrderRow(Schema):
    """An order in a list: placed, paid, delivered, released or cancelled.

    ``refund_state`` says how much of the total the buyer has back or is owed: none, part or full; by refunds, and by
    disputes that were lost, which are ``charged_back_minor``. While it ``is_disputed`` nothing of it is released.
    """

    order_id = fields.UUID(required=True)
    checkout_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    state = fields.String(required=True)
    currency = fields.String(required=True)
    total_minor = fields.Integer(required=True)
    refunded_minor = fields.Integer(required=True)
    charged_back_minor = fields.Integer(required=True)
    refund_state = fields.String(required=True, metadata={"description": "none, part or full"})
    is_disputed = fields.Boolean(required=True)
    placed_at = Moment(required=True)
    paid_at = Moment(required=True, allow_none=True)
    delivered_at = Moment(required=True, allow_none=True)
    return_window_ends_at = Moment(required=True, allow_none=True)


class OrderSeen(OrderRow):
    """An order in full. The buyer is named to herself and to operators; the address is for the buyer, and for the
    seller from payment until the return window has closed."""

    buyer_id = fields.UUID(required=True, allow_none=True)
    delivery_address = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(LineSeen), required=True)
    refunds = fields.List(fields.Nested(RefundOfOrder), required=True)


class OrdersSeen(Schema):
    """A page of orders, the latest first."""

    items = fields.List(fields.Nested(OrderRow), required=True)
    next = Cursor(1, required=True, allow_none=True)
