"""What goes out about which goods suit which community."""

from marshmallow import Schema, fields


class Reason(Schema):
    """Why, with the figures and what they add to the score: topics, people, sales, returns or no_sales_yet."""

    kind = fields.String(required=True)
    points = fields.Float(required=True)
    sentence = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    people = fields.Integer(required=True, allow_none=True)
    of_people = fields.Integer(required=True, allow_none=True)
    pieces = fields.Integer(required=True, allow_none=True)
    came_back = fields.Integer(required=True, allow_none=True)


class Verdict(Schema):
    """0 to 100; it suits from 25 on. ``by_tags_alone``: nothing like it was sold there yet."""

    score = fields.Float(required=True)
    suits = fields.Boolean(required=True)
    by_tags_alone = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(Reason), required=True)


class CommunityThatSuits(Verdict):
    """A community, and whether the listing is on its shelf already."""

    group_id = fields.UUID(required=True)
    is_on_shelf = fields.Boolean(required=True)


class ListingThatSuits(Verdict):
    """A listing that the community does not show yet. Its price has no part in the score."""

    listing_id = fields.UUID(required=True)
    title = fields.String(required=True)
    price_minor = fields.Integer(required=True)
    currency = fields.String(required=True)


class Suitability(Schema):
    """By a formula of this version, and as far as identity was heard."""

    formula = fields.String(required=True, metadata={"example": "suitability.v1"})
    known_at = fields.String(required=True, metadata={"example": "identity:7"})


class CommunitiesThatSuit(Suitability):
    """The best first."""

    listing_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(CommunityThatSuits), required=True)


class ListingsThatSuit(Suitability):
    """The best first."""

    group_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(ListingThatSuits), required=True)
