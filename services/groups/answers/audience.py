"""What goes out about who is there, how a community does, and what is near it."""

from marshmallow import Schema, fields

from services.kernel.doors.fields import Moment


class People(Schema):
    """How many members carry a value: of a certified claim, or of a tag that people give themselves."""

    kind = fields.String(required=True)
    value = fields.String(required=True)
    certified = fields.Boolean(required=True)
    people = fields.Integer(required=True)


class Audience(Schema):
    """Who is there, as numbers of people. ``by`` is empty where ``withheld`` says why; ``suppressed`` is how many
    values were left out. As of a moment, which ``as_of`` repeats, there is the number of then and no ``by``."""

    group_id = fields.UUID(required=True)
    count = fields.Integer(required=True, allow_none=True)
    by = fields.List(fields.Nested(People), required=True)
    suppressed = fields.Integer(required=True)
    withheld = fields.String(required=True, allow_none=True, metadata={"example": "too_alike"})
    sentence = fields.String(required=True)
    known_at = fields.String(
        required=True, metadata={"description": "How far identity was heard.", "example": "identity:7"}
    )
    as_of = Moment(required=True, allow_none=True)


class Neighbour(Schema):
    """A community that is about the same things: ``likeness`` from 0 to 1."""

    group_id = fields.UUID(required=True)
    name = fields.String(required=True)
    likeness = fields.Float(required=True)
    shared = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)


class Neighbours(Schema):
    """The nearest of so many communities, by a formula of this version."""

    group_id = fields.UUID(required=True)
    formula = fields.String(required=True, metadata={"example": "tags.v1"})
    communities = fields.Integer(required=True)
    items = fields.List(fields.Nested(Neighbour), required=True)


class Health(Schema):
    """How a community did in the last ``days``. ``writers`` is null below five people; shares and what was removed
    do not count as written. Leaders' posts are those in their lane. ``advert_percent`` is null where nothing was
    published."""

    group_id = fields.UUID(required=True)
    definitions = fields.String(required=True, metadata={"example": "health.v1"})
    at = Moment(required=True)
    days = fields.Integer(required=True)
    members = fields.Integer(required=True)
    newcomers = fields.Integer(required=True)
    gone = fields.Integer(required=True)
    writers = fields.Integer(required=True, allow_none=True)
    posts_by_leaders = fields.Integer(required=True)
    posts_by_members = fields.Integer(required=True)
    adverts = fields.Integer(required=True)
    advert_percent = fields.Integer(required=True, allow_none=True)
    questions = fields.Integer(required=True)
    questions_answered = fields.Integer(required=True)
    is_quiet = fields.Boolean(required=True, metadata={"description": "Nobody came, and nobody wrote anything."})
