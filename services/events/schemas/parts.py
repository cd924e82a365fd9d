"""Fields that several forms of events have."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from services.kernel.doors.fields import text

HIGHEST_AMOUNT = 10**12
MOST_TAGS, MOST_LISTINGS = 20, 50


def whole(least: int, most: int, **more: Any) -> fields.Integer:
    """A whole number within bounds."""
    return fields.Integer(strict=True, validate=validate.Range(least, most, error="Give {min} to {max}."), **more)


def tags() -> fields.List[Any]:
    """What a gathering is found by."""
    few = validate.Length(max=MOST_TAGS, error="Give {max} at most.")
    return fields.List(text(64), load_default=list, validate=few)


def listing_ids(**more: Any) -> fields.List[Any]:
    """Goods that belong to a gathering."""
    few = validate.Length(max=MOST_LISTINGS, error="Give {max} at most.")
    return fields.List(fields.UUID(), validate=few, **more)


def device_id() -> fields.String:
    """The name of a device at the door, as the staff calls it."""
    form = validate.Regexp(r"^[a-z0-9_-]{1,64}\Z", error="Give 1 to 64 lower-case letters, digits, - and _.")
    return fields.String(required=True, validate=form, metadata={"example": "door-1"})


def code() -> fields.String:
    """What a QR code says."""
    form = validate.Regexp(r"^[A-Z2-7]{1,400}\Z", error="Send the code as the ticket shows it.")
    return fields.String(required=True, validate=form, metadata={"example": "AGQZ7M2KXW4T"})


def time_zone() -> fields.String:
    """A name as in the IANA time zone database."""
    return fields.String(required=True, validate=_known_zone, metadata={"example": "Asia/Shanghai"})


def _known_zone(name: str) -> None:
    if name not in _zones():
        raise ValidationError("Name a time zone as in the IANA database, such as Asia/Shanghai.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


class VenueGiven(Schema):
    """Where it is. The online address is shown to those with a ticket alone."""

    venue_name = text(200, load_default=None, allow_none=True, metadata={"example": "Lake House"})
    address = text(500, load_default=None, allow_none=True)
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    online_url = fields.Url(
        load_default=None, allow_none=True, schemes={"https"}, validate=validate.Length(max=500),
        metadata={"example": "https://meet.example.org/lake"},
    )  # fmt: skip
