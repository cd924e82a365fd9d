"""What comes in about fees and commissions as rules."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit, text
from services.mall.schemas.commands import HIGHEST_AMOUNT, MOST_PIECES, country, currency, money, whole

SUBJECTS = ("listing_id", "seller_id", "group_id", "tag")
A_RATE = {"description": "In basis points of the price; 500 are 5 %."}


def _asked(most: int, **more: Any) -> fields.Integer:
    """A whole number in an address, where it is text."""
    return fields.Integer(validate=validate.Range(1, most, error="Give {min} to {max}."), **more)


class AnnounceRule(Schema):
    """Whom the rule is for, its limits of a line, and from when until when. Without anybody it is for all sales."""

    listing_id = fields.UUID(metadata={"description": "For one listing."})
    seller_id = fields.UUID(metadata={"description": "For all that one seller sells."})
    group_id = fields.UUID(metadata={"description": "For what is sold through one community."})
    tag = text(64, metadata={"description": "For a category: all listings with this tag.", "example": "fishing"})
    currency = currency(required=False)
    least_minor = money(metadata={"description": "Of a line, in minor units of the currency."})
    most_minor = money(metadata={"description": "Of a line, in minor units of the currency."})
    begins_at = Moment(metadata={"description": "Without it, as early as can be."})
    ends_at = Moment(metadata={"description": "Without it the rule replaces the one before it for good."})

    @validates_schema
    def one_subject_at_most(self, told: dict[str, Any], **_: Any) -> None:
        """A rule for two would have to say which of them is the more specific."""
        named = [name for name in SUBJECTS if told.get(name)]
        if len(named) > 1:
            raise ValidationError("Name one: a listing, a seller, a community, a tag; or none for all.", named[-1])


class AnnounceFee(AnnounceRule):
    """What the mall takes of these lines."""

    bps = whole(0, 10_000, required=True, metadata=A_RATE)


class AnnounceCommission(AnnounceRule):
    """Within which bounds the commissions of these lines keep."""

    least_bps = whole(0, 10_000, load_default=0, metadata=A_RATE)
    most_bps = whole(0, 10_000, load_default=5_000, metadata=A_RATE)


class EndRule(Schema):
    """Until when it holds."""

    ends_at = Moment(metadata={"description": "Without it, as early as can be."})


class RulesAsked(Schema):
    """Which rules: those in force, those to come, or all that ever were; now, or as of another time."""

    kind = one_of(("platform_fee", "commission"), load_default="platform_fee")
    state = one_of(("in_force", "announced", "all"), load_default="in_force")
    as_of = Moment(metadata={"description": "Without it, now."})
    limit = page_limit()
    cursor = Cursor(1)


class QuoteAsked(Schema):
    """So many of a listing at a price of one piece, through a community or another way, at a time."""

    price_minor = _asked(HIGHEST_AMOUNT, metadata={"description": "Without it, the price of the listing."})
    quantity = _asked(MOST_PIECES, load_default=1)
    group_id = fields.UUID(metadata={"description": "Through this community; without it, by a member."})
    as_of = Moment(metadata={"description": "Without it, now."})
    delivery_country = country(metadata={"description": "For agreements that hold in some alone.", "example": "CN"})
