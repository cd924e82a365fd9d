"""What comes in, field by field."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.contracts.catalogue import MESSAGES
from services.kernel.doors.fields import Cursor, one_of, page_limit, text
from services.partners.domain.partner import MOST_OVERLAP_HOURS, REASONS
from services.partners.domain.scopes import SCOPES

NAME_LIMIT, USUAL_OVERLAP_HOURS = 100, 24
MOST_EVENTS, MOST_WAIT_SECONDS = 1000, 30
MOST_POSITION = 10**15
BREAKDOWNS = ("group", "listing")


def _whole(least: int, most: int, **more: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(least, most, error="Give {min} to {max}."), **more)


def _strict(least: int, most: int, **more: Any) -> fields.Integer:
    return _whole(least, most, strict=True, **more)


def _scopes() -> fields.List[Any]:
    several = validate.Length(1, 20, error="Give {min} to {max} scopes.")
    return fields.List(one_of(SCOPES), required=True, validate=several, metadata={"example": ["feed:mall", "counts"]})


class TypeNames(fields.String):
    """Public types of messages, separated by commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        names = {name.strip() for name in super()._deserialize(value, attr, data, **more).split(",")}
        if not names <= set(MESSAGES):
            raise ValidationError("Name types of messages, separated by commas, such as agora.mall.order_paid.v1.")
        return frozenset(names)


class Register(Schema):
    """Another platform, and what it may know."""

    name = text(NAME_LIMIT, required=True, metadata={"example": "Alpine Club"})
    scopes = _scopes()


class ChangeScopes(Schema):
    """What it may know from now on."""

    scopes = _scopes()


class IssueKey(Schema):
    """How long the older keys stay good."""

    overlap_hours = _strict(
        0, MOST_OVERLAP_HOURS, load_default=USUAL_OVERLAP_HOURS, metadata={"description": "0 ends them at once."}
    )


class Why(Schema):
    """Why."""

    reason = one_of(REASONS, required=True)


class Paging(Schema):
    """How many at once, and where to go on."""

    limit = page_limit()
    cursor = Cursor(2)


class FeedWanted(Schema):
    """Where to go on, what to tell, how long to wait when there is nothing yet."""

    cursor = text(100, metadata={"description": "Agora-Cursor as it came; left out, the feed begins at the beginning."})
    types = TypeNames(metadata={"description": "Types separated by commas; all that the key opens when left out."})
    limit = _whole(1, MOST_EVENTS, load_default=100)
    wait = _whole(0, MOST_WAIT_SECONDS, load_default=0, metadata={"description": "Seconds to wait for an event."})


class CountWanted(Schema):
    """Events of which types, and up to where."""

    types = TypeNames(metadata={"description": "Types separated by commas; all that the key opens when left out."})
    through = _whole(0, MOST_POSITION, metadata={"description": "Agora-Through; the latest position when left out."})


class CountsWanted(Schema):
    """The totals; with ``by`` also how they are made up, so many rows at once."""

    by = one_of(BREAKDOWNS)
    limit = page_limit()
    cursor = Cursor(1)
