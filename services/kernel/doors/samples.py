"""An example of a request, made from its form: what must be there, and what the form itself gives an example of."""

from typing import Any

from marshmallow import Schema, fields, validate

A_TIME = "2026-03-02T12:00:00Z"
AN_ID = "00000000-0000-4000-8000-000000000001"


def sample_of(form: type[Schema]) -> dict[str, Any]:
    """A body that the form takes, with every required field."""
    return {
        field.data_key or name: _sample(name, field)
        for name, field in form._declared_fields.items()
        if field.required or "example" in field.metadata
    }


def _sample(name: str, field: fields.Field[Any]) -> Any:
    if "example" in field.metadata:
        return field.metadata["example"]
    match field:
        case fields.Nested():
            return sample_of(type(field.schema))
        case fields.List():
            return [_sample(name.removesuffix("s"), field.inner)]
        case fields.UUID():
            return AN_ID
        case fields.AwareDateTime():
            return A_TIME
        case fields.Boolean():
            return True
        case fields.Integer():
            return max(1, _bounds(field, validate.Range)[0] or 0)
        case fields.String():
            return _text(name, field)
        case _:
            return {}


def _text(name: str, field: fields.Field[Any]) -> str:
    choices = [one.choices for one in field.validators if isinstance(one, validate.OneOf)]
    if choices:
        return str(next(iter(choices[0])))
    least = _bounds(field, validate.Length)[0] or 1
    word = name.replace("_", " ").capitalize()
    return " ".join([word] * -(-least // len(word)))


def _bounds(field: fields.Field[Any], kind: type[Any]) -> tuple[Any, Any]:
    return next(((one.min, one.max) for one in field.validators if isinstance(one, kind)), (None, None))
