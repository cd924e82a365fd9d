"""What an operator hands in of what happened elsewhere, field by field. Ids come with it."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.kernel.doors.fields import Moment, one_of, text
from services.mall.domain.postings import PAYABLE_ROLES
from services.mall.domain.terms import BOUNDS
from services.mall.schemas.commands import MOST_PIECES, MOST_STOCK, code, currency, money, tags, whole

MOST_AT_ONCE = 100


def _many(schema: type[Schema], least: int) -> fields.List[Any]:
    few = validate.Length(least, MOST_AT_ONCE, error="Give {min} to {max}.")
    return fields.List(fields.Nested(schema), required=True, validate=few)


def _differ(order_ids: list[UUID]) -> None:
    if not 1 <= len(order_ids) <= MOST_AT_ONCE or len(set(order_ids)) < len(order_ids):
        raise ValidationError(f"Give 1 to {MOST_AT_ONCE}, each of them once.")


class Happened(Schema):
    """When it happened."""

    happened_at = Moment(required=True, metadata={"example": "2017-10-02T10:56:33Z"})


class RecordSeller(Happened):
    """A person who sold elsewhere."""

    person_id = fields.UUID(required=True)
    name = text(120, required=True)


class RecordListing(Happened):
    """Something that was offered elsewhere."""

    listing_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    title = text(200, required=True)
    price_minor = money(least=1, required=True)
    currency = currency()
    tags = tags()
    commission_bps = whole(0, 5_000, load_default=0)
    stock = whole(0, MOST_STOCK, load_default=0)


class RecordedLine(Schema):
    """So many of a listing, at the price that was paid."""

    line_id = fields.UUID(required=True)
    listing_id = fields.UUID(required=True)
    quantity = whole(1, MOST_PIECES, required=True)
    unit_price_minor = money(required=True)
    freight_minor = money(load_default=0)
    group_id = fields.UUID(allow_none=True)
    commission_bps = whole(0, 5_000, load_default=0)
    platform_fee_bps = whole(0, 3_000, load_default=0)


class RecordedOrder(Schema):
    """One seller's part of a sale."""

    order_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    lines = _many(RecordedLine, least=1)

    @validates_schema
    def lines_differ(self, data: dict[str, Any], **_: Any) -> None:
        """Two lines of one id could not be told apart."""
        if len({line["line_id"] for line in data["lines"]}) < len(data["lines"]):
            raise ValidationError("Give each line an id of its own.", "lines")


class RecordSale(Happened):
    """A checkout of elsewhere; without orders when nothing is known of them."""

    checkout_id = fields.UUID(required=True)
    buyer_id = fields.UUID(required=True)
    currency = currency()
    orders = _many(RecordedOrder, least=0)
    return_window_days = whole(
        *BOUNDS["return_window_days"],
        metadata={"description": "How long its buyer could return; our terms of now where it is left out."},
    )


class RecordPayment(Happened):
    """A payment of elsewhere; a checkout may have several."""

    checkout_id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    method = text(40, required=True, metadata={"example": "voucher"})
    amount_minor = money(required=True)


class RecordSettlement(Happened):
    """Which checkout's money is booked to the orders."""

    checkout_id = fields.UUID(required=True)
    rest_to_suspense = fields.Boolean(
        metadata={"description": "What is left goes to suspense, unless this is false: then it waits for a refund."}
    )


class RecordDelivery(Happened):
    """Which order arrived."""

    order_id = fields.UUID(required=True)


class RecordCancellation(Happened):
    """Which checkout was cancelled, and why."""

    checkout_id = fields.UUID(required=True)
    reason = code()


class RecordRefund(Happened):
    """Which checkout was cancelled, why, and that all that was paid for it went back."""

    checkout_id = fields.UUID(required=True)
    reason = code()


class RecordPayout(Happened):
    """What a party was paid for which orders: all that it had earned by them. The amount follows from the orders."""

    payout_id = fields.UUID(required=True)
    role = one_of(tuple(PAYABLE_ROLES.values()), required=True)
    party_id = fields.UUID(required=True)
    order_ids = fields.List(fields.UUID(), required=True, validate=_differ)
