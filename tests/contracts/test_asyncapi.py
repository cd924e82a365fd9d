"""The AsyncAPI document: valid, complete, described, and true of the messages that it speaks of."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from services.contracts import attributes
from services.contracts.catalogue import MESSAGES
from services.contracts.meanings import MEANINGS, NESTED, THRESHOLD
from services.contracts.payloads import payload_of
from services.contracts.thresholds import MalformedThreshold, parse

from .documents import messages_document
from .promises import golden_of, types_of

Document = dict[str, Any]

# The official schema of AsyncAPI 3.0.0 (see README.md beside it), with which documents are checked.
OFFICIAL = Draft7Validator(json.loads((Path(__file__).parent / "asyncapi" / "3.0.0.json").read_text()))
SERVICES = {message.SERVICE for message in MESSAGES.values()}
every_message = pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))


def problems(schema: Document, value: Any) -> list[str]:
    """What is wrong with a value, under a schema that may speak of the document's other schemas."""
    whole = {**schema, "components": messages_document()["components"]}
    return [found.message for found in Draft7Validator(whole).iter_errors(value)]


def test_is_valid_asyncapi():
    assert [found.message for found in OFFICIAL.iter_errors(messages_document())] == []


def test_what_is_not_valid_asyncapi_would_be_seen():
    document = messages_document()
    assert not OFFICIAL.is_valid({**document, "asyncapi": "2.6.0"})
    assert not OFFICIAL.is_valid({**document, "channels": {"mall.order_paid": {"adress": "order_paid"}}})
    assert not OFFICIAL.is_valid({**document, "operations": {"mall.says": {"action": "shout"}}})


def test_every_reference_leads_somewhere():
    document = messages_document()
    for reference in _references(document):
        found: Any = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]


def test_every_operation_takes_messages_of_its_own_channel():
    for name, operation in messages_document()["operations"].items():
        channel = operation["channel"]["$ref"]
        assert all(told["$ref"].startswith(f"{channel}/messages/") for told in operation["messages"]), name


@every_message
def test_a_message_has_a_channel_on_the_exchange_of_its_service(message):
    channel = messages_document()["channels"][f"{message.SERVICE}.{message.NAME}"]
    assert channel["address"] == message.NAME
    assert message.type_name() in channel["messages"]
    exchange = channel["bindings"]["amqp"]["exchange"]
    assert (exchange["name"], exchange["type"], exchange["durable"]) == (f"{message.SERVICE}.events", "topic", True)


@every_message
def test_a_message_is_said_and_heard(message):
    document = messages_document()
    said = document["operations"][f"{message.SERVICE}.says.{message.NAME}"]
    assert said["action"] == "send"
    assert any(told["$ref"].endswith(f"/{message.type_name()}") for told in said["messages"])
    heard = [told["$ref"].rpartition("/")[2] for told in document["operations"]["reader.hears"]["messages"]]
    assert message.type_name() in heard


def test_every_service_says_how_far_it_has_looked_and_can_be_asked():
    document = messages_document()
    for service in SERVICES:
        assert document["operations"][f"{service}.says.watermark"]["action"] == "send"
        assert document["operations"][f"{service}.answers.messages"]["reply"]["messages"]


@every_message
def test_every_field_is_described(message):
    undescribed = [
        name for name, schema in payload_of(message)["properties"].items() if not schema.get("description", "")
    ]
    assert undescribed == [], f"say in services/contracts/meanings.py what they mean: {message.type_name()}"


def test_no_meaning_is_kept_of_a_field_that_is_not_there():
    there = {name for message in MESSAGES.values() for name in types_of(message)}
    there |= {f"{message.SERVICE}.{name}" for message in MESSAGES.values() for name in types_of(message)}
    there |= {f"{message.NAME}.{name}" for message in MESSAGES.values() for name in types_of(message)}
    assert {*MEANINGS, *NESTED} <= there


@every_message
def test_a_message_says_when_it_is_said(message):
    told = messages_document()["components"]["messages"][message.type_name()]
    assert told["summary"].endswith(".")
    assert "``" not in told["summary"] + told.get("description", "")


@every_message
def test_its_example_is_what_it_promises(message):
    (example,) = messages_document()["components"]["messages"][message.type_name()]["examples"]
    assert example["payload"] == golden_of(message)["data"]
    assert problems(payload_of(message), example["payload"]) == []


@every_message
def test_an_example_without_one_of_its_fields_is_not_what_it_promises(message):
    data = golden_of(message)["data"]
    for name in payload_of(message)["required"]:
        assert problems(payload_of(message), {key: value for key, value in data.items() if key != name})


@pytest.mark.parametrize("name", messages_document()["components"]["messages"])
def test_the_headers_of_an_example_are_what_every_message_has(name):
    told = messages_document()["components"]["messages"][name]
    for example in told.get("examples", []):
        if "headers" in example:
            assert problems(told["headers"], example["headers"]) == []
            assert all(isinstance(value, str) for value in example["headers"].values())


@pytest.mark.parametrize(("name", "wrong"), [("ce-sequence", "x"), ("ce-previous", 40), ("ce-specversion", "0.3")])
def test_headers_of_another_form_are_not_what_every_message_has(name, wrong):
    right = attributes.example_headers("agora.mall.order_paid.v1", "mall", "1")
    assert problems(attributes.headers(), right) == []
    assert problems(attributes.headers(), right | {name: wrong})
    assert problems(attributes.headers(), {key: value for key, value in right.items() if key != name})


@pytest.mark.parametrize(
    "data",
    [
        {"claim": "real_name", "level": 1},
        {"claim": "industry", "level": 2, "code": "outdoors"},
        {"invitation": True},
        {"tag": "interest", "value": "fishing"},
        {"member": "00000000-0000-4000-8000-000000000005"},
        {"not": {"invitation": True}},
        {"all": []},
        {"any": [{"all": [{"claim": "position", "level": 3}]}, {"not": {"tag": "city", "value": "Porto"}}]},
    ],
)
def test_a_threshold_that_can_be_read_is_one_in_the_document(data):
    parse(data)
    assert problems(THRESHOLD, data) == []


@pytest.mark.parametrize(
    "data",
    [
        {}, {"claim": "real_name"}, {"claim": "colour", "level": 1}, {"invitation": False}, {"any": []},
        {"tag": "city"}, {"invitation": True, "member": "x"}, {"not": []}, {"all": [{}]},
    ],
)  # fmt: skip
def test_what_is_no_threshold_is_none_in_the_document(data):
    with pytest.raises(MalformedThreshold):
        parse(data)
    assert problems(THRESHOLD, data)


def _references(part: Any) -> list[str]:
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    own = [part["$ref"]] if isinstance(part, dict) and "$ref" in part else []
    return own + [found for one in inside for found in _references(one)]
