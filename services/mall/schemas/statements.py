"""What comes with the question for a statement: of whom, from when to when, as it was known when."""

from marshmallow import Schema, fields, validate

from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit
from services.pages.languages import LANGUAGES

PLATFORM = "platform"
"""Stands for the accounts that are nobody's: the mall's own fees, and the money at the provider."""
_PARTY = f"^({PLATFORM}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})$"


class Period(Schema):
    """``from`` is within the period and ``to`` is not; without them it has no such end. Both are times at which
    something happened; ``as_of`` leaves out what was not yet recorded at that moment."""

    party = fields.String(
        required=True,
        validate=validate.Regexp(_PARTY, error="Give the id of a seller, a group or a person, or the word 'platform'."),
        metadata={"description": "The id of a seller, a group or a person; for operators also 'platform'."},
    )
    begins_at = Moment(data_key="from")
    ends_at = Moment(data_key="to")
    as_of = Moment()


class StatementAsked(Period):
    """One page of the entries."""

    limit = page_limit()
    cursor = Cursor(3)


class StatementFileAsked(Period):
    """All of it in one file; the language is what the header Accept-Language says, unless one is named."""

    language = one_of(LANGUAGES)
