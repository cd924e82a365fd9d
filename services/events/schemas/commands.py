"""What comes in with commands, field by field."""

from marshmallow import Schema, fields, validate

from services.events.domain.form import CAPACITY, HOLD_MINUTES, MOST_SEATS
from services.kernel.doors.fields import Moment, text

from .parts import HIGHEST_AMOUNT, VenueGiven, code, device_id, listing_ids, tags, time_zone, whole

MOST_SCANS = 200
_THRESHOLD = {
    "description": "Who may come; null is open to everybody.", "example": {"claim": "real_name", "level": 1},
}  # fmt: skip


class Times(Schema):
    """When it begins and ends."""

    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class Announce(Times):
    """A new gathering."""

    group_id = fields.UUID(required=True)
    title = text(200, required=True, metadata={"example": "A morning at the lake"})
    description = text(10_000, least=0, load_default="")
    venue = fields.Nested(VenueGiven, required=True)
    time_zone = time_zone()
    capacity = whole(*CAPACITY, required=True)
    threshold = fields.Dict(
        keys=fields.String(), values=fields.Raw(), load_default=None, allow_none=True, metadata=_THRESHOLD
    )
    price_minor = whole(0, HIGHEST_AMOUNT, load_default=0, metadata={"description": "Of one seat; 0 is free."})
    currency = fields.String(
        load_default=None, allow_none=True, metadata={"example": None, "description": "As in ISO 4217, with a price."},
        validate=validate.Regexp(r"^[A-Z]{3}\Z", error="Give three capital letters as in ISO 4217, such as EUR."),
    )  # fmt: skip
    most_seats = whole(1, MOST_SEATS, load_default=1, metadata={"description": "Of one registration, guests included."})
    hold_minutes = whole(
        *HOLD_MINUTES, load_default=15, metadata={"description": "How long seats are kept for a payment."}
    )
    listing_ids = listing_ids(load_default=list)
    tags = tags()


class ChangeVenue(Schema):
    """Where it is from now on."""

    venue = fields.Nested(VenueGiven, required=True)


class ChangeCapacity(Schema):
    """How many seats there are from now on."""

    capacity = whole(*CAPACITY, required=True)


class Why(Schema):
    """Why, for those whom it concerns to read."""

    reason = text(2_000, required=True)


class MoveWaiting(Why):
    """Who is put to which place of the waitlist, and why."""

    registration_id = fields.UUID(required=True)
    position = whole(1, 1_000, required=True)


class DoorStaff(Schema):
    """Whom it is about."""

    person_id = fields.UUID(required=True)


class Register(Schema):
    """For how many."""

    seats = whole(1, MOST_SEATS, load_default=1, metadata={"description": "You and your guests."})


class CheckIn(Schema):
    """What the ticket says, and the device that read it."""

    code = code()
    device_id = device_id()


class Scan(Schema):
    """What a device admitted while it could not ask, and when by its own clock."""

    code = code()
    at = Moment(required=True)


class MergeCheckIns(Schema):
    """All that a device admitted while it could not ask."""

    device_id = device_id()
    scans = fields.List(
        fields.Nested(Scan), required=True, validate=validate.Length(1, MOST_SCANS, error="Give {min} to {max} scans.")
    )


class WriteRecap(Schema):
    """How it was."""

    text = text(20_000, required=True)
    listing_ids = listing_ids(
        load_default=None, allow_none=True, metadata={"description": "The goods of the gathering when left out."}
    )
