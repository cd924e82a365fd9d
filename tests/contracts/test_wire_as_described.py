"""What goes over the wire is what the AsyncAPI document says: the code that says and answers is asked itself."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from services.contracts import attributes
from services.contracts.catalogue import MESSAGES
from services.contracts.envelope import Envelope
from services.contracts.feed import BATCH, CHANNEL, PATH
from services.contracts.pulling import ANSWERED, ASKED, MOST_LOOKED_AT
from services.kernel.doors.rpc import MOST_MESSAGES, MessagesAsked
from services.kernel.flow import wire
from services.kernel.flow.reader_queue import ARGUMENTS, queue_of
from tests.support.scenario import NOON

from .documents import messages_document, operations_document
from .promises import golden_of

SAID = messages_document()["components"]["messages"]


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value, under a schema of the document."""
    whole = {**schema, "components": messages_document()["components"]}
    return [found.message for found in Draft7Validator(whole).iter_errors(value)]


def envelope_of(name: str) -> Envelope:
    """The golden of a message on its way."""
    message = MESSAGES[name]
    data = golden_of(message)["data"]
    return Envelope(
        source=message.SERVICE, position=42, type=name, subject=data[message.SUBJECT], recorded_at=NOON,
        effective_at=NOON, correlation_id="00000000-0000-4000-8000-0000000000c0", causation_id="command:x", data=data,
    )  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_goes_out_as_described(name):
    wired = wire.message(envelope_of(name), previous=40)
    assert problems(SAID[name]["headers"], wired.headers) == []
    assert problems(SAID[name]["payload"], orjson.loads(wired.body)) == []
    channel = messages_document()["channels"][f"{MESSAGES[name].SERVICE}.{wired.routing_key}"]
    assert channel["bindings"]["amqp"]["exchange"]["name"] == wire.exchange_of(MESSAGES[name].SERVICE)
    assert channel["messages"][name]["$ref"] == f"#/components/messages/{name}"


def test_a_watermark_goes_out_as_described():
    wired = wire.watermark("mall", through=42, previous=40)
    assert wired.routing_key == attributes.WATERMARK_KEY
    assert problems(SAID[attributes.WATERMARK_TYPE]["headers"], wired.headers) == []
    assert problems(SAID[attributes.WATERMARK_TYPE]["payload"], orjson.loads(wired.body)) == []


def test_the_queue_of_a_reader_is_declared_as_described():
    channel = messages_document()["channels"]["reader.intake"]
    assert channel["x-queue-arguments"] == ARGUMENTS
    assert channel["address"] == queue_of("{reader}")


def test_headers_that_are_described_can_be_read():
    for name in (*MESSAGES, attributes.WATERMARK_TYPE):
        (example,) = SAID[name]["examples"]
        source = example["headers"]["ce-source"]
        body = orjson.dumps(example["payload"])
        heard = wire.read(
            wire.Delivery(wire.exchange_of(source), "application/json", "utf-8", example["headers"], body)
        )
        assert (heard.position, heard.previous) == (42, 40)


def test_the_question_for_messages_is_taken_as_described():
    asked = SAID[ASKED]["payload"]["properties"]["kwargs"]
    assert set(asked["properties"]) == set(MessagesAsked._declared_fields)
    assert asked["required"] == [name for name, field in MessagesAsked._declared_fields.items() if field.required]
    assert MOST_LOOKED_AT == MOST_MESSAGES
    MessagesAsked().load(SAID[ASKED]["examples"][0]["payload"]["kwargs"])


def test_an_answer_for_messages_is_as_described():
    page = {"source": "mall", "messages": [envelope_of("agora.mall.order_paid.v1").to_dict()], "through": 42}
    assert problems(SAID[ANSWERED]["payload"], {"result": page | {"head": 50}, "error": None}) == []
    assert problems(SAID[ANSWERED]["payload"], {"result": page | {"head": "50"}, "error": None})


def test_the_feed_is_where_the_operations_have_it():
    told = operations_document()["paths"][PATH]["get"]
    content = told["responses"]["200"]["content"][SAID[BATCH]["contentType"]]
    name = content["schema"]["items"]["$ref"].rpartition("/")[2]
    event = operations_document()["components"]["schemas"][name]
    described = SAID[BATCH]["payload"]["items"]
    assert set(described["properties"]) == set(event["properties"])
    assert set(described["required"]) == set(event["required"])
    asked = messages_document()["operations"]["partner.reads"]["bindings"]["http"]["query"]["properties"]
    assert set(asked) == {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "query"}
    assert messages_document()["channels"][CHANNEL]["address"] == PATH
