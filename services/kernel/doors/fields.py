"""Fields of forms that every service needs: texts, choices, times that compare rightly, and how to page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from unicodedata import category

import orjson
from marshmallow import ValidationError, fields, validate

FIRST_YEAR, LAST_YEAR = 1900, 9000
MOST_ROWS = 1000
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn what follows around, so that one name can be shown as another (Unicode TR 36, bidirectional spoofing)."""
GIVE_A_MOMENT = (
    "Give a time with its offset, such as 2026-05-01T18:00:00+08:00 (in an address, + is %2B), or with Z for UTC."
)


def text(most: int, *, least: int = 1, **more: Any) -> fields.String:
    """A text with so many characters, all of which can be shown; what is ``load_only`` never is, and may hold any."""
    length = validate.Length(least, most, error="Give {min} to {max} characters.")
    return fields.String(validate=[length] if more.get("load_only") else [length, _ensure_readable], **more)


def one_of(choices: tuple[str, ...], **more: Any) -> fields.String:
    """One of these words."""
    return fields.String(validate=validate.OneOf(choices, error="Choose one of {choices}."), **more)


def page_limit(usual: int = 100) -> fields.Integer:
    """How many rows at once."""
    return fields.Integer(load_default=usual, validate=validate.Range(1, MOST_ROWS, error="Give {min} to {max}."))


class Moment(fields.AwareDateTime):
    """A time with its offset, brought to UTC: kept as text, earlier and later compare rightly.

    Without an offset it is refused: eight in the evening is another moment in each place.
    """

    def __init__(self, **more: Any) -> None:
        said: dict[str, Any] = dict.fromkeys(("invalid", "invalid_awareness"), GIVE_A_MOMENT)
        super().__init__(format="iso", error_messages=said, **more)

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


def _ensure_readable(text: str) -> None:
    """Lines may end as on any system; a carriage return by itself writes over what was written before it."""
    if any(_controls(char) for char in text.replace("\r\n", "\n")):
        raise ValidationError("Leave out characters that control a display.")


def _controls(char: str) -> bool:
    return char in _TURNS_TEXT_AROUND or (category(char) == "Cc" and char not in "\n\t")
