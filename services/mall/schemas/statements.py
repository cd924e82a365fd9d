"""What comes with the question for a statement: of whom, from when to when, as it was known when."""

import re

from marshmallow import Schema, ValidationError, fields

from services.kernel.doors.fields import Cursor, Moment, one_of, page_limit
from services.pages.languages import LANGUAGES

PLATFORM = "platform"
"""Stands for the accounts that are nobody's: the mall's own fees, and the money at the provider."""
MINE = "mine"
"""Stands for the seller that the person is who asks: nobody knows that id by heart."""
_PARTY = re.compile(f"{PLATFORM}|{MINE}|[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}")


def _ensure_party(said: str) -> None:
    if not _PARTY.fullmatch(said):
        raise ValidationError("Give the id of a seller, a group or a person, or the word 'mine' or 'platform'.")


class Period(Schema):
    """``from`` is within the period and ``to`` is not; without them it has no such end. Both are times at which
    something happened; ``as_of`` leaves out what was not yet recorded at that moment."""

    party = fields.String(
        required=True,
        validate=_ensure_party,
        metadata={
            "description": "The id of a seller, a group or a person; 'mine' for what you sell; for operators also"
            " 'platform'."
        },
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
