"""The fields that forms of groups are made of."""

from typing import Any
from unicodedata import category

from marshmallow import ValidationError, fields, validate

NAME_LIMIT, TEXT_LIMIT, RULES_LIMIT, TAG_LIMIT, TAGS_LIMIT, CODE_LIMIT = 100, 2000, 20_000, 60, 20, 100
HIGHEST_FEE, HIGHEST_VERSION = 100_000_000, 1_000_000
# They turn what follows around, so that one name can be shown as another (Unicode TR 36, bidirectional spoofing).
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_THRESHOLD = {
    "description": "null is open to everybody.",
    "example": {"all": [{"claim": "real_name", "level": 1}, {"any": [{"invitation": True}]}]},
}


def text(most: int, *, least: int = 1, **more: Any) -> fields.String:
    """A text of at least ``least`` and at most ``most`` characters, all of which can be shown."""
    length = validate.Length(least, most, error="Give {min} to {max} characters.")
    return fields.String(validate=[length, _readable], **more)


def tag_texts(**more: Any) -> fields.List[Any]:
    """By which a group is found."""
    few = validate.Length(max=TAGS_LIMIT, error="Give at most {max} tags.")
    return fields.List(text(TAG_LIMIT), validate=few, **more)


def condition(**more: Any) -> fields.Dict:
    """What is asked of whoever wants in."""
    return fields.Dict(keys=fields.String(), values=fields.Raw(), allow_none=True, metadata=_THRESHOLD, **more)


def whole(least: int, most: int, **more: Any) -> fields.Integer:
    """A whole number between these."""
    between = validate.Range(least, most, error="Give {min} to {max}.")
    return fields.Integer(strict=True, validate=between, **more)


def currency(**more: Any) -> fields.String:
    """A code as in ISO 4217."""
    three = validate.Regexp(r"^[A-Z]{3}\Z", error="Give three capital letters as in ISO 4217, such as EUR.")
    return fields.String(validate=three, **more)


def _readable(text: str) -> None:
    if any(char in _TURNS_TEXT_AROUND or (category(char) == "Cc" and char not in "\n\r\t") for char in text):
        raise ValidationError("Leave out characters that control a display.")
