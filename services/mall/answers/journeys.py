"""What goes out about the way from post to gathering to order."""

from marshmallow import Schema, fields


class Earned(Schema):
    """What was paid in one currency, and what is left of it after refunds and cancellations."""

    currency = fields.String(required=True)
    gross_minor = fields.Integer(required=True)
    net_minor = fields.Integer(required=True)


class Journey(Schema):
    """How many of each step. ``came`` is null below five people and told in steps of five; ``orders`` were paid for
    after the goods were met in a post or at a gathering, ``orders_back`` are those of which something came back."""

    position = fields.String(required=True, metadata={"example": "mall:42"})
    posts = fields.Integer(required=True)
    gatherings = fields.Integer(required=True)
    came = fields.Integer(required=True, allow_none=True)
    orders = fields.Integer(required=True)
    orders_by_post = fields.Integer(required=True)
    orders_by_gathering = fields.Integer(required=True)
    orders_back = fields.Integer(required=True)
    amounts = fields.List(fields.Nested(Earned), required=True)


class ListingJourney(Journey):
    """Of a listing, over all communities."""

    listing_id = fields.UUID(required=True)


class CommunityJourney(Journey):
    """Of a community, over all its goods."""

    group_id = fields.UUID(required=True)
