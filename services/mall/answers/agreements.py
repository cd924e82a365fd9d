"""What questions and commands about agreements of sellers and communities answer, field by field."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class OfferAnswer(CommandAnswer):
    """The offer it was about."""

    agreement_id = fields.UUID(required=True)
    offer_id = fields.UUID(required=True)


class AgreementOffered(OfferAnswer):
    """The offer, and the how many-th of the two it is."""

    number = fields.Integer(required=True)


class AgreementAccepted(OfferAnswer):
    """The offer, and from when on it holds."""

    starts_at = Moment(required=True)


class AgreementEnded(CommandAnswer):
    """The agreement, and until when it holds."""

    agreement_id = fields.UUID(required=True)
    ends_at = Moment(required=True)


class TermsOffered(Schema):
    """Terms, and the number of the offer that had them. Without listings they are about all goods of the seller,
    without a territory about all countries."""

    offer_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    listing_ids = fields.List(fields.UUID(), required=True)
    pool_bps = fields.Integer(required=True)
    territory = fields.List(fields.String(), required=True)
    floor_minor = fields.Integer(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    exclusive = fields.Boolean(required=True)
    notice_days = fields.Integer(required=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)


class OpenOffer(TermsOffered):
    """What waits for an answer of the other side."""

    offered_by = fields.String(required=True, metadata={"description": "seller or community"})


class AgreementListed(Schema):
    """A seller and a community. Number and times are those of the offer that was accepted last, null before that;
    ``open_number`` is that of the offer which waits for an answer."""

    agreement_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    number = fields.Integer(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)
    open_number = fields.Integer(required=True, allow_none=True)
    open_by = fields.String(required=True, allow_none=True, metadata={"description": "seller or community"})
    changed_at = Moment(required=True)


class AgreementsSeen(Schema):
    """A page of agreements; those come first that were begun last."""

    items = fields.List(fields.Nested(AgreementListed), required=True)
    next = Cursor(1, required=True, allow_none=True)


class AgreementSeen(Schema):
    """What holds now, what was accepted and is to hold later, and what waits for an answer."""

    agreement_id = fields.UUID(required=True)
    seller_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    in_force = fields.Nested(TermsOffered, required=True, allow_none=True)
    to_come = fields.List(fields.Nested(TermsOffered), required=True)
    open_offer = fields.Nested(OpenOffer, required=True, allow_none=True)


class AgreementStep(Schema):
    """One thing that happened: offered, accepted, declined, withdrawn or end_announced, by the seller or the community;
    or lapsed, by neither: it came to the end that was agreed on.

    An offer that was neither answered nor withdrawn when the next one came is replaced by that one. Terms are those of
    an offer; ``starts_at`` and ``ends_at`` are of what was accepted, and of an end.
    """

    step = fields.String(required=True)
    by = fields.String(required=True, metadata={"description": "seller, community or neither"})
    at = Moment(required=True)
    offer_id = fields.UUID(required=True, allow_none=True)
    number = fields.Integer(required=True, allow_none=True)
    starts_at = Moment(required=True, allow_none=True)
    ends_at = Moment(required=True, allow_none=True)
    terms = fields.Nested(TermsOffered, required=True, allow_none=True)


class AgreementHistory(Schema):
    """A page of what happened between a seller and a community, the latest first."""

    agreement_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(AgreementStep), required=True)
    next = Cursor(1, required=True, allow_none=True)
