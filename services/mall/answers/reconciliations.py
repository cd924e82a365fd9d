"""What questions and commands about reconciliations answer, field by field. Amounts in minor units."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment
from services.kernel.doors.operation import CommandAnswer


class DayAnswer(CommandAnswer):
    """The day it was about."""

    day = fields.String(required=True)


class DiscrepancyAnswer(CommandAnswer):
    """The discrepancy it was about."""

    discrepancy_id = fields.UUID(required=True)


class ComparedSeen(Schema):
    """One currency at the end of a day, when it was compared. ``open_minor`` is what is stated less what is booked, and
    what all open discrepancies come to; ``unstated_minor`` is of the balance that no line explains."""

    currency = fields.String(required=True)
    told_minor = fields.Integer(required=True, metadata={"description": "The balance that the provider names."})
    stated_minor = fields.Integer(required=True, metadata={"description": "What all of its lines come to."})
    booked_minor = fields.Integer(required=True, metadata={"description": "What we have booked with the provider."})
    open_minor = fields.Integer(required=True)
    unstated_minor = fields.Integer(required=True)


class OpenSum(Schema):
    """What is open now of a day, in one currency; ``aged`` of them for more than three days."""

    currency = fields.String(required=True)
    open = fields.Integer(required=True)
    aged = fields.Integer(required=True)
    open_minor = fields.Integer(required=True)


class DaySeen(Schema):
    """A day that was compared. ``matched`` of the lines were so at once; ``aged`` of the open ones are so for long."""

    day = fields.String(required=True)
    statement_version = fields.Integer(required=True, metadata={"description": "More than 1: it was stated anew."})
    digest = fields.String(required=True)
    imported_at = Moment(required=True)
    lines = fields.Integer(required=True)
    matched = fields.Integer(required=True)
    differing = fields.Integer(required=True)
    unmatched = fields.Integer(required=True)
    fees = fields.Integer(required=True)
    open = fields.List(fields.Nested(OpenSum), required=True)
    compared = fields.List(fields.Nested(ComparedSeen), required=True)


class DaysSeen(Schema):
    """A page of days, the latest first."""

    items = fields.List(fields.Nested(DaySeen), required=True)
    next = Cursor(1, required=True, allow_none=True)


class StatementLineSeen(Schema):
    """A line of a statement, as it came in a version, and what it was then: matched, differing, unmatched or fee.

    ``withdrawn_in`` is the version that has it no more, or has it otherwise."""

    line_id = fields.String(required=True)
    statement_version = fields.Integer(required=True)
    withdrawn_in = fields.Integer(required=True, allow_none=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True, allow_none=True)
    amount_minor = fields.Integer(required=True)
    fee_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    happened_at = Moment(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    discrepancy_id = fields.UUID(required=True, allow_none=True)


class StatementLinesSeen(Schema):
    """A page of the lines of a day, in every version."""

    day = fields.String(required=True)
    items = fields.List(fields.Nested(StatementLineSeen), required=True)
    next = Cursor(2, required=True, allow_none=True)


class DiscrepancyRow(Schema):
    """Kind: theirs (they state it, we have not booked it), ours, differing, fees, or taken_back (what was resolved, and
    is stated no more). State: open, settled, joined, withdrawn or resolved. ``age_days`` is up to the last day that was
    compared, null when it is not open."""

    discrepancy_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    since = fields.String(required=True)
    age_days = fields.Integer(required=True, allow_none=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.UUID(required=True, allow_none=True)
    their_minor = fields.Integer(required=True)
    our_minor = fields.Integer(required=True)
    difference_minor = fields.Integer(required=True)
    currency = fields.String(required=True)


class DiscrepanciesSeen(Schema):
    """A page of discrepancies, the oldest first."""

    items = fields.List(fields.Nested(DiscrepancyRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class BookingSeen(Schema):
    """What we booked with the provider, and at which position."""

    position = fields.String(required=True)
    checkout_id = fields.UUID(required=True)
    amount_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    booked_at = Moment(required=True)


class StepSeen(Schema):
    """What became of it, when, and by whom: the clock of the mall, or an operator."""

    became = fields.String(required=True)
    position = fields.String(required=True)
    day = fields.String(required=True, allow_none=True)
    into_id = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    account = fields.String(required=True, allow_none=True)
    actor_id = fields.UUID(required=True)
    at = Moment(required=True)


class DiscrepancySeen(DiscrepancyRow):
    """What they say of it, what we booked of the same subject, and what became of it, step by step."""

    lines = fields.List(fields.Nested(StatementLineSeen), required=True)
    bookings = fields.List(fields.Nested(BookingSeen), required=True)
    steps = fields.List(fields.Nested(StepSeen), required=True)
