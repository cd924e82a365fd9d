"""A message on the broker: an envelope as an AMQP message, and what a delivery says, if it is one of ours.

CloudEvents 1.0 in binary mode: the body is the data as JSON, the attributes ride in headers ``ce-...``, all of
them text. ``ce-sequence`` is the position; ``ce-previous`` the position of what was published before it, so that a
reader sees a gap. A *watermark* says that the log was looked at up to a position and has no other message; one with
``ce-previous`` equal to its own position claims nothing about what lies before it.

For a reader at position P: ``sequence <= P`` was seen; ``previous <= P < sequence`` follows; ``previous > P`` is a gap.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import orjson

from services.contracts.envelope import CONTENT_TYPE, SPEC_VERSION, Envelope

from . import wire_refusals as refused

CONTENT_ENCODING = "utf-8"
WATERMARK_TYPE = "agora.watermark.v1"
WATERMARK_KEY = "watermark"
MOST_BYTES = 1_000_000
MOST_TEXT = 200
MOST_DIGITS = 18

_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,62}(/[0-9]{1,6})?")
_TYPE = re.compile(r"agora(\.[a-z][a-z0-9_]*){2}\.v[0-9]{1,4}")
_POSITION = re.compile(rf"0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


@dataclass(frozen=True, slots=True)
class Wired:
    """A message ready to be published, to the exchange of its source."""

    routing_key: str
    message_id: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a broker delivered, from whomever; a library may hand the body over as text."""

    exchange: str
    content_type: object
    content_encoding: object
    headers: object
    body: bytes | str


@dataclass(frozen=True, slots=True)
class Heard:
    """A delivery that is one of ours. ``envelope`` is None for a watermark, which says ``position`` alone."""

    source: str
    position: int
    previous: int
    envelope: Envelope | None


def service_of(source: str) -> str:
    """The service whose log it is: "mall" of "mall/3"."""
    return source.partition("/")[0]


def exchange_of(source: str) -> str:
    """The exchange through which a source speaks: "mall.events"."""
    return f"{service_of(source)}.events"


def routing_key_of(type_name: str) -> str:
    """The name alone, by which a stock nameko service hears it: "order_paid" of "agora.mall.order_paid.v1"."""
    return type_name.split(".")[2]


def message(envelope: Envelope, previous: int) -> Wired:
    """An envelope as an AMQP message; ``previous`` is the position that was published before it."""
    headers = {f"ce-{name}": value for name, value in envelope.attributes().items() if value}
    headers["ce-previous"] = str(previous)
    return Wired(routing_key_of(envelope.type), envelope.id, headers, orjson.dumps(envelope.data))


def watermark(source: str, through: int, previous: int) -> Wired:
    """Says that the log of ``source`` was looked at up to ``through`` and has no message after ``previous``."""
    name = f"{source}:through:{through}"
    headers = {
        "ce-specversion": SPEC_VERSION, "ce-id": name, "ce-source": source, "ce-type": WATERMARK_TYPE,
        "ce-sequence": str(through), "ce-previous": str(previous),
    }  # fmt: skip
    return Wired(WATERMARK_KEY, name, headers, orjson.dumps({"through": through}))


def read(delivery: Delivery) -> Heard:
    """What a delivery says. Raises a kind of ``UnreadableDelivery`` whose ``known`` is what could be read."""
    try:
        return _read(delivery)
    except refused.UnreadableDelivery as refusal:
        refusal.known = known_of(delivery)
        raise


def known_of(delivery: Delivery) -> refused.Known:
    """What can be said of a delivery whatever else is wrong with it."""
    headers = delivery.headers if isinstance(delivery.headers, Mapping) else {}
    source, type_name = _if_like(_SOURCE, headers.get("ce-source")), _if_like(_TYPE, headers.get("ce-type"))
    if not source or exchange_of(source) != delivery.exchange:
        return refused.Known(type=type_name)
    position = int(_if_like(_POSITION, headers.get("ce-sequence")) or 0)
    return refused.Known(source, position, _if_like(_ID, headers.get("ce-subject")), type_name)


