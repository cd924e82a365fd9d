"""Statements of a party: what was owed to it, what changed that, and what is owed to it then."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment

from .positions import Position


class AccountOfStatement(Schema):
    """One account in one currency: opening + added - taken = closing, over ``entries`` entries."""

    account = fields.String(required=True)
    currency = fields.String(required=True)
    opening_minor = fields.Integer(required=True)
    added_minor = fields.Integer(required=True)
    taken_minor = fields.Integer(required=True)
    closing_minor = fields.Integer(required=True)
    entries = fields.Integer(required=True)


class EntryOfStatement(Schema):
    """One entry. ``cause`` is what was recorded, such as order_paid, of an order or a checkout; a refund names itself
    and its line."""

    position = fields.Integer(required=True)
    number = fields.Integer(required=True)
    effective_at = Moment(required=True)
    recorded_at = Moment(required=True)
    cause = fields.String(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    checkout_id = fields.UUID(required=True, allow_none=True)
    line_id = fields.String(required=True, allow_none=True)
    refund_id = fields.UUID(required=True, allow_none=True)
    payout_id = fields.UUID(required=True, allow_none=True)
    account = fields.String(required=True)
    currency = fields.String(required=True)
    amount_minor = fields.Integer(required=True)


class Statement(Position):
    """Amounts are what is owed to the party; what it owes stands with a minus. ``accounts`` are of the whole period,
    ``entries`` a page of it in the order of the log. All pages hold at the position of the first."""

    party = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    begins_at = Moment(required=True, allow_none=True, data_key="from")
    ends_at = Moment(required=True, allow_none=True, data_key="to")
    as_of = Moment(required=True, allow_none=True)
    accounts = fields.List(fields.Nested(AccountOfStatement), required=True)
    entries = fields.List(fields.Nested(EntryOfStatement), required=True)
    next = Cursor(3, required=True, allow_none=True)
