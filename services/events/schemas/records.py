"""What an operator hands in of what happened elsewhere, field by field. Ids come with it."""

from marshmallow import Schema, fields

from services.events.domain.form import CAPACITY
from services.kernel.doors.fields import Moment, one_of, text

from .parts import VenueGiven, tags, time_zone, whole

MOST_GUESTS = 1_000


class Happened(Schema):
    """When it happened."""

    happened_at = Moment(required=True, metadata={"example": "2017-12-10T10:56:33Z"})


class RecordGathering(Happened):
    """A gathering of elsewhere, perhaps without a venue, an end or a number of seats."""

    gathering_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    organiser_id = fields.UUID(required=True)
    title = text(200, required=True)
    description = text(10_000, least=0, load_default="")
    venue = fields.Nested(VenueGiven, load_default=lambda: VenueGiven().load({}))
    starts_at = Moment(required=True)
    ends_at = Moment(load_default=None, allow_none=True)
    time_zone = time_zone()
    capacity = whole(*CAPACITY, load_default=None, allow_none=True)
    tags = tags()


class RecordRegistration(Happened):
    """What somebody answered elsewhere."""

    gathering_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    answer = one_of(("yes", "no"), required=True)
    guests = whole(0, MOST_GUESTS, load_default=0)
