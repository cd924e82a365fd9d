"""The fields that answers of groups are made of."""

from typing import Any

from marshmallow import fields


def needs() -> fields.List[Any]:
    """What is missing."""
    sentence = "What is missing, all of it, in the form of a threshold; a claim that ran out says when."
    return fields.List(fields.Dict(keys=fields.String(), values=fields.Raw()), metadata={"description": sentence})


def asked_threshold() -> fields.Dict:
    """What is asked; null is open to everybody."""
    return fields.Dict(keys=fields.String(), values=fields.Raw(), required=True, allow_none=True)


def texts() -> fields.List[Any]:
    """A list of words."""
    return fields.List(fields.String(), required=True)
