"""What comes with questions about communities as a whole."""

from marshmallow import Schema

from services.kernel.doors.fields import Moment, page_limit


class AudienceAsked(Schema):
    """As of which moment."""

    as_of = Moment(
        metadata={"description": "What happened at this moment or after it is left out, whenever it was recorded.",
                  "example": "2018-01-01T00:00:00Z"}
    )  # fmt: skip


class NeighboursAsked(Schema):
    """How many, from the nearest on."""

    limit = page_limit(10)
