"""The base of every message: a frozen value with a name, a service, a version and a JSON form."""

from dataclasses import MISSING, Field, dataclass, fields
from datetime import datetime
from types import NoneType
from typing import Any, ClassVar, Self, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow import fields as forms

MADE_FROM_PEOPLE = frozenset({"registration_id", "post_id", "shared_from_post_id", "payout_id"})
"""Fields, in whatever message or list, with the id of a thing that is made from a person's id and what others know: a
registration's from gathering, person and number, that of the post of a share from source, group and person, that of a
payout from party, currency and payday."""


class UnreadableMessage(ValueError):
    """What came is not what its type promises; ``problems`` names each field that is wrong."""

    def __init__(self, type_name: str, problems: Any) -> None:
        self.type = type_name
        self.problems = problems
        super().__init__(f"{type_name} cannot be read: {problems}")


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something that happened in one service, told to all others.

    A message has the fields of its class and no more: UUID, str, int, bool, datetime (aware UTC),
    dict, list[str] and list[dict] (of JSON values: an id in there is text), each optional or not.
    A field that is added later has a default, so that messages from before can still be read.
    ``SUBJECT`` names the field with the id of what the message is about.
    ``PEOPLE`` names the fields with a person's id, "lines.person_id" for one in each entry of a list; ``OWN_WORDS``
    those with what somebody wrote of themselves. Neither leaves the platform as it is: see partners. Nor do ids that
    could be computed from a person's: see ``MADE_FROM_PEOPLE``.
    ``PERSONAL`` names the fields, own words among them, that are gone once the person whom the message is about is
    forgotten; wherever a message is kept they are sealed. With ``WAITS`` False it is handled even when an earlier one
    of its subject could not be.
    """

    NAME: ClassVar[str]
    SERVICE: ClassVar[str]
    SUBJECT: ClassVar[str]
    VERSION: ClassVar[int] = 1
    PEOPLE: ClassVar[frozenset[str]] = frozenset()
    OWN_WORDS: ClassVar[frozenset[str]] = frozenset()
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    WAITS: ClassVar[bool] = True

    @classmethod
    def type_name(cls) -> str:
        """The public type: ``agora.identity.claim_certified.v1``."""
        return f"agora.{cls.SERVICE}.{cls.NAME}.v{cls.VERSION}"

    @property
    def type(self) -> str:
        """The public type: ``agora.identity.claim_certified.v1``."""
        return self.type_name()

    @property
    def subject(self) -> str:
        """The id of what it is about; messages of one subject are handled in their order."""
        return str(getattr(self, self.SUBJECT))

    def to_data(self) -> dict[str, Any]:
        """As JSON values: ids as text, times in ISO 8601."""
        data: dict[str, Any] = orjson.loads(orjson.dumps(self))
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Read it; fields that this version does not know are left out. Raises ``UnreadableMessage``."""
        try:
            return cls(**schema_of(cls).load(data))
        except ValidationError as wrong:
            raise UnreadableMessage(cls.type_name(), wrong.messages) from wrong


class _TolerantSchema(Schema):
    """A reader that is not surprised by what a newer writer says beside."""

    class Meta:
        unknown = EXCLUDE


_schemas: dict[type[Message], Schema] = {}


def schema_of(message: type[Message]) -> Schema:
    """The marshmallow schema of a message, made once from the types of its fields."""
    if message not in _schemas:
        _schemas[message] = _make_schema(message)
    return _schemas[message]


def _make_schema(message: type[Message]) -> Schema:
    hints = get_type_hints(message)
    made = {field.name: _form(hints[field.name], field) for field in fields(message)}
    return _TolerantSchema.from_dict(made, name=message.type_name())()


def _form(hint: Any, field: Field[Any]) -> forms.Field[Any]:
    """The field of the schema for an annotation; TypeError for a type that no message may have."""
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    optional = NoneType in get_args(hint)
    kind = kinds[0] if optional and len(kinds) == 1 else hint
    if field.default_factory is not MISSING:
        return _of_kind(kind, required=False, load_default=field.default_factory, allow_none=optional)
    if field.default is not MISSING:
        return _of_kind(kind, required=False, load_default=field.default, allow_none=optional)
    return _of_kind(kind, required=True, allow_none=optional)


def _of_kind(kind: Any, **options: Any) -> forms.Field[Any]:
    if get_origin(kind) is list:
        return forms.List(_of_kind(get_args(kind)[0]), **options)
    if get_origin(kind) is dict or kind is dict:
        return forms.Dict(keys=forms.String(), **options)
    if kind is int:
        return forms.Integer(strict=True, **options)
    if kind not in _FORMS:
        raise TypeError(f"a message cannot carry {kind!r}")
    return _FORMS[kind](**options)


_FORMS: dict[Any, type[forms.Field[Any]]] = {
    UUID: forms.UUID,
    str: forms.String,
    bool: forms.Boolean,
    datetime: forms.AwareDateTime,
}
