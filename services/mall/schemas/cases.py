"""What comes in about cases, field by field."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Cursor, one_of, page_limit, text
from services.mall.domain.case import DECISIONS, REASONS, STAGES
from services.mall.schemas.commands import code, money, whole

HOURS = {"description": "How long the party has to act."}
WORDS = {"description": "Sealed under the key of who writes it; read by buyer, seller and operators."}


def _words(**more: Any) -> fields.String:
    return text(5_000, metadata=WORDS, **more)


class SetCaseTerms(Schema):
    """All terms of cases at once. They hold for cases that are opened from now on; a number that is left out stays."""

    seller_hours = whole(0, 10_000, required=True, metadata=HOURS)
    buyer_hours = whole(0, 10_000, required=True, metadata=HOURS)
    operator_hours = whole(0, 10_000, required=True, metadata=HOURS)
    open_days = whole(
        0, 10_000, required=True,
        metadata={"description": "How long after its delivery a case can be opened about an order."},
    )  # fmt: skip
    cases_per_order = whole(0, 10_000, metadata={"description": "How many a buyer opens about one order."})


class OpenCase(Schema):
    """What is wrong with an order, or with one line of it."""

    reason = one_of(REASONS, required=True)
    text = _words(required=True)
    line_id = fields.UUID()


class AnswerCase(Schema):
    """What is to be said to it."""

    text = _words(required=True)


class SayInCase(Schema):
    """Something more, and perhaps the digest of what is shown elsewhere: a photograph, a receipt."""

    text = _words(required=True)
    sha256 = fields.String(
        validate=validate.Regexp(r"^[0-9a-f]{64}\Z", error="Give 64 hexadecimal digits in lower case."),
        metadata={"description": "SHA-256 of its bytes.", "example": "0" * 64},
    )


class DecideCase(Schema):
    """How it ends: all that is left goes back, a part of it, or nothing."""

    decision = one_of(DECISIONS, required=True)
    amount_minor = money(load_default=0, metadata={"description": "Of refund_part alone."})
    reason = code()
    text = _words(required=True)


class CaseAsked(Schema):
    """One case, with so much of its timeline."""

    limit = page_limit()
    cursor = Cursor(1)


class CasesAsked(Schema):
    """The cases about what one bought, or sold."""

    side = one_of(("buyer", "seller"), data_key="as", load_default="buyer")
    limit = page_limit()
    cursor = Cursor(1)


class CasesToSettleAsked(Schema):
    """Cases in which state; open are all that are not closed."""

    state = one_of(("open", *STAGES), load_default="awaiting_operator")
    limit = page_limit()
    cursor = Cursor(3)
