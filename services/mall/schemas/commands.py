"""What comes in, field by field."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Moment, one_of, text
from services.mall.domain.checkout import IF_PART_FAILS, REFUSE
from services.mall.domain.form import LONGEST_DEVICE, MOST_BUCKETS
from services.mall.domain.terms import BEARINGS
from services.mall.schemas.ways import ByOneWay

HIGHEST_AMOUNT = 10**12
MOST_PIECES = 10_000
MOST_STOCK = 10**9
MOST_LINES = 50


def whole(least: int, most: int, **more: Any) -> fields.Integer:
    """A whole number within bounds."""
    return fields.Integer(strict=True, validate=validate.Range(least, most, error="Give {min} to {max}."), **more)


def money(*, least: int = 0, **more: Any) -> fields.Integer:
    """An amount in minor units."""
    return whole(least, HIGHEST_AMOUNT, **more)


def currency(*, required: bool = True, **more: Any) -> fields.String:
    """A code as in ISO 4217."""
    three = validate.Regexp(r"^[A-Z]{3}\Z", error="Give three capital letters as in ISO 4217, such as EUR.")
    return fields.String(required=required, validate=three, metadata={"example": "EUR"}, **more)


def country(**more: Any) -> fields.String:
    """A code as in ISO 3166-1."""
    two = validate.Regexp(r"^[A-Z]{2}\Z", error="Give two capital letters as in ISO 3166-1, such as CN.")
    return fields.String(validate=two, **more)


def code(**more: Any) -> fields.String:
    """A reason as a code: facts are kept for ever, and free text could name a person."""
    form = validate.Regexp(r"^[a-z0-9_]{1,64}\Z", error="Give 1 to 64 lower-case letters, digits and underscores.")
    return fields.String(required=True, validate=form, metadata={"example": "changed_mind"}, **more)


def device() -> fields.String:
    """What a client calls the device that it is on."""
    said = "The same text each time, if you know one. Sealed, compared where a commission is suspected, told to nobody."
    return text(LONGEST_DEVICE, allow_none=True, metadata={"description": said})


def tags() -> fields.List[Any]:
    """What a listing is found by."""
    return fields.List(text(64), load_default=list, validate=validate.Length(max=20, error="Give {max} at most."))


class SetTerms(Schema):
    """All terms together, for orders placed once they begin: at once where that is to nobody's cost, else after the
    notice. What had been announced and has not begun is replaced. What is left out stays as it holds."""

    platform_fee_bps = whole(0, 10_000, required=True, metadata={"description": "Of the price; 500 are 5 %."})
    return_window_days = whole(0, 10_000, required=True)
    reservation_minutes = whole(0, 100_000, required=True)
    seller_threshold = fields.Dict(
        keys=fields.String(), required=True, allow_none=True,
        metadata={"description": "Who may sell; null for everybody.", "example": {"claim": "real_name", "level": 1}},
    )  # fmt: skip
    link_window_days = whole(0, 10_000, metadata={"description": "How long a touch by a share link counts."})
    shelf_window_days = whole(0, 10_000, metadata={"description": "How long a touch through a shelf counts."})
    member_share_bps = whole(
        0, 10_000, metadata={"description": "Of a pool that a member and a community have both earned."}
    )
    notice_days = whole(0, 10_000, metadata={"description": "How long before it holds a change is announced."})
    platform_fee_on_refund = one_of(
        BEARINGS["platform_fee_on_refund"],
        metadata={"description": "Goes back with the rest, or is kept at the cost of the seller."},
    )  # fmt: skip
    dispute_fee_borne_by = one_of(
        BEARINGS["dispute_fee_borne_by"],
        metadata={"description": "Who pays what the provider takes for a dispute that is lost."},
    )  # fmt: skip
    begins_at = Moment(metadata={"description": "Without it, as early as can be."})


class OpenSeller(Schema):
    """Under which name the actor sells."""

    name = text(120, required=True)


class ListGoods(Schema):
    """Something to be sold."""

    title = text(200, required=True)
    description = text(5_000, least=0, load_default="")
    price_minor = money(least=1, required=True)
    currency = currency()
    tags = tags()
    commission_bps = whole(0, 5_000, load_default=0, metadata={"description": "For the group that sells it."})
    stock = whole(0, MOST_STOCK, required=True)
    kind = one_of(("goods", "service"), load_default="goods")


class Reprice(Schema):
    """What it costs from now on."""

    price_minor = money(least=1, required=True)


class Restock(Schema):
    """How many more there are."""

    quantity = whole(1, MOST_STOCK, required=True)


class SpreadStock(Schema):
    """How many buckets there are from now on; with one, all of it lies with the listing again."""

    buckets = whole(1, MOST_BUCKETS, required=True)


class WithReason(Schema):
    """Why."""

    reason = code()


class PickListing(Schema):
    """What to put on the shelf."""

    listing_id = fields.UUID(required=True)
    note = text(500, least=0, load_default="", metadata={"description": "Why the group shows it."})


class DropListing(Schema):
    """What to take off the shelf."""

    listing_id = fields.UUID(required=True)


class WantedLine(ByOneWay):
    """So many of a listing, and the way by which the buyer came; without one, the latest that is remembered counts.

    A ticket names the registration whose seats it pays for.
    """

    listing_id = fields.UUID(required=True)
    quantity = whole(1, MOST_PIECES, required=True)
    registration_id = fields.UUID(allow_none=True)


class OpenCheckout(Schema):
    """What is bought at once, how it is paid, and where it goes."""

    lines = fields.List(
        fields.Nested(WantedLine), required=True,
        validate=validate.Length(1, MOST_LINES, error="Give {min} to {max} lines."),
    )  # fmt: skip
    payment_method = text(40, required=True, metadata={"example": "card"})
    delivery_address = text(500, allow_none=True, metadata={"description": "Sealed under the buyer's key."})
    delivery_country = country(
        allow_none=True, metadata={"description": "For agreements that hold in some alone; not kept.", "example": "CN"}
    )
    device = device()
    if_part_fails = one_of(
        IF_PART_FAILS, load_default=REFUSE,
        metadata={"description": "A seller's part that cannot be ordered: refuse all, or order the others."},
    )  # fmt: skip


class RequestReturn(Schema):
    """What the buyer sends back, and why."""

    line_id = fields.UUID(required=True)
    quantity = whole(1, MOST_PIECES, required=True)
    reason = code()


class RefundLine(Schema):
    """What of a line is paid back: so many of it, or an amount of its price while the goods stay with the buyer; and
    of its freight all that is left, or an amount."""

    line_id = fields.UUID(required=True)
    quantity = whole(0, MOST_PIECES, load_default=0)
    with_freight = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    amount_minor = money(load_default=0, metadata={"description": "Of the price; then there is no quantity."})
    freight_minor = money(load_default=0, metadata={"description": "Of the freight, in place of all of it."})
