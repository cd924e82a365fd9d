"""What commands answer: ids, and what became of what was asked for."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Moment
from services.kernel.doors.operation import CommandAnswer


class GatheringAnswer(CommandAnswer):
    """The gathering it was about."""

    gathering_id = fields.UUID(required=True)


class RegistrationAnswer(CommandAnswer):
    """The registration it was about."""

    registration_id = fields.UUID(required=True)


class RegistrationRecorded(RegistrationAnswer):
    """The registration, and its state: ticketed or ended."""

    state = fields.String(required=True)


class Registered(RegistrationRecorded):
    """What became of it: ticketed; held until it is paid for; or waiting at a place of the waitlist, the first is 1."""

    expires_at = Moment(required=True, allow_none=True)
    position_on_waitlist = fields.Integer(required=True, allow_none=True)


class ScanTold(Schema):
    """What is known here of a scan: checked_in, duplicate, refused (see ``reason``) or not_genuine.

    ``sentence`` says what to do at the door. ``checked_in_at`` and ``device_id`` are of the one check-in of the
    ticket, which may be another scan.
    """

    outcome = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True)
    registration_id = fields.UUID(required=True, allow_none=True)
    seats = fields.Integer(required=True, allow_none=True)
    scanned_at = Moment(required=True)
    checked_in_at = Moment(required=True, allow_none=True)
    device_id = fields.String(required=True, allow_none=True)


class CheckInAnswer(GatheringAnswer, ScanTold):
    """Whether the person comes in: ``duplicate`` says when and by which device the ticket was used."""


class ScansMerged(GatheringAnswer):
    """Each scan in the order in which it was sent."""

    results = fields.List(fields.Nested(ScanTold), required=True)
