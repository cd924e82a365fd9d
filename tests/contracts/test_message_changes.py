"""Goldens of schemas: what breaks a reader of a message is seen, each kind of it on a message that is made up."""

from copy import deepcopy
from typing import Any

import pytest

from services.contracts import asyncapi
from services.contracts.message import Message

from .documents import ASYNCAPI, kept, messages_document
from .made_up import (
    TYPE,
    AboutThePerson,
    CalledOtherwise,
    Demanding,
    Lost,
    Needed,
    OfSomebodyElse,
    OfTheNextVersion,
    Omitted,
    Reformed,
    Renamed,
    Retyped,
    Richer,
    Seated,
    Unsure,
)
from .message_changes import ADVICE, broken_for_readers


def document(*messages: type[Message]) -> dict[str, Any]:
    """The document of these messages."""
    return asyncapi.document(messages, {}, "1.0.0")


def broken(*messages: type[Message]) -> list[str]:
    """What is broken when these are said where a seat was."""
    return broken_for_readers(document(Seated), document(*messages))


def test_every_message_keeps_what_was_promised():
    assert broken_for_readers(kept(ASYNCAPI), messages_document()) == [], ADVICE


def test_a_message_that_stays_breaks_nobody():
    assert broken(Seated) == []


def test_a_field_that_may_be_left_out_may_be_added():
    assert broken(Richer) == []


def test_a_next_version_beside_the_old_one_breaks_nobody():
    assert broken(Seated, OfTheNextVersion) == []


def test_a_service_that_begins_to_say_things_breaks_nobody():
    assert broken(Seated, OfSomebodyElse) == []


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Lost, ["row is gone"]),
        (Renamed, ["row is gone", "place is new and cannot be left out"]),
        (Retyped, ["row was string, is integer"]),
        (Reformed, ["person_id was uuid, is of any form"]),
        (Demanding, ["colour is new and cannot be left out"]),
        (Needed, ["since could be left out and no longer can"]),
        (Unsure, ["row was string, is null or string"]),
        (Omitted, ["row was always there and no longer is"]),
    ],
)
def test_a_field_that_changes_is_seen(message, said):
    assert broken(message) == [f"{TYPE}: {one}." for one in said]


def test_another_subject_is_seen():
    (said,) = broken(AboutThePerson)
    assert said.startswith(f"{TYPE}: its subject was group_id, is person_id")


@pytest.mark.parametrize("message", [CalledOtherwise, OfTheNextVersion, OfSomebodyElse])
def test_another_name_version_or_service_in_place_of_the_old_one_is_seen(message):
    said = broken(message)
    assert any(one.startswith(f"{TYPE}: nobody says it any more") for one in said)


@pytest.mark.parametrize("gone", [TYPE, "agora.watermark.v1", "messages.asked"])
def test_a_message_that_is_no_longer_said_is_seen(gone):
    made = document(Seated)
    del made["components"]["messages"][gone]
    (said,) = broken_for_readers(document(Seated), made)
    assert said.startswith(f"{gone}: nobody says it any more")


def test_another_routing_key_is_seen():
    made = document(Seated)
    made["channels"]["groups.member_seated"]["title"] = "groups.events, routing key seated"
    assert broken_for_readers(document(Seated), made) == [
        f"{TYPE}: it is no longer said to groups.events, routing key member_seated."
    ]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (["front", "back"], ["front"], "row no longer knows back"),
        (["front"], ["front", "back"], "row may be back now, which nobody knows yet"),
        (None, ["front"], "row no longer knows all values"),
        (["front"], None, "row may be any value now, which nobody knows yet"),
    ],
)
def test_another_set_of_values_is_seen(was, now, said):
    assert broken_for_readers(_of_values(was), _of_values(now)) == [f"{TYPE}: {said}."]


def test_the_same_set_of_values_in_another_order_breaks_nobody():
    assert broken_for_readers(_of_values(["front", "back"]), _of_values(["back", "front"])) == []


def test_a_change_deep_inside_is_seen():
    made = deepcopy(messages_document())
    lines = made["components"]["messages"]["agora.mall.order_paid.v1"]["payload"]["properties"]["lines"]
    del lines["items"]["properties"]["group_id"]
    lines["items"]["properties"]["quantity"]["type"] = "string"
    assert broken_for_readers(messages_document(), made) == [
        "agora.mall.order_paid.v1: lines[].quantity was integer, is string.",
        "agora.mall.order_paid.v1: lines[].group_id is gone.",
    ]


def test_another_form_of_thresholds_is_seen():
    made = deepcopy(messages_document())
    made["components"]["schemas"]["Threshold"]["oneOf"].pop()
    said = broken_for_readers(messages_document(), made)
    assert "agora.groups.group_founded.v1: threshold has 6 alternatives, had 7." in said


def test_a_header_may_be_added_and_none_taken_away():
    made = deepcopy(messages_document())
    headers = made["components"]["schemas"]["Headers"]
    headers["properties"]["ce-traceparent"] = {"type": "string"}
    headers["required"].append("ce-traceparent")
    assert broken_for_readers(messages_document(), made) == []
    del headers["properties"]["ce-previous"]
    said = broken_for_readers(messages_document(), made)
    assert "agora.mall.order_paid.v1: ce-previous in the headers is gone." in said


def test_the_question_for_messages_may_not_ask_for_more_and_its_answer_not_give_less():
    made = deepcopy(messages_document())
    asked = made["components"]["messages"]["messages.asked"]["payload"]["properties"]["kwargs"]
    asked["required"].append("types")
    asked["properties"]["types"] = {"type": "array"}
    answered = made["components"]["messages"]["messages.answered"]["payload"]["properties"]["result"]
    del answered["properties"]["through"]
    assert broken_for_readers(messages_document(), made) == [
        "messages.asked: kwargs.types is new and cannot be left out.",
        "messages.answered: result.through is gone.",
    ]


def test_what_only_reads_otherwise_breaks_nobody():
    made = deepcopy(messages_document())
    for message in made["components"]["messages"].values():
        message["summary"] = "Otherwise."
        for schema in message["payload"].get("properties", {}).values():
            schema["description"] = "Otherwise."
    assert broken_for_readers(messages_document(), made) == []


def _of_values(values: list[str] | None) -> dict[str, Any]:
    """The document of a message whose field has one of these values."""
    made = document(Seated)
    row = made["components"]["messages"][TYPE]["payload"]["properties"]["row"]
    made["components"]["messages"][TYPE]["payload"]["properties"]["row"] = row | ({"enum": values} if values else {})
    return made
