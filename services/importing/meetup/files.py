"""The file of the set: one row an answer, with its gathering and its group beside it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from ..fields import Spot
from ..refusals import NoAnswers
from ..tables import Form, Table, read_table
from . import fields
from .rows import AnswerRow

_ID, _LATITUDE, _LONGITUDE = fields.name_up_to(fields.LONGEST_ID), fields.degrees_up_to(90), fields.degrees_up_to(180)
_PLACE = fields.words_up_to(fields.LONGEST_PLACE)
COLUMNS: dict[str, Callable[[Spot, str], Any]] = {
    "rsvp_id": _ID, "responded_at_ms": fields.past, "response": fields.response, "guests": fields.guests,
    "member_id": _ID, "event_id": _ID, "event_name": fields.name_up_to(fields.LONGEST_TITLE),
    "event_at_ms": fields.moment_or_none, "group_id": _ID, "group_name": fields.name_up_to(fields.LONGEST_GROUP),
    "city": _PLACE, "country": _PLACE, "group_lat": _LATITUDE, "group_lon": _LONGITUDE, "topics": fields.topics,
    "venue_id": fields.words_up_to(fields.LONGEST_ID), "venue_name": fields.words_up_to(fields.LONGEST_VENUE),
    "venue_lat": _LATITUDE, "venue_lon": _LONGITUDE,
}  # fmt: skip


def _row(**columns: Any) -> AnswerRow:
    return AnswerRow(**{name.removesuffix("_ms"): value for name, value in columns.items()})


ANSWERS = Form("answers", _row, COLUMNS, ("event_id", "member_id", "responded_at"))


def read_answers(path: Path, now: datetime) -> Table[AnswerRow]:
    """Read the file. Raises a refusal of ``importing`` that names it, and the line where there is one."""
    table = read_table(ANSWERS, path, now)
    if not table.rows:
        raise NoAnswers(file=table.file)
    return table
