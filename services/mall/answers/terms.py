"""What is answered about the terms of business."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class TermsAnnounced(CommandAnswer):
    """From when on the terms hold that were set."""

    begins_at = Moment(required=True)


class TermsVersionSeen(Schema):
    """A version of the terms. The threshold is null when anybody may sell."""

    terms_version = fields.Integer(
        required=True, metadata={"description": "As orders keep it; 0 are the defaults, before any were set."}
    )
    platform_fee_bps = fields.Integer(required=True)
    return_window_days = fields.Integer(required=True)
    reservation_minutes = fields.Integer(required=True)
    link_window_days = fields.Integer(required=True)
    shelf_window_days = fields.Integer(required=True)
    member_share_bps = fields.Integer(required=True)
    notice_days = fields.Integer(required=True)
    platform_fee_on_refund = fields.String(required=True, metadata={"description": "returned or kept"})
    dispute_fee_borne_by = fields.String(required=True, metadata={"description": "platform or seller"})
    seller_threshold = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    announced_at = Moment(
        required=True, allow_none=True, metadata={"description": "Null for what held without having been announced."}
    )
    begins_at = Moment(required=True, allow_none=True, metadata={"description": "Null for the defaults."})
    ends_at = Moment(
        required=True, allow_none=True,
        metadata={
            "description": "When another version takes its place, if that is known; before it begins if it never held."
        },
    )  # fmt: skip


class TermsSeen(TermsVersionSeen):
    """What holds for orders placed at a moment, and what was announced by then and begins later."""

    as_of = Moment(required=True)
    announced = fields.Nested(TermsVersionSeen, required=True, allow_none=True)


class TermsVersionsSeen(Schema):
    """A page of all versions, the latest announced first."""

    items = fields.List(fields.Nested(TermsVersionSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)
