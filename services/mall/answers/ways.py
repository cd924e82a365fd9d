"""What is answered about shelves, share links, and the ways by which buyers came."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.mall.answers.fraud_holds import FraudHoldRow
from services.mall.answers.things import ListingSeen


class InSeason(Schema):
    """From when until when, null without such an end; and whether it is open now."""

    opens_at = Moment(required=True, allow_none=True)
    closes_at = Moment(required=True, allow_none=True)
    is_open = fields.Boolean(required=True)


class Pick(InSeason):
    """A listing on a shelf, with the note of whoever picked it."""

    listing_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    title = fields.String(required=True)
    price_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    available = fields.Integer(required=True)
    state = fields.String(required=True)
    note = fields.String(required=True)
    picked_at = Moment(required=True)


class ShelfSeen(InSeason):
    """What a group shows, the latest first. A pick is open while its season and that of the shelf are."""

    shelf_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(Pick), required=True)
    next = Cursor(1, required=True, allow_none=True)


class MemberShelfSeen(InSeason):
    """What a person shows, the latest first."""

    shelf_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(Pick), required=True)
    next = Cursor(1, required=True, allow_none=True)


class SharedListing(ListingSeen):
    """A listing as a share link shows it. ``is_advert`` when somebody may earn by the sale."""

    link_id = fields.UUID(required=True)
    code = fields.String(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    link_state = fields.String(required=True, metadata={"description": "valid, revoked or expired"})
    is_advert = fields.Boolean(required=True)


class LinkSeen(Schema):
    """A share link of one's own."""

    link_id = fields.UUID(required=True)
    code = fields.String(required=True)
    listing_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"description": "valid, revoked or expired"})
    made_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)


class LinksSeen(Schema):
    """A page of one's own share links, the latest first."""

    items = fields.List(fields.Nested(LinkSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)


class TouchSeen(Schema):
    """A way by which one came to a listing, and until when it counts."""

    listing_id = fields.UUID(required=True)
    link_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    shelf_person_id = fields.UUID(required=True, allow_none=True)
    post_id = fields.UUID(required=True, allow_none=True)
    gathering_id = fields.UUID(required=True, allow_none=True)
    touched_at = Moment(required=True)
    counts_until = Moment(required=True)


class TouchesSeen(Schema):
    """What is remembered of the actor, the latest first: it binds to nobody and can be left at any time."""

    items = fields.List(fields.Nested(TouchSeen), required=True)


class TouchConsidered(Schema):
    """A touch that was considered, and what became of it: won, overtaken_by_a_later_one, window_over, or the code of
    what was in its way. The ids and times of those that did not win are for the buyer and operators."""

    link_id = fields.UUID(required=True, allow_none=True)
    group_id = fields.UUID(required=True, allow_none=True)
    member_id = fields.UUID(required=True, allow_none=True)
    post_id = fields.UUID(required=True, allow_none=True)
    gathering_id = fields.UUID(required=True, allow_none=True)
    touched_at = Moment(required=True, allow_none=True)
    named = fields.Boolean(required=True, metadata={"description": "Named with the order itself."})
    window_days = fields.Integer(required=True)
    outcome = fields.String(required=True)


class Recipient(Schema):
    """Somebody whose way won: earns, own_purchase or own_goods; what is not earned is the seller's."""

    party = fields.String(required=True, metadata={"description": "community or member"})
    party_id = fields.UUID(required=True)
    standing = fields.String(required=True)


class PartOfPrice(Schema):
    """A party's part: exactly, in whole minor units, the unit that rounding added, its freight, and all of it."""

    party = fields.String(required=True)
    party_id = fields.UUID(required=True, allow_none=True)
    exact_minor = fields.String(required=True, metadata={"example": "499.95"})
    whole_minor = fields.Integer(required=True)
    rounding_minor = fields.Integer(required=True)
    freight_minor = fields.Integer(required=True)
    share_minor = fields.Integer(required=True)


class RuleKept(Schema):
    """The rule of a tariff by which a line was charged, as it was when the order was placed."""

    rule_id = fields.UUID(required=True)
    scope = fields.String(required=True, metadata={"description": "listing, seller, community, category or all"})
    subject = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    begins_at = Moment(required=True)
    least_bps = fields.Integer(required=True)
    most_bps = fields.Integer(required=True)
    least_minor = fields.Integer(required=True, allow_none=True)
    most_minor = fields.Integer(required=True, allow_none=True)
    offered_bps = fields.Integer(metadata={"description": "Of a pool: what the seller offered."})


class AgreementKept(Schema):
    """What seller and community had agreed on, as it was when the order was placed, and whether it held for the line:
    applies, or why it did not: ended, other_goods, country_unknown, outside_territory, other_currency, below_floor.
    With promised_to_another the goods were another community's alone, which is not named.
    """

    outcome = fields.String(required=True)
    agreement_id = fields.UUID(required=True, allow_none=True)
    offer_id = fields.UUID(required=True, allow_none=True)
    number = fields.Integer(required=True, allow_none=True)
    pool_bps = fields.Integer(required=True, allow_none=True)
    territory = fields.List(fields.String(), required=True, allow_none=True)
    floor_minor = fields.Integer(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    exclusive = fields.Boolean(required=True, allow_none=True)


class AttributionSeen(Schema):
    """Why this commission, as it was frozen when the order was placed; nothing that came later changes it.

    ``rule_version`` 0 is of lines that were recorded from elsewhere, or placed before there was a rule.
    """

    order_id = fields.UUID(required=True)
    line_id = fields.UUID(required=True)
    listing_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    rule_version = fields.Integer(required=True)
    terms_version = fields.Integer(required=True)
    decided_at = Moment(required=True, allow_none=True)
    touches = fields.List(fields.Nested(TouchConsidered), required=True)
    recipients = fields.List(fields.Nested(Recipient), required=True)
    price_minor = fields.Integer(required=True)
    pool_bps = fields.Integer(required=True)
    member_share_bps = fields.Integer(required=True, allow_none=True)
    platform_fee_bps = fields.Integer(required=True)
    platform_fee_rule = fields.Nested(RuleKept, required=True, allow_none=True)
    commission_rule = fields.Nested(RuleKept, required=True, allow_none=True)
    agreement = fields.Nested(AgreementKept, required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartOfPrice), required=True)
    steps = fields.List(fields.String(), required=True)
    fraud_holds = fields.List(
        fields.Nested(FraudHoldRow), required=True,
        metadata={"description": "What of it is or was withheld; told to who earns it, and to operators."},
    )  # fmt: skip
