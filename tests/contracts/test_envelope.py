"""The envelope: CloudEvents names outside, ours inside; and reading what is in it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts.catalogue import read
from services.contracts.envelope import Envelope
from services.contracts.mall import OrderDelivered
from services.contracts.message import UnreadableMessage
from tests.support.scenario import ANNA, NOON

DELIVERED = OrderDelivered(order_id=ANNA)
ENVELOPE = Envelope(
    source="mall", position=42, type=DELIVERED.type, subject=DELIVERED.subject, recorded_at=NOON,
    effective_at=NOON - timedelta(days=400), correlation_id="c-1", causation_id="mall:41", data=DELIVERED.to_data(),
)  # fmt: skip


def test_travels_in_cloudevents_names():
    assert ENVELOPE.to_dict() == {
        "specversion": "1.0", "id": "mall:42", "source": "mall", "type": "agora.mall.order_delivered.v1",
        "subject": str(ANNA), "time": "2026-03-02T12:00:00+00:00", "sequence": "42", "correlationid": "c-1",
        "causationid": "mall:41", "effectivetime": "2025-01-26T12:00:00+00:00",
        "datacontenttype": "application/json", "data": {"order_id": str(ANNA)},
    }  # fmt: skip


def test_arrives_as_it_was_sent():
    assert Envelope.from_dict(json.loads(json.dumps(ENVELOPE.to_dict() | {"traceparent": "00-1"}))) == ENVELOPE


@pytest.mark.parametrize(
    "wrong",
    [
        {"specversion": "0.3"},
        {"sequence": "x"},
        {"time": "2026-03-02T12:00:00"},
        {"effectivetime": 5},
        {"data": "text"},
    ],
)
def test_what_is_no_such_envelope_is_unreadable(wrong):
    with pytest.raises(UnreadableMessage):
        Envelope.from_dict(ENVELOPE.to_dict() | wrong)


def test_an_envelope_without_a_subject_is_unreadable():
    event = ENVELOPE.to_dict()
    del event["subject"]
    with pytest.raises(UnreadableMessage, match="subject"):
        Envelope.from_dict(event)


def test_reads_the_message_in_it():
    assert read(ENVELOPE) == DELIVERED


def test_passes_over_a_type_that_nobody_here_knows():
    assert read(replace(ENVELOPE, type="agora.mall.order_delivered.v9")) is None


def test_data_that_break_the_promise_of_their_type_are_unreadable():
    with pytest.raises(UnreadableMessage, match="order_id"):
        read(replace(ENVELOPE, data={}))
