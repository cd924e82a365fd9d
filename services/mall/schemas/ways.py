"""What comes in about shelves, share links, and the ways by which buyers come."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.kernel.doors.fields import Moment, text

A_LINK = "00000000-0000-4000-8000-000000000002"
WAYS = ("group_id", "link_id", "shelf_person_id")


class ByOneWay(Schema):
    """By a group's shelf, a share link, or a person's own shelf; and where that was met."""

    group_id = fields.UUID(allow_none=True, metadata={"description": "The group through whose shelf."})
    link_id = fields.UUID(allow_none=True, metadata={"description": "The share link.", "example": A_LINK})
    shelf_person_id = fields.UUID(allow_none=True, metadata={"description": "The person through whose own shelf."})
    post_id = fields.UUID(allow_none=True, metadata={"description": "The post in which it was met."})
    gathering_id = fields.UUID(allow_none=True, metadata={"description": "The gathering at which it was met."})

    @validates_schema
    def one_way_at_most(self, told: dict[str, Any], **_: Any) -> None:
        """Two ways could not both be the last."""
        named = [name for name in WAYS if told.get(name)]
        if len(named) > 1:
            raise ValidationError("Name one way: a group's shelf, a share link, or a person's shelf.", named[-1])


class TouchListing(ByOneWay):
    """By which way one came to a listing."""

    listing_id = fields.UUID(required=True)

    @validates_schema
    def has_a_way(self, told: dict[str, Any], **_: Any) -> None:
        """Without one there is nothing to remember."""
        if not any(told.get(name) for name in WAYS):
            raise ValidationError("Name the way: group_id, link_id or shelf_person_id.", "link_id")


class LeaveWays(Schema):
    """To which listing no way is to count any more; without one, to any."""

    listing_id = fields.UUID()


class MakeLink(Schema):
    """What is shared, from which group's shelf if any, and until when."""

    listing_id = fields.UUID(required=True)
    group_id = fields.UUID()
    expires_at = Moment(metadata={"description": "Without it the link has no end."})


class PickMine(Schema):
    """What to put on one's own shelf."""

    listing_id = fields.UUID(required=True)
    note = text(500, least=0, load_default="", metadata={"description": "Why it is shown."})


class SetSeason(Schema):
    """Between which times the shelf, or one listing on it, is open; what is left out has no such end."""

    listing_id = fields.UUID(metadata={"description": "One listing on the shelf; without it, the whole shelf."})
    opens_at = Moment()
    closes_at = Moment()
