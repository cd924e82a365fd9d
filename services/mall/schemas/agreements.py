"""What comes in about agreements of sellers and communities, field by field."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Cursor, Moment, page_limit
from services.mall.schemas.commands import country, currency, money, whole

MOST_LISTINGS, MOST_COUNTRIES = 100, 250


def _list_of(one: fields.Field[Any], most: int, told: str) -> fields.List[Any]:
    return fields.List(
        one, load_default=list, validate=validate.Length(max=most, error="Give {max} at most."),
        metadata={"description": told},
    )  # fmt: skip


class OfferAgreement(Schema):
    """What one side offers to the other for what is sold through the shelf of the group."""

    seller_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    listing_ids = _list_of(fields.UUID(), MOST_LISTINGS, "Which goods; without any, all of the seller.")
    pool_bps = whole(
        0, 10_000, required=True,
        metadata={"description": "The commission, in basis points of the price, in place of the listing's."},
    )  # fmt: skip
    territory = _list_of(country(), MOST_COUNTRIES, "To which countries the goods go; without any, everywhere.")
    floor_minor = money(least=1, metadata={"description": "The lowest price of a piece for which it holds."})
    currency = currency(required=False)
    exclusive = fields.Boolean(
        load_default=False, truthy={True}, falsy={False},
        metadata={"description": "No other community shows these listings, which are named, while it holds."},
    )  # fmt: skip
    notice_days = whole(
        0, 10_000, load_default=30, metadata={"description": "How long before its end either side announces that."}
    )
    starts_at = Moment(metadata={"description": "Without it, or when that is over, once it is accepted."})
    ends_at = Moment(metadata={"description": "Without it, until somebody ends it."})


class AgreementsAsked(Schema):
    """Of which seller, or of which group."""

    party_id = fields.UUID(required=True)
    limit = page_limit()
    cursor = Cursor(1)


class HistoryAsked(Schema):
    """How much of it."""

    limit = page_limit()
    cursor = Cursor(1)
