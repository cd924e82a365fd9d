"""Fields that this set alone has, as values; what cannot be one is refused with file, line and column."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from unicodedata import category

from ..fields import Spot, named
from ..refusals import BadAnswer, BadDegrees, BadGuests, BadMilliseconds, ControlsDisplay, InFuture, TooLong
from .rows import NO, YES

LONGEST_ID, LONGEST_GROUP, LONGEST_TITLE, LONGEST_VENUE, LONGEST_PLACE = 64, 100, 200, 200, 100
"""How much Agora keeps of each: see the forms of groups and of events."""
MOST_GUESTS = 1_000
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?", re.ASCII)
_MILLISECONDS = re.compile(r"\d{1,14}", re.ASCII)
_NOTHING = ("", "null")


def words_up_to(most: int) -> Callable[[Spot, str], str]:
    """A field of any text that can be shown, also none. Raises TooLong, ControlsDisplay."""

    def convert(spot: Spot, value: str) -> str:
        found = value.strip()
        if len(found) > most:
            raise TooLong(file=spot.file, line=spot.line, column=spot.column, length=len(found), most=most)
        if not is_shown(found):
            raise ControlsDisplay(file=spot.file, line=spot.line, column=spot.column)
        return found

    return convert


def name_up_to(most: int) -> Callable[[Spot, str], str]:
    """A field that must say something. Raises BlankField, TooLong, ControlsDisplay."""
    words = words_up_to(most)

    def convert(spot: Spot, value: str) -> str:
        return words(spot, named(spot, value))

    return convert


def is_shown(text: str) -> bool:
    """Whether it has no character that controls a display."""
    return not any(char in _TURNS_TEXT_AROUND or category(char) == "Cc" for char in text)


def response(spot: Spot, value: str) -> str:
    """Yes or no. Raises BadAnswer."""
    if value not in (YES, NO):
        raise BadAnswer(file=spot.file, line=spot.line, column=spot.column, value=value)
    return value


def guests(spot: Spot, value: str) -> int:
    """How many others somebody brings. Raises BadGuests."""
    if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) <= MOST_GUESTS):
        raise BadGuests(file=spot.file, line=spot.line, column=spot.column, value=value, most=MOST_GUESTS)
    return int(value)


def moment(spot: Spot, value: str) -> datetime:
    """A time in milliseconds since 1970. Raises BadMilliseconds."""
    found = datetime.fromtimestamp(int(value) / 1000, UTC) if _MILLISECONDS.fullmatch(value) else None
    if found is None or found.year > 9000:
        raise BadMilliseconds(file=spot.file, line=spot.line, column=spot.column, value=value)
    return found


def past(spot: Spot, value: str) -> datetime:
    """A time that has come. Raises BadMilliseconds, InFuture."""
    found = moment(spot, value)
    if found > spot.now:
        raise InFuture(file=spot.file, line=spot.line, column=spot.column, value=value)
    return found


def moment_or_none(spot: Spot, value: str) -> datetime | None:
    """A time, or None where the set has nothing."""
    return None if value.strip() in _NOTHING else moment(spot, value)


def degrees_up_to(most: int) -> Callable[[Spot, str], float | None]:
    """A field of a latitude or a longitude, or None where the set has nothing. Raises BadDegrees."""

    def convert(spot: Spot, value: str) -> float | None:
        if value.strip() in _NOTHING:
            return None
        if not _DEGREES.fullmatch(value) or abs(float(value)) > most:
            raise BadDegrees(file=spot.file, line=spot.line, column=spot.column, value=value, most=most)
        return float(value)

    return convert


def topics(_spot: Spot, value: str) -> tuple[str, ...]:
    """What a group is about; each once."""
    return tuple(dict.fromkeys(topic.strip() for topic in value.split("|") if topic.strip()))
