"""At which position, and as of which moment, an answer holds."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Moment


class Position(Schema):
    """At which position of the mall's log the answer holds."""

    position = fields.String(required=True, metadata={"example": "mall:42"})


class AsOf(Position):
    """``as_of`` is the moment that was asked about: what had happened before it. Null is now."""

    as_of = Moment(required=True, allow_none=True)
