"""What is read from a delivery: plain JSON, the context that is understood, and by what a call is known again."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from kombu.utils.json import dumps

from services.kernel.doors import rpc_reading
from services.kernel.doors.admission import MOST_BYTES
from services.kernel.doors.forms import NullCharacter, TooDeep
from services.kernel.doors.rpc_reading import BadContext, Delivery, GivenByPlace, NotPlainJson, read
from services.kernel.refusals import Malformed, Refusal, TooLarge
from tests.support.scenario import NOON

CALL_ID = UUID(int=7)
DEEP = json.loads('{"a":' * 60 + "1" + "}" * 60)


def delivery(kwargs: Any = None, *, args: Any = (), headers: Any = None, **more: Any) -> Delivery:
    properties = {
        "content_type": "application/json", "content_encoding": "utf-8", "reply_to": "me",
        "correlation_id": str(CALL_ID), **more,
    }  # fmt: skip
    body = dumps({"args": list(args), "kwargs": kwargs or {}}).encode()
    return Delivery("tally.open_tally", properties, headers or {}, body, False)


def test_reads_the_method_its_fields_and_who_waits() -> None:
    call = read(delivery({"name": "seals", "left": [1, {"a": None}]}))
    assert (call.method, call.fields) == ("open_tally", {"name": "seals", "left": [1, {"a": None}]})
    assert (call.place, call.call_id, call.is_again) == ("me", CALL_ID, False)


def test_what_python_sends_with_its_type_is_what_json_has_for_it() -> None:
    one = uuid4()
    fields = read(delivery({"tally_id": one, "at": [NOON, {"on": NOON.date()}]})).fields
    assert fields == {"tally_id": one.hex, "at": [NOON.isoformat(), {"on": NOON.date().isoformat()}]}


def test_takes_the_context_that_it_understands_and_no_other() -> None:
    said = {
        "authorization": "Bearer x",
        "idempotency_key": "k",
        "if_match": 7,
        "after": "mall:4",
        "correlation_id": "c",
    }
    headers = {f"nameko.{name}": value for name, value in {**said, "language": "zh"}.items()}
    call = read(delivery(headers={**headers, "authorization": "Bearer y", b"odd": 1, "nameko.x": b"\xff"}))
    assert call.context == {**said, "if_match": "7"}


@pytest.mark.parametrize("value", [7, True, 1.5, [], {"a": 1}, b"\xff", "x" * 5_001])
def test_context_that_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(BadContext, match="'authorization'"):
        read(delivery(headers={"nameko.authorization": value}))


def test_a_version_that_is_no_number_is_no_version() -> None:
    with pytest.raises(BadContext, match="'if_match'"):
        read(delivery(headers={"nameko.if_match": True}))


@pytest.mark.parametrize("correlation_id", [None, "", "7", "x" * 255])
def test_what_is_no_uuid_does_not_tell_calls_apart(correlation_id: Any) -> None:
    assert read(delivery(correlation_id=correlation_id)).call_id is None


@pytest.mark.parametrize(
    ("stack", "kept"), [(["a", 5, "b"], ["a", "b"]), (5, []), (None, []), (["x"] * 99, ["x"] * 20)]
)
def test_keeps_what_can_be_used_of_the_trace_of_callers(stack: Any, kept: list[str]) -> None:
    assert read(delivery(headers={"nameko.call_id_stack": stack})).stack == kept


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (delivery(args=["seals"]), GivenByPlace),
        (delivery({"name": "a\0"}), NullCharacter),
        (delivery(DEEP), TooDeep),
    ],
)
def test_a_mistake_of_the_caller_is_for_the_caller_alone(wrong: Delivery, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as raised:
        read(wrong)
    assert not isinstance(raised.value, rpc_reading.POISON)


def test_every_poison_is_malformed_or_too_large() -> None:
    assert all(issubclass(each, Malformed | TooLarge) for each in rpc_reading.POISON)


def test_the_limit_is_that_of_http(monkeypatch: pytest.MonkeyPatch) -> None:
    long = replace(delivery(), body=delivery({"name": "a"}).body.ljust(MOST_BYTES))
    assert read(long).fields == {"name": "a"}
    longer = replace(long, body=long.body + b" ")
    with pytest.raises(TooLarge):
        read(longer)
    monkeypatch.setattr(rpc_reading, "MOST_BYTES", 10**9)
    assert read(longer).fields == {"name": "a"}


@pytest.mark.parametrize("encoding", ["UTF-8", None, ""])
def test_utf_8_is_what_it_is_called(encoding: Any) -> None:
    assert read(delivery(content_encoding=encoding)).fields == {}


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/JSON", None])
def test_the_content_type_is_exactly_json(content_type: Any) -> None:
    with pytest.raises(NotPlainJson):
        read(delivery(content_type=content_type))
