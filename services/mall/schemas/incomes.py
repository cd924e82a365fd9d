"""What comes with the question who earned what in a quarter."""

from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from services.kernel.doors.fields import Cursor, Moment, page_limit, text


def _ensure_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Give a time zone by its IANA name, such as Asia/Shanghai.")


class Moments(Schema):
    """A period of a calendar in ``time_zone``, as it was recorded until ``as_of``; with ``since``, how that differs
    from what was recorded until then."""

    time_zone = fields.String(load_default="UTC", validate=_ensure_zone, metadata={"example": "Asia/Shanghai"})
    as_of = Moment(required=True)
    since = Moment()


class IncomeFileAsked(Moments):
    """Of a quarter."""

    quarter = fields.String(
        required=True, validate=validate.Regexp(r"^[2-8][0-9]{3}Q[1-4]\Z", error="Give a quarter, such as 2026Q3."),
        metadata={"example": "2026Q3"},
    )  # fmt: skip


class IncomeAsked(IncomeFileAsked):
    """One page of the rows."""

    limit = page_limit()
    cursor = Cursor(4)


class OperatorsFileAsked(Moments):
    """Of a half-year."""

    half = fields.String(
        required=True, validate=validate.Regexp(r"^[2-8][0-9]{3}H[12]\Z", error="Give a half-year, such as 2026H1."),
        metadata={"example": "2026H1"},
    )  # fmt: skip


class OperatorsAsked(OperatorsFileAsked):
    """One page of the rows."""

    limit = page_limit()
    cursor = Cursor(2)


class Sent(Schema):
    """The digest of the bytes of what was sent, and the answer to it: a number or a sentence, no names."""

    sha256 = fields.String(
        required=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z", error="Give 64 hexadecimal digits in lower case."),
        metadata={"example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    )  # fmt: skip
    receipt = text(2_000, required=True)


class RecordFiling(IncomeFileAsked, Sent):
    """The report of income that was sent, its digest, and the answer to it."""


class RecordOperatorsFiling(OperatorsFileAsked, Sent):
    """The list of operators that was sent, its digest, and the answer to it."""


class FilingsAsked(Schema):
    """How many of them."""

    limit = page_limit()
    cursor = Cursor(1)
