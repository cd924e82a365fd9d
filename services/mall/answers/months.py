"""Figures month by month."""

from marshmallow import fields

from .figures import Figures
from .positions import AsOf


class Month(Figures):
    """What was paid, refunded and cancelled in a month; what was held, available, on its way and paid out when it was
    over, and what had been given back to buyers by then, since the beginning."""

    month = fields.String(required=True, metadata={"example": "2018-01"})
    currency = fields.String(required=True)
    held_minor = fields.Integer(required=True)
    available_minor = fields.Integer(required=True)
    paying_minor = fields.Integer(required=True)
    paid_out_minor = fields.Integer(required=True)
    given_back_minor = fields.Integer(required=True)


class MonthsSold(AsOf):
    """A row a month and currency in which anything was booked, the earliest first. Months are of UTC."""

    items = fields.List(fields.Nested(Month), required=True)
