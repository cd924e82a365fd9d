"""What the provider answers when it is asked for the statement of a day: pages, read strictly."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from services.kernel.doors.fields import Moment
from services.mall.domain.dispute import Dispute
from services.mall.domain.statement import KINDS, StatementLine
from services.mall.payments.reading import MOST_MINOR

_IDENTIFIER = validate.Regexp(r"^[A-Za-z0-9_-]{1,64}\Z")
_CURRENCY = validate.Regexp(r"^[A-Z]{3}\Z")
_AMOUNT = validate.Range(-MOST_MINOR, MOST_MINOR)


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A part of the statement of a day; ``next`` is where the next part begins, None on the last.

    ``unknown``: no usable answer, ask again. ``balances`` are what lies there at the end of the day, by currency.
    """

    status: Literal["told", "unknown"]
    lines: tuple[StatementLine, ...] = ()
    balances: dict[str, int] = field(default_factory=dict)
    next: str | None = None
    reason: str = ""


class _Line(Schema):
    class Meta:
        unknown = EXCLUDE

    line_id = fields.String(required=True, validate=_IDENTIFIER)
    kind = fields.String(required=True)
    subject_id = fields.String(required=True, allow_none=True)
    amount_minor = fields.Integer(required=True, strict=True, validate=_AMOUNT)
    fee_minor = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_MINOR))
    currency = fields.String(required=True, validate=_CURRENCY)
    happened_at = Moment(required=True)
    reason = fields.String(required=True)


class _Page(Schema):
    class Meta:
        unknown = EXCLUDE

    day = fields.String(required=True)
    lines = fields.List(fields.Nested(_Line), required=True)
    balances = fields.Dict(
        keys=fields.String(validate=_CURRENCY), values=fields.Integer(strict=True, validate=_AMOUNT), required=True
    )
    next = fields.String(required=True, allow_none=True, validate=validate.Length(1, 200))


def read_page(day: str, document: Any, reason: str = "") -> StatementPage:
    """The page in an answer; ``unknown`` without one, and where it is not the form that was agreed on."""
    if document is None:
        return StatementPage("unknown", reason=reason)
    try:
        page = _Page().load(document)
    except ValidationError as wrong:
        return StatementPage("unknown", reason=f"unreadable statement: {', '.join(map(str, wrong.messages_dict))}")
    if page["day"] != day:
        return StatementPage("unknown", reason="the statement is of another day")
    return StatementPage("told", tuple(map(_line, page["lines"])), page["balances"], page["next"])


def _line(told: dict[str, Any]) -> StatementLine:
    """A kind that nobody here has heard of is ``other``; an id that is none of ours is of nothing of ours."""
    kind = told["kind"] if told["kind"] in KINDS else "other"
    return StatementLine(**told | {"kind": kind, "subject_id": _our_id(kind, told["subject_id"])})


def _our_id(kind: str, text: str | None) -> UUID | None:
    """Of a dispute it is derived from the provider's, which is the one that it states."""
    if text is None:
        return None
    try:
        return Dispute.id_of(text) if kind == "dispute" else UUID(text)
    except ValueError:
        return None
