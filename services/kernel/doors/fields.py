"""Fields of forms that every service needs: texts, choices, times that compare rightly, and how to page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import orjson
from marshmallow import ValidationError, fields, validate

FIRST_YEAR, LAST_YEAR = 1900, 9000
MOST_ROWS = 1000


def text(most: int, *, least: int = 1, **more: Any) -> fields.String:
    """A text with so many characters."""
    return fields.String(validate=validate.Length(least, most, error="Give {min} to {max} characters."), **more)


def one_of(choices: tuple[str, ...], **more: Any) -> fields.String:
    """One of these words."""
    return fields.String(validate=validate.OneOf(choices, error="Choose one of {choices}."), **more)


def page_limit(usual: int = 100) -> fields.Integer:
    """How many rows at once."""
    return fields.Integer(load_default=usual, validate=validate.Range(1, MOST_ROWS, error="Give {min} to {max}."))


class Moment(fields.AwareDateTime):
    """A time, UTC when it names no offset, brought to UTC: kept as text, earlier and later compare rightly."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **more)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(f"Give a time between the years {FIRST_YEAR} and {LAST_YEAR}.")
        return moment.astimezone(UTC)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> Any:
        return value if isinstance(value, str) else super()._serialize(value, attr, obj, **more)


class Cursor(fields.String):
    """Where the next page begins: opaque text outside, the last row's key of so many texts inside."""

    def __init__(self, parts: int, **more: Any) -> None:
        super().__init__(**more)
        self.parts = parts

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        try:
            key = orjson.loads(urlsafe_b64decode(super()._deserialize(value, attr, data, **more)))
        except ValueError as wrong:
            raise ValidationError("Send the cursor as 'next' gave it.") from wrong
        if not (isinstance(key, list) and len(key) == self.parts and all(isinstance(part, str) for part in key)):
            raise ValidationError("Send the cursor as 'next' gave it.")
        return key

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:  # noqa: ARG002
        return None if value is None else urlsafe_b64encode(orjson.dumps(value)).decode()
