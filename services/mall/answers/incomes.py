"""Who earned what in a quarter, for whoever has to report it."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer

from .positions import Position


class Income(Schema):
    """What one party earned in one currency. A seller has a row for each kind of what was sold; an order of several
    kinds is ``mixed``. ``gross_minor`` is what buyers paid, less what was returned is ``net_minor``; of that the fee
    and the commissions went to others, and ``income_minor`` is left. Members and communities have commissions alone."""

    role = fields.String(required=True)
    party_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    currency = fields.String(required=True)
    gross_minor = fields.Integer(required=True)
    returned_minor = fields.Integer(required=True)
    net_minor = fields.Integer(required=True)
    fee_minor = fields.Integer(required=True)
    commission_minor = fields.Integer(required=True)
    income_minor = fields.Integer(required=True)


class Incomes(Position):
    """A page of rows: sellers and members by person, communities by group. With ``since`` they are differences."""

    quarter = fields.String(required=True)
    time_zone = fields.String(required=True)
    begins_at = Moment(required=True)
    ends_at = Moment(required=True)
    as_of = Moment(required=True)
    since = Moment(required=True, allow_none=True)
    items = fields.List(fields.Nested(Income), required=True)
    next = Cursor(4, required=True, allow_none=True)


class Operator(Schema):
    """Who operated: a seller, told by its person, a community that earned, or a member. It did so from
    ``operating_since`` on; ``ended_at`` is when a seller was suspended and not reinstated, ``ended_as`` why. ``claims``
    are those by which a seller was let in, as kind:level. ``change`` is added, changed or removed, with ``since``."""

    role = fields.String(required=True)
    party_id = fields.UUID(required=True)
    operating_since = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    ended_as = fields.String(required=True, allow_none=True)
    claims = fields.List(fields.String(), required=True)
    change = fields.String(required=True, allow_none=True)


class Operators(Position):
    """A page of rows. With ``since`` those that have changed, as they are told now."""

    half = fields.String(required=True)
    time_zone = fields.String(required=True)
    begins_at = Moment(required=True)
    ends_at = Moment(required=True)
    as_of = Moment(required=True)
    since = Moment(required=True, allow_none=True)
    items = fields.List(fields.Nested(Operator), required=True)
    next = Cursor(2, required=True, allow_none=True)


class FilingAnswer(CommandAnswer):
    """The filing it was about."""

    filing_id = fields.UUID(required=True)


class FilingSeen(Schema):
    """A report that was sent: asked for again with the same quarter and moments, its file has the same digest. Of a
    list of operators, ``quarter`` is its half-year."""

    filing_id = fields.UUID(required=True)
    quarter = fields.String(required=True)
    time_zone = fields.String(required=True)
    as_of = Moment(required=True)
    since = Moment(required=True, allow_none=True)
    sha256 = fields.String(required=True)
    receipt = fields.String(required=True)
    recorded_at = Moment(required=True)


class FilingsSeen(Schema):
    """A page of filings, the latest first."""

    items = fields.List(fields.Nested(FilingSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)