def _if_like(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and len(value) <= MOST_TEXT and pattern.fullmatch(value) else ""


def _read(delivery: Delivery) -> Heard:
    if delivery.content_type != CONTENT_TYPE:
        raise refused.WrongContentType()
    if delivery.content_encoding not in (None, "", CONTENT_ENCODING):
        raise refused.WrongContentEncoding()
    headers = _headers(delivery.headers)
    source = _source(headers, delivery.exchange)
    position, previous = _position(headers, "ce-sequence"), _position(headers, "ce-previous")
    is_watermark = _text(headers, "ce-type") == WATERMARK_TYPE
    if position == 0 or previous > position or (previous == position and not is_watermark):
        raise refused.PreviousNotBefore()
    if _text(headers, "ce-id") != (f"{source}:through:{position}" if is_watermark else f"{source}:{position}"):
        raise refused.IdElsewhere()
    if is_watermark:
        _through(delivery.body, position)
        return Heard(source, position, previous, None)
    return Heard(source, position, previous, _envelope(headers, source, position, delivery.body))


def _headers(headers: object) -> Mapping[str, object]:
    if not isinstance(headers, Mapping) or not headers:
        raise refused.NoHeaders()
    if _text(headers, "ce-specversion") != SPEC_VERSION:
        raise refused.WrongSpecVersion()
    return headers


def _text(headers: Mapping[str, object], header: str) -> str:
    if header not in headers:
        raise refused.HeaderMissing(header=header)
    value = headers[header]
    if not isinstance(value, str) or not 0 < len(value) <= MOST_TEXT:
        raise refused.HeaderNotText(header=header, most=MOST_TEXT)
    return value


def _source(headers: Mapping[str, object], exchange: str) -> str:
    source = _text(headers, "ce-source")
    if not _SOURCE.fullmatch(source):
        raise refused.SourceNotAName()
    if exchange != exchange_of(source):
        raise refused.SourceElsewhere()
    return source


def _position(headers: Mapping[str, object], header: str) -> int:
    text = _text(headers, header)
    if not _POSITION.fullmatch(text):
        raise refused.PositionNotANumber(header=header, most_digits=MOST_DIGITS)
    return int(text)


def _through(body: bytes | str, position: int) -> None:
    """The body of a watermark says its position once more."""
    through = _object(body).get("through")
    if type(through) is not int or through != position:
        raise refused.WatermarkElsewhere()


def _envelope(headers: Mapping[str, object], source: str, position: int, body: bytes | str) -> Envelope:
    type_name, subject = _text(headers, "ce-type"), _text(headers, "ce-subject")
    if not _TYPE.fullmatch(type_name):
        raise refused.TypeNotAName()
    if not _ID.fullmatch(subject):
        raise refused.SubjectNotAnId()
    return Envelope(
        source=source, position=position, type=type_name, subject=subject,
        recorded_at=_moment(headers, "ce-time"), effective_at=_moment(headers, "ce-effectivetime"),
        correlation_id=_correlation(headers), causation_id=_causation(headers), data=_object(body),
    )  # fmt: skip


def _correlation(headers: Mapping[str, object]) -> str:
    text = _text(headers, "ce-correlationid")
    try:
        UUID(text)
    except ValueError as wrong:
        raise refused.CauseNotAnId(header="ce-correlationid") from wrong
    return text


def _causation(headers: Mapping[str, object]) -> str:
    text = _text(headers, "ce-causationid")
    if not _ID.fullmatch(text):
        raise refused.CauseNotAnId(header="ce-causationid")
    return text


def _moment(headers: Mapping[str, object], header: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(headers, header))
        moment.astimezone(UTC)  # a moment at the edge of the calendar has none, and would fail wherever it is stored
    except (ValueError, OverflowError) as wrong:
        raise refused.NotATime(header=header) from wrong
    if moment.tzinfo is None:
        raise refused.NotATime(header=header)
    return moment


def _object(body: bytes | str) -> dict[str, Any]:
    size_bytes = len(body) if isinstance(body, bytes) else len(body.encode(errors="replace"))
    if size_bytes > MOST_BYTES:
        raise refused.BodyTooLarge(size_bytes=size_bytes, most_bytes=MOST_BYTES)
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        raise refused.BodyNotJson() from wrong
    if not isinstance(data, dict):
        raise refused.BodyNotAnObject()
    return cast(dict[str, Any], data)
