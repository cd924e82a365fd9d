"""What comes with questions about communities as a whole."""

from marshmallow import Schema

from services.kernel.doors.fields import page_limit


class NeighboursAsked(Schema):
    """How many, from the nearest on."""

    limit = page_limit(10)
