"""The fields that forms of groups are made of."""

from typing import Any

from marshmallow import fields, validate

from services.kernel.doors.fields import text

NAME_LIMIT, TEXT_LIMIT, RULES_LIMIT, TAG_LIMIT, TAGS_LIMIT, CODE_LIMIT = 100, 2000, 20_000, 60, 20, 100
HIGHEST_FEE, HIGHEST_VERSION = 100_000_000, 1_000_000
_THRESHOLD = {
    "description": "null is open to everybody.",
    "example": {"all": [{"claim": "real_name", "level": 1}, {"any": [{"invitation": True}]}]},
}


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
