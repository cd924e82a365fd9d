"""What a message looks like on the broker, and everything that a stranger could send instead."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from cloudevents.http import from_http
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.envelope import Envelope
from services.contracts.mall import OrderDelivered
from services.kernel.flow import wire
from services.kernel.flow import wire_refusals as refused
from services.kernel.flow.wire import Delivery, Heard, Wired
from tests.architecture.classes import descendants
from tests.support.scenario import ANNA, NOON

DELIVERED = OrderDelivered(order_id=ANNA)
ENVELOPE = Envelope(
    source="mall", position=42, type=DELIVERED.type, subject=DELIVERED.subject, recorded_at=NOON,
    effective_at=NOON - timedelta(days=400), correlation_id=str(ANNA), causation_id="mall:41",
    data=DELIVERED.to_data(),
)  # fmt: skip
WIRED = wire.message(ENVELOPE, 40)
KNOWN = refused.Known("mall", 42, str(ANNA), DELIVERED.type)


def delivered(wired: Wired = WIRED, **other: Any) -> Delivery:
    """As a broker hands it over."""
    whole = Delivery("mall.events", "application/json", "utf-8", dict(wired.headers), wired.body)
    return replace(whole, **other)


def with_headers(wired: Wired = WIRED, **headers: Any) -> Delivery:
    """With some attributes changed; one that is ... is left out."""
    changed = wired.headers | {f"ce-{name}": value for name, value in headers.items()}
    return delivered(wired, headers={name: value for name, value in changed.items() if value is not ...})


def refusal_of(delivery: Delivery) -> refused.UnreadableDelivery:
    with pytest.raises(refused.UnreadableDelivery) as caught:
        wire.read(delivery)
    return caught.value


def test_a_message_rides_in_headers_of_text_and_a_body_of_json() -> None:
    assert Wired(
        routing_key="order_delivered", message_id="mall:42",
        headers={
            "ce-specversion": "1.0", "ce-id": "mall:42", "ce-source": "mall",
            "ce-type": "agora.mall.order_delivered.v1", "ce-subject": str(ANNA),
            "ce-time": "2026-03-02T12:00:00+00:00", "ce-sequence": "42", "ce-previous": "40",
            "ce-correlationid": str(ANNA), "ce-causationid": "mall:41",
            "ce-effectivetime": "2025-01-26T12:00:00+00:00",
        },
        body=orjson.dumps({"order_id": str(ANNA)}),
    ) == WIRED  # fmt: skip


def test_a_message_arrives_as_it_was_sent() -> None:
    assert wire.read(delivered()) == Heard("mall", 42, 40, ENVELOPE)


def test_a_body_that_the_library_has_decoded_is_the_same() -> None:
    assert wire.read(delivered(body=WIRED.body.decode())) == wire.read(delivered())


def test_a_part_of_a_service_speaks_through_the_exchange_of_the_service() -> None:
    part = replace(ENVELOPE, source="mall/3")
    assert wire.exchange_of("mall/3") == "mall.events"
    assert wire.read(delivered(wire.message(part, 40))) == Heard("mall/3", 42, 40, part)


def test_headers_of_others_are_left_alone() -> None:
    headers = WIRED.headers | {"traceparent": "00-1", "nameko.locale": {"a": [1]}, "x-death": [{"count": 3}]}
    assert wire.read(delivered(headers=headers)) == wire.read(delivered())


def test_a_watermark_says_how_far_its_source_was_looked_at() -> None:
    mark = wire.watermark("mall", 50, 42)
    assert (mark.routing_key, mark.message_id, orjson.loads(mark.body)) == (
        "watermark", "mall:through:50", {"through": 50},
    )  # fmt: skip
    assert wire.read(delivered(mark)) == Heard("mall", 50, 42, None)


def test_a_watermark_may_claim_nothing_about_what_lies_before_it() -> None:
    assert wire.read(delivered(wire.watermark("mall", 50, 50))) == Heard("mall", 50, 50, None)


@pytest.mark.parametrize("wired", [WIRED, wire.watermark("mall", 50, 42)])
def test_the_cloudevents_sdk_reads_it_as_a_binary_event(wired: Wired) -> None:
    event = from_http(wired.headers | {"content-type": "application/json"}, wired.body)
    attributes = event.get_attributes()
    assert attributes["id"] == wired.message_id
    assert wired.headers.items() <= {f"ce-{name}": value for name, value in attributes.items()}.items()
    assert event.get_data() == orjson.loads(wired.body)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


STRANGE: list[tuple[Delivery, type[refused.UnreadableDelivery]]] = [
    (delivered(content_type="application/cloudevents+json"), refused.WrongContentType),
    (delivered(content_type="application/json; charset=utf-8"), refused.WrongContentType),
    (delivered(content_type=None), refused.WrongContentType),
    (delivered(content_type=7), refused.WrongContentType),
    (delivered(content_encoding="gzip"), refused.WrongContentEncoding),
    (delivered(content_encoding=["utf-8"]), refused.WrongContentEncoding),
    (delivered(body=b"{"), refused.BodyNotJson),
    (delivered(body=b""), refused.BodyNotJson),
    (delivered(body=b"\xff\xfe"), refused.BodyNotJson),
    (delivered(body=b'{"order_id": NaN}'), refused.BodyNotJson),
    (delivered(body=nested(100_000)), refused.BodyNotJson),
    (delivered(body="\ud800"), refused.BodyNotJson),
    (delivered(body=b"[1]"), refused.BodyNotAnObject),
    (delivered(body=b'"text"'), refused.BodyNotAnObject),
    (delivered(body=b'{"a":"' + b"x" * wire.MOST_BYTES + b'"}'), refused.BodyTooLarge),
    (delivered(body='{"a":"' + "ä" * (wire.MOST_BYTES // 2) + '"}'), refused.BodyTooLarge),
    (delivered(headers=None), refused.NoHeaders),
    (delivered(headers={}), refused.NoHeaders),
    (delivered(headers=["ce-id"]), refused.NoHeaders),
    (delivered(headers={"nameko.call_id_stack": ["a"]}), refused.HeaderMissing),
    (with_headers(specversion="0.3"), refused.WrongSpecVersion),
    (with_headers(specversion=1.0), refused.HeaderNotText),
    (with_headers(source="Mall"), refused.SourceNotAName),
    (with_headers(source="mall\n"), refused.SourceNotAName),
    (with_headers(source="mall/x"), refused.SourceNotAName),
    (with_headers(source="../mall"), refused.SourceNotAName),
    (with_headers(source="identity", id="identity:42"), refused.SourceElsewhere),
    (delivered(exchange=""), refused.SourceElsewhere),
    (with_headers(sequence="x"), refused.PositionNotANumber),
    (with_headers(sequence="042"), refused.PositionNotANumber),
    (with_headers(sequence="-1"), refused.PositionNotANumber),
    (with_headers(sequence="4e1"), refused.PositionNotANumber),
    (with_headers(sequence="４２"), refused.PositionNotANumber),
    (with_headers(sequence="9" * 19), refused.PositionNotANumber),
    (with_headers(sequence="9" * 100_000), refused.HeaderNotText),
    (with_headers(sequence=42), refused.HeaderNotText),
    (with_headers(sequence="0", previous="0", id="mall:0"), refused.PreviousNotBefore),
    (with_headers(previous="42"), refused.PreviousNotBefore),
    (with_headers(previous="43"), refused.PreviousNotBefore),
    (with_headers(previous=None), refused.HeaderNotText),
    (with_headers(id="mall:43"), refused.IdElsewhere),
    (with_headers(id="mall:042"), refused.IdElsewhere),
    (with_headers(id="mall:through:42"), refused.IdElsewhere),
    (with_headers(type="order_paid"), refused.TypeNotAName),
    (with_headers(type="agora.mall.order_paid"), refused.TypeNotAName),
    (with_headers(subject="anna@example.org"), refused.SubjectNotAnId),
    (with_headers(correlationid="c-1"), refused.CauseNotAnId),
    (with_headers(causationid="because I say so"), refused.CauseNotAnId),
    (with_headers(time="yesterday"), refused.NotATime),
    (with_headers(time="2026-03-02T12:00:00"), refused.NotATime),
    (with_headers(effectivetime="0001-01-01T00:00:00+14:00"), refused.NotATime),
    (with_headers(wire.watermark("mall", 50, 51)), refused.PreviousNotBefore),
    (with_headers(wire.watermark("mall", 0, 0)), refused.PreviousNotBefore),
    (with_headers(wire.watermark("mall", 50, 42), id="mall:50"), refused.IdElsewhere),
    (delivered(wire.watermark("mall", 50, 42), body=b'{"through": 49}'), refused.WatermarkElsewhere),
    (delivered(wire.watermark("mall", 1, 0), body=b'{"through": true}'), refused.WatermarkElsewhere),
    (delivered(wire.watermark("mall", 50, 42), body=b"{}"), refused.WatermarkElsewhere),
]


@pytest.mark.parametrize(("strange", "kind"), STRANGE)
def test_refuses_what_is_no_message(strange: Delivery, kind: type[refused.UnreadableDelivery]) -> None:
    refusal = refusal_of(strange)
    assert type(refusal) is kind
    assert refusal.cause.endswith(".")


def test_every_refusal_of_the_wire_was_seen_above() -> None:
    kinds = set(descendants(refused.UnreadableDelivery)) - {refused.UnreadableDelivery}
    assert {kind for _, kind in STRANGE} == kinds


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time", "sequence", "previous",
                                  "correlationid", "causationid", "effectivetime"])  # fmt: skip
@pytest.mark.parametrize(
    "bomb", [..., None, 42, 4.2, True, b"mall", {"a": {"b": {}}}, [["x"]], "", "x" * 201, NOON]
)  # fmt: skip
def test_a_header_that_is_missing_or_no_text_is_refused(name: str, bomb: Any) -> None:
    kind = refused.HeaderMissing if bomb is ... else refused.HeaderNotText
    refusal = refusal_of(with_headers(**{name: bomb}))
    assert (type(refusal), refusal.facts["header"]) == (kind, f"ce-{name}")


@pytest.mark.parametrize("body", [b"{", b"[]", b"x" * (wire.MOST_BYTES + 1)])
def test_says_what_it_could_read_of_a_message_with_a_bad_body(body: bytes) -> None:
    assert refusal_of(delivered(body=body)).known == KNOWN
    assert refusal_of(delivered(body=body, content_type="text/plain")).known == KNOWN


def test_says_nothing_of_what_it_cannot_read() -> None:
    strange = with_headers(sequence=["x"], subject="Anna Lind", type={"a": 1})
    assert refusal_of(strange).known == refused.Known("mall", 0, "", "")
    assert refusal_of(delivered(headers=None)).known == refused.Known()


def test_a_forged_message_is_of_no_source_and_keeps_nobody_waiting() -> None:
    assert refusal_of(delivered(exchange="groups.events")).known == refused.Known(type=DELIVERED.type)


def test_a_cause_repeats_nothing_of_what_was_sent() -> None:
    secret = "anna@example.org"
    for name in ("id", "source", "type", "subject", "time", "sequence", "previous", "correlationid", "causationid"):
        assert secret not in refusal_of(with_headers(**{name: secret})).cause
    assert secret not in refusal_of(delivered(content_type=secret)).cause
    assert secret not in refusal_of(delivered(body=secret.encode())).cause


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=200)
@given(
    headers=st.dictionaries(st.sampled_from(sorted(WIRED.headers)) | st.text(), ANYTHING),
    body=st.binary() | st.text(),
    whole=st.booleans(),
)
def test_whatever_comes_is_read_or_refused(headers: dict[str, Any], body: bytes | str, whole: bool) -> None:
    strange = delivered(headers=(WIRED.headers if whole else {}) | headers, body=body)
    with suppress(refused.UnreadableDelivery):  # anything else would stop the reader
        assert isinstance(wire.read(strange), Heard)
