"""What comes with questions: which part of a list, how much at once, and where to go on."""

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Cursor, Moment, page_limit, text

MOST_POSITION = 10**15


class GatheringsAsked(Schema):
    """Which gatherings: of a group, with a tag, from a time on."""

    group_id = fields.UUID()
    tag = text(64)
    starts_from = Moment(metadata={"description": "Those that begin then or later; the past too when left out."})
    limit = page_limit()
    cursor = Cursor(2)


class Paging(Schema):
    """How many at once, and where to go on."""

    limit = page_limit()
    cursor = Cursor(1)


class DoorListAsked(Paging):
    """What has changed since a revision; everything when left out."""

    since = fields.Integer(
        load_default=0, validate=validate.Range(0, MOST_POSITION, error="Give {min} to {max}."),
        metadata={"description": "The 'revision' of the last answer."},
    )  # fmt: skip


class AttendanceAsked(Schema):
    """As of which moment."""

    as_of = Moment(
        metadata={"description": "What happened at this moment or after it is left out, whenever it was recorded.",
                  "example": "2018-01-01T00:00:00Z"}
    )  # fmt: skip


class GroupAttendanceAsked(AttendanceAsked):
    """How many of a group's gatherings."""

    limit = page_limit()
    cursor = Cursor(2)
