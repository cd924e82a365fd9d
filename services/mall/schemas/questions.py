"""What comes with the mall's questions: which part of a list, how much at once, and where to go on."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Cursor


def _limit(usual: int = 100) -> fields.Integer:
    checked = validate.Range(1, 1000, error="Give {min} to {max}.")
    return fields.Integer(load_default=usual, validate=checked)


def _text(most: int, **more: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, most, error="Give {min} to {max} characters."), **more)


class ListingsAsked(Schema):
    """Which listings."""

    tag = _text(64)
    seller_id = fields.UUID()
    limit = _limit()
    cursor = Cursor(1)


class ShelfAsked(Schema):
    """How much of a shelf."""

    limit = _limit()
    cursor = Cursor(1)


class OrdersAsked(Schema):
    """The orders that one made, or that one got as a seller."""

    side = fields.String(
        data_key="as",
        load_default="buyer",
        validate=validate.OneOf(("buyer", "seller"), error="Give one of {choices}."),
    )
    limit = _limit()
    cursor = Cursor(1)


class ListingSalesAsked(Schema):
    """How many of a listing's lines."""

    limit = _limit()
    cursor = Cursor(2)


class CommunitySalesAsked(Schema):
    """How many of the listings that a group sold."""

    limit = _limit()


class SoldAsked(Schema):
    """How many, from the highest sums on."""

    limit = _limit(20)


class BooksAsked(Schema):
    """How many accounts."""

    limit = _limit(1000)
    cursor = Cursor(3)
