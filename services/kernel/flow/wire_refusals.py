"""What a delivery can be refused for: one class for each thing a stranger may send, with what could be read of it.

No sentence repeats what the stranger wrote: it ends up in parked rows and logs, where nothing personal may lie.
"""

from dataclasses import dataclass
from typing import Any

from ..refusals import Malformed


@dataclass(frozen=True, slots=True)
class Known:
    """What can be said of a delivery whatever else is wrong with it; empty and 0 where nothing can.

    A position and a subject are only said of a source whose exchange it came from: a forged message
    keeps nobody waiting behind it.
    """

    source: str = ""
    position: int = 0
    subject: str = ""
    type: str = ""


class UnreadableDelivery(Malformed):
    """What came from the broker is no message of ours; ``known`` is what could be read of it all the same."""

    sentence = "It is no message in the form that all services speak."

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.known = Known()

    @property
    def cause(self) -> str:
        """Why, in one English sentence that repeats nothing of what was sent."""
        return self.detail


class WrongContentType(UnreadableDelivery):
    """The body is said to be something else than JSON."""

    sentence = "Its content type is not exactly application/json."


class WrongContentEncoding(UnreadableDelivery):
    """The body is compressed, or in another alphabet."""

    sentence = "Its content encoding is not utf-8."


class BodyTooLarge(UnreadableDelivery):
    """The body is larger than any message; it is refused before it is read."""

    sentence = "Its body has {size_bytes} bytes; a message has {most_bytes} at most."


class BodyNotJson(UnreadableDelivery):
    """The body cannot be read as JSON."""

    sentence = "Its body is not JSON."


class BodyNotAnObject(UnreadableDelivery):
    """The body is JSON, but a list, a number or a text."""

    sentence = "Its body is JSON, but not an object."


class NoHeaders(UnreadableDelivery):
    """There are no headers at all: it is not from a relay."""

    sentence = "It has no headers, so nothing says what it is."


class HeaderMissing(UnreadableDelivery):
    """An attribute that every message has is not there."""

    sentence = "It has no header {header}."


class HeaderNotText(UnreadableDelivery):
    """A header is a number, a table, bytes, or longer than any of ours."""

    sentence = "Its header {header} is not text of 1 to {most} characters."


class WrongSpecVersion(UnreadableDelivery):
    """It is of another version of CloudEvents."""

    sentence = "It is not a CloudEvent of version 1.0."


class SourceNotAName(UnreadableDelivery):
    """The source is not the name of a log."""

    sentence = "Its header ce-source is not the name of a log, such as mall or mall/3."


class SourceElsewhere(UnreadableDelivery):
    """It names a source that does not speak through this exchange: somebody speaks for another."""

    sentence = "It came through another exchange than that of the source it names."


class PositionNotANumber(UnreadableDelivery):
    """A position is not a decimal number in the range of positions."""

    sentence = "Its header {header} is not a position: a decimal number of at most {most_digits} digits."


class PreviousNotBefore(UnreadableDelivery):
    """The message before it would stand at or behind its own position."""

    sentence = "Its header ce-previous is not before its ce-sequence."


class IdElsewhere(UnreadableDelivery):
    """The id is not made of source and position, by which readers know what they have seen."""

    sentence = "Its header ce-id does not say the same as ce-source and ce-sequence."


class TypeNotAName(UnreadableDelivery):
    """The type is not spelled as types are."""

    sentence = "Its header ce-type is not a type of ours, such as agora.mall.order_paid.v1."


class SubjectNotAnId(UnreadableDelivery):
    """The subject is not spelled as ids are."""

    sentence = "Its header ce-subject is not an id."


class CauseNotAnId(UnreadableDelivery):
    """A correlation or causation is not spelled as ours are."""

    sentence = "Its header {header} is not an id."


class NotATime(UnreadableDelivery):
    """A time is not in ISO 8601 with a zone, or beyond the calendar."""

    sentence = "Its header {header} is not a time with a zone, such as 2026-03-02T12:00:00+00:00."


class WatermarkElsewhere(UnreadableDelivery):
    """The body of a watermark says another position than its headers."""

    sentence = "Its body does not say the same position as its header ce-sequence."
