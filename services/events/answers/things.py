"""What questions answer, field by field. Amounts in minor units of their currency."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Cursor, Moment


class GatheringRow(Schema):
    """A gathering in a list: announced or cancelled. ``seats_left`` is null where there is no limit."""

    gathering_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    title = fields.String(required=True)
    venue_name = fields.String(required=True, allow_none=True)
    is_online = fields.Boolean(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    time_zone = fields.String(required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    seats_left = fields.Integer(required=True, allow_none=True)
    price_minor = fields.Integer(required=True)
    currency = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    has_recap = fields.Boolean(required=True)


class GatheringSeen(GatheringRow):
    """A gathering in full; ``reason`` says why it was cancelled."""

    organiser_id = fields.UUID(required=True)
    description = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    threshold = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True, allow_none=True)
    most_seats = fields.Integer(required=True)
    listing_ids = fields.List(fields.UUID(), required=True)
    reason = fields.String(required=True, allow_none=True)
    announced_at = Moment(required=True)


class GatheringPage(Schema):
    """A page of gatherings, the next to begin first; ``next`` is the cursor of the page after it, null on the last."""

    items = fields.List(fields.Nested(GatheringRow), required=True)
    next = Cursor(2, required=True, allow_none=True)


class RegistrationSeen(Schema):
    """A registration: held, waiting, ticketed or ended; ``reason`` says why it ended."""

    registration_id = fields.UUID(required=True)
    gathering_id = fields.UUID(required=True)
    seats = fields.Integer(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    expires_at = Moment(required=True, allow_none=True)
    order_id = fields.UUID(required=True, allow_none=True)
    checked_in_at = Moment(required=True, allow_none=True)
    registered_at = Moment(required=True)


class RegistrationPage(Schema):
    """A page of your registrations, the latest first."""

    items = fields.List(fields.Nested(RegistrationSeen), required=True)
    next = Cursor(1, required=True, allow_none=True)


class TicketSeen(Schema):
    """A ticket: show the QR code at the door. It says the same as ``code``."""

    registration_id = fields.UUID(required=True)
    gathering_id = fields.UUID(required=True)
    title = fields.String(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    time_zone = fields.String(required=True)
    venue_name = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    online_url = fields.String(required=True, allow_none=True)
    seats = fields.Integer(required=True)
    code = fields.String(required=True)
    qr_svg = fields.String(required=True, metadata={"description": "The QR code as an SVG image."})


class WaitlistStep(Schema):
    """What happened on a waitlist: joined, left, moved or reordered.

    ``number`` says as which it joined. A move gives ``seats`` of the ``free`` ones; ``why`` says what made them free,
    ``passed_over`` who was before it and needed more. Who was reordered stands at ``position``, ``reason`` says why.
    """

    what = fields.String(required=True)
    number = fields.Integer(required=True)
    seats = fields.Integer(required=True, allow_none=True)
    free = fields.Integer(required=True, allow_none=True)
    why = fields.String(required=True, allow_none=True)
    passed_over = fields.List(fields.Integer(), required=True)
    position = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    happened_at = Moment(required=True)


class Queueing(Schema):
    """Who waits, as the organiser sees it: the number as which it joined, and for how many."""

    registration_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    seats = fields.Integer(required=True)


class WaitlistSeen(Schema):
    """A waitlist with all that ever happened on it; ``you`` is your place and number, ``waiting`` is for organisers."""

    gathering_id = fields.UUID(required=True)
    length = fields.Integer(required=True)
    your_position = fields.Integer(required=True, allow_none=True)
    your_number = fields.Integer(required=True, allow_none=True)
    waiting = fields.List(fields.Nested(Queueing), required=True, allow_none=True)
    steps = fields.List(fields.Nested(WaitlistStep), required=True)


class AtDoor(Schema):
    """A registration as a door knows it, without a name. A ticket with an older serial is not good."""

    registration_id = fields.UUID(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    seats = fields.Integer(required=True)
    serial = fields.Integer(required=True)
    checked_in_at = Moment(required=True, allow_none=True)
    device_id = fields.String(required=True, allow_none=True)


class DoorList(Schema):
    """What has changed since the revision that was sent; ask again with this one for what changes from now on."""

    gathering_id = fields.UUID(required=True)
    revision = fields.Integer(required=True)
    items = fields.List(fields.Nested(AtDoor), required=True)
    next = Cursor(1, required=True, allow_none=True)


class Attendee(AtDoor):
    """A registration with its person, for organisers; ``duplicates`` are further scans of the same ticket."""

    person_id = fields.UUID(required=True)
    duplicates = fields.Integer(required=True)
    refused_scans = fields.Integer(required=True)


class AttendeePage(Schema):
    """Who has registered, in the order in which they did."""

    items = fields.List(fields.Nested(Attendee), required=True)
    next = Cursor(1, required=True, allow_none=True)


class Attendance(Schema):
    """How many people registered and came; null below five, or where it could be worked out. Guests are not counted.

    As of a moment, which ``as_of`` repeats, all of it is as it stood then."""

    gathering_id = fields.UUID(required=True)
    starts_at = Moment(required=True)
    state = fields.String(required=True)
    registered = fields.Integer(required=True, allow_none=True)
    came = fields.Integer(required=True, allow_none=True)
    as_of = Moment(required=True, allow_none=True)


class AttendancePage(Schema):
    """The gatherings of a group, the earliest first, with who came."""

    items = fields.List(fields.Nested(Attendance), required=True)
    next = Cursor(2, required=True, allow_none=True)


class Figures(Schema):
    """How many seats of a gathering are taken, guests counted; registrations that have them, and that have ended."""

    gathering_id = fields.UUID(required=True)
    seats_taken = fields.Integer(required=True)
    with_seats = fields.Integer(required=True)
    ended = fields.Integer(required=True)


class FiguresPage(Schema):
    """A page of gatherings, in the order of their ids."""

    items = fields.List(fields.Nested(Figures), required=True)
    next = Cursor(1, required=True, allow_none=True)


class RecapSeen(Schema):
    """How it was, as its author tells it; the words are empty once the author is forgotten."""

    gathering_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True)
    text = fields.String(required=True)
    came = fields.Integer(required=True, allow_none=True)
    listing_ids = fields.List(fields.UUID(), required=True)


class Keys(Schema):
    """A JWK set (RFC 7517) with the public key that tickets are signed with."""

    keys = fields.List(fields.Dict(keys=fields.String()), required=True)
