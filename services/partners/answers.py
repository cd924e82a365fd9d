"""What goes out, field by field."""

from typing import Any

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class PartnerAnswer(CommandAnswer):
    """The partner it was about."""

    partner_id = fields.UUID(required=True)


class KeyAnswer(PartnerAnswer):
    """The partner, and its new key, which no other answer shows."""

    key_number = fields.Integer(required=True)
    key = fields.String(required=True, metadata={"description": "Shown here alone; hand it to the partner."})


class GoodKey(Schema):
    """A key by its number, and when it ends; null for the latest, which does not end by itself."""

    key_number = fields.Integer(required=True)
    ends_at = Moment(required=True, allow_none=True)


class PartnerSeen(Schema):
    """A partner as operators see it."""

    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    good_keys = fields.List(fields.Nested(GoodKey), required=True)
    registered_at = Moment(required=True)


class PartnerPage(Schema):
    """A page of partners; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(PartnerSeen), required=True)
    next = Cursor(2, required=True, allow_none=True)


class FeedEvent(Schema):
    """One message as a CloudEvent. Ids of people are this partner's own names for them."""

    specversion = fields.String(required=True)
    id = fields.String(required=True, metadata={"description": "Unique for ever.", "example": "mall:42"})
    source = fields.String(required=True)
    type = fields.String(required=True, metadata={"example": "agora.mall.order_paid.v1"})
    subject = fields.String(required=True)
    time = Moment(required=True, metadata={"description": "When it was recorded."})
    datacontenttype = fields.String(required=True)
    sequence = fields.String(required=True, metadata={"description": "The position in the log of its source."})
    effectivetime = Moment(required=True, metadata={"description": "When it happened."})
    correlationid = fields.String(required=True)
    causationid = fields.String(required=True)
    journal = fields.String(required=True, metadata={"description": "The position in the journal; order by it."})
    data = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class FeedCount(Schema):
    """How many events a reader of these types has got who has read up to ``through``; ``digest`` is the link there,
    and empty for a key that does not open all feeds."""

    count = fields.Integer(required=True)
    through = fields.Integer(required=True)
    digest = fields.String(required=True)


class NumberOfPeople(Schema):
    """A number of people; null where it is below five, or would give away one that is."""

    count = fields.Integer(required=True, allow_none=True)
    withheld = fields.Boolean(required=True)


class Amounts(Schema):
    """Money of lines that were paid, in minor units: what came, what went back, what is left."""

    currency = fields.String(required=True)
    gross_minor = fields.Integer(required=True)
    refunded_minor = fields.Integer(required=True)
    cancelled_minor = fields.Integer(required=True)
    net_minor = fields.Integer(required=True)


class Sold(Schema):
    """What was paid for: orders, pieces, how many of them came back or were cancelled, and the money."""

    orders = fields.Integer(required=True)
    units = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    amounts = fields.List(fields.Nested(Amounts), required=True)


class OrdersCounted(Schema):
    """How many orders there are, and how far they came: one that was cancelled after it was paid counts as both."""

    placed = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    refunded = fields.Integer(required=True)


class Totals(Schema):
    """Over everything. ``members`` are people in at least one group, ``buyers`` those with a purchase that stands."""

    people = fields.Nested(NumberOfPeople, required=True)
    members = fields.Nested(NumberOfPeople, required=True)
    buyers = fields.Nested(NumberOfPeople, required=True)
    groups = fields.Integer(required=True)
    listings = fields.Integer(required=True)
    offered = fields.Integer(required=True)
    orders = fields.Nested(OrdersCounted, required=True)
    sold = fields.Nested(Sold, required=True)


class CountedRow(Schema):
    """A group with its members and with what was sold through its shelf; or a listing with what was sold of it."""

    group_id = fields.UUID()
    members = fields.Nested(NumberOfPeople)
    buyers = fields.Nested(NumberOfPeople)
    listing_id = fields.UUID()
    offered = fields.Boolean()
    sold = fields.Nested(Sold, required=True)


class Heard(Schema):
    """Up to which message of each service these figures count."""

    identity = fields.Integer(required=True)
    groups = fields.Integer(required=True)
    mall = fields.Integer(required=True)
    events = fields.Integer(required=True)


class Counts(Schema):
    """Figures, and the positions at which they hold; ``next`` is the cursor of more rows, null on the last."""

    at = fields.Nested(Heard, required=True)
    totals = fields.Nested(Totals, required=True)
    items = fields.List(fields.Nested(CountedRow), required=True)
    next: Any = Cursor(1, required=True, allow_none=True)
