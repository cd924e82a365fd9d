"""What comes with the questions about suitability."""

from marshmallow import Schema

from services.kernel.doors.fields import page_limit


class SuitabilityAsked(Schema):
    """How many, from the best on."""

    limit = page_limit(10)
