"""The operations of a service through its nameko door: the same answers as by HTTP, the same refusals."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.store.sqlite import SQLiteRecorder
from tests.integration.rpc.calls import Caller, error_of
from tests.integration.rpc.doors import DoorProcess
from tests.support.http_client import Client
from tests.support.services import opened

TALLY = str(UUID(int=1))
STOCK = """
import json, sys, warnings
warnings.simplefilter("ignore")
from nameko.exceptions import MethodNotFound, RemoteError
from nameko.standalone.rpc import ClusterRpcClient
from uuid import UUID
with ClusterRpcClient(uri=sys.argv[1], context_data={"authorization": "Bearer anna"}, timeout=20) as rpc:
    made = rpc.tally.open_tally(name="stock")
    seen = rpc.tally.count(tally_id=UUID(made["tally_id"]))
    told = []
    for ask in (lambda: rpc.tally.open_tally(name="stock"), lambda: rpc.tally.absent(), lambda: rpc.tally.count(1)):
        try:
            ask()
        except RemoteError as refused:
            told.append([refused.exc_type, refused.value])
        except MethodNotFound as unknown:
            told.append(["MethodNotFound", str(unknown)])
    print(json.dumps([seen["count"], told]))
"""


def opened_tally(caller: Caller) -> str:
    return str(caller.call("open_tally", name=f"tally {uuid4()}")["tally_id"])


def test_a_command_answers_its_position_and_a_query_its_thing(caller: Caller, stranger: Caller) -> None:
    made = caller.call("open_tally", name="seals")
    assert re.fullmatch(r"tally:\d+", made["position"])
    counted = caller.call("count", tally_id=made["tally_id"], note="one")
    assert counted["count"] == 1
    seen = stranger.call("tally", {"after": counted["position"]}, tally_id=made["tally_id"])
    assert seen == {"tally_id": made["tally_id"], "name": "seals", "count": 1}


def test_answers_and_refusals_are_the_same_as_by_http(caller: Caller, tmp_path: Path) -> None:
    with opened(tmp_path) as service:
        client = Client(service)
        by_http: list[Any] = [
            client("POST", "/tallies", json={"name": "same"}).json(),
            client("POST", "/tallies", json={"nme": 1}).json(),
            client("GET", f"/tallies/{TALLY}").json(),
        ]
    by_rpc = [
        caller.call("open_tally", name="same"),
        caller.refused("open_tally", nme=1),
        caller.refused("tally", tally_id=TALLY),
    ]
    assert by_http[0].keys() == by_rpc[0].keys()
    assert [{name: value for name, value in each.items() if name != "name"} for each in by_rpc[1:]] == by_http[1:]


def test_a_stock_client_of_nameko_is_served(broker_url: str, door: DoorProcess) -> None:
    command = [sys.executable, "-c", STOCK, broker_url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    count, told = json.loads(ended.stdout)
    assert count == 1
    assert [name for name, _ in told] == ["TallyTaken", "MethodNotFound", "GivenByPlace"]
    assert told[0][1] == "There is a tally of this name; choose another name."


WRONG: dict[str, tuple[str, dict[str, Any], dict[str, Any], tuple[int, str]]] = {
    "unknown field": ("open_tally", {}, {"name": "a", "nme": "b"}, (422, "agora.malformed")),
    "wrong type": ("open_tally", {}, {"name": 3}, (422, "agora.malformed")),
    "a field named self": ("open_tally", {}, {"name": "a", "self": 1}, (422, "agora.malformed")),
    "no id": ("count", {}, {}, (422, "agora.malformed")),
    "bad id": ("tally", {}, {"tally_id": "1"}, (422, "agora.malformed")),
    "U+0000": ("open_tally", {}, {"name": "a\0"}, (400, "agora.null_character")),
    "expired token": ("open_tally", {"authorization": "Bearer late"}, {"name": "a"}, (401, "agora.unauthenticated")),
    "another scheme": ("open_tally", {"authorization": "Basic YTpi"}, {"name": "a"}, (401, "agora.unauthenticated")),
    "token that is no text": ("open_tally", {"authorization": 7}, {"name": "a"}, (400, "agora.bad_context")),
    "no operator": ("operators", {}, {}, (403, "agora.forbidden")),
    "a position nobody gave": ("tally", {"after": "x:1"}, {"tally_id": TALLY}, (400, "agora.bad_position")),
    "empty key": ("open_tally", {"idempotency_key": ""}, {"name": "a"}, (400, "agora.bad_key")),
    "long key": ("open_tally", {"idempotency_key": "x" * 201}, {"name": "a"}, (400, "agora.bad_key")),
    "bad version": ("count", {"if_match": "new"}, {"tally_id": TALLY}, (400, "agora.bad_if_match")),
    "negative position": ("messages", {}, {"after": -1, "limit": 5}, (422, "agora.malformed")),
    "no position": ("messages", {}, {"limit": 5}, (422, "agora.malformed")),
    "too many messages": ("messages", {}, {"after": 0, "limit": 1001}, (422, "agora.malformed")),
    "no messages": ("messages", {}, {"after": 0, "limit": 0}, (422, "agora.malformed")),
    "position beyond all": ("messages", {}, {"after": 10**18, "limit": 5}, (422, "agora.malformed")),
    "position as text": ("messages", {}, {"after": "0", "limit": 5}, (422, "agora.malformed")),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_refuses_with_a_code_and_a_sentence_and_changes_nothing(caller: Caller, door: DoorProcess, wrong: str) -> None:
    method, context, fields, expected = WRONG[wrong]
    before = position(door)
    call = caller.send(method, fields=fields, context=context)
    refusal = error_of(caller.answers(call)[0])
    assert (refusal["status"], refusal["code"]) == expected
    assert position(door) == before


def position(door: DoorProcess) -> int:
    recorder = SQLiteRecorder(door.directory / "tally" / "facts.db", readonly=True)
    try:
        return recorder.position()
    finally:
        recorder.close()


def test_without_a_token_only_what_anybody_may_is_done(stranger: Caller) -> None:
    assert stranger.refused("open_tally", name="a")["code"] == "agora.unauthenticated"
    assert stranger.refused("tally", tally_id=TALLY)["code"] == "agora.missing"


def test_an_operator_may_what_operators_may(broker_url: str, door: DoorProcess) -> None:
    with Caller(broker_url, "boris") as operator:
        assert operator.call("operators")["position"]


def test_errors_name_every_field(caller: Caller) -> None:
    assert caller.refused("open_tally", nme=1)["errors"] == {
        "name": ["Missing data for required field."], "nme": ["Unknown field."],
    }  # fmt: skip


def test_an_error_of_ours_gives_an_id_and_no_text(caller: Caller, door: DoorProcess) -> None:
    refusal = caller.refused("breaks")
    assert (refusal["name"], refusal["status"], refusal["code"]) == ("Unexpected", 500, "agora.unexpected")
    assert "hunter2" not in json.dumps(refusal)
    door.wait_for(refusal["error_id"])


def test_what_speaks_http_is_no_method(caller: Caller) -> None:
    for method in ("raw", "serve", "door", "__init__"):
        error = caller.answers(caller.send(method))[0]["error"]
        assert (error["exc_type"], error["exc_path"]) == ("MethodNotFound", "nameko.exceptions.MethodNotFound")


def test_the_same_key_is_one_effect_and_another_body_is_refused(caller: Caller) -> None:
    tally_id, key = opened_tally(caller), {"idempotency_key": "k" * 200}
    first, again = (caller.call("count", key, tally_id=tally_id) for _ in range(2))
    assert first == again
    assert caller.refused("count", key, tally_id=tally_id, note="other")["code"] == "agora.key_reused"
    assert caller.call("count", tally_id=tally_id)["count"] == 2


def test_two_calls_with_one_key_at_the_same_time_are_one_effect(caller: Caller) -> None:
    tally_id, key = opened_tally(caller), {"idempotency_key": str(uuid4())}
    calls = [caller.send("count", fields={"tally_id": tally_id}, context=key) for _ in range(20)]
    assert {json.dumps(caller.answers(call)[0]["result"], sort_keys=True) for call in calls} == {
        json.dumps(caller.call("count", key, tally_id=tally_id), sort_keys=True)
    }
    assert caller.call("count", tally_id=tally_id)["count"] == 2


def test_many_calls_at_the_same_time_are_all_carried_out(caller: Caller) -> None:
    tally_id = opened_tally(caller)
    calls = [caller.send("count", fields={"tally_id": tally_id}) for _ in range(40)]
    assert {caller.answers(call)[0]["result"]["count"] for call in calls} == set(range(1, 41))


@pytest.mark.parametrize("version", ["1", '"1"', 'W/"1"', 1])
def test_a_version_that_is_no_longer_the_latest_is_refused(caller: Caller, version: Any) -> None:
    tally_id, known = opened_tally(caller), {"if_match": version}
    caller.call("count", known, tally_id=tally_id)
    assert caller.refused("count", known, tally_id=tally_id)["code"] == "agora.stale"


def test_the_version_of_what_was_read_comes_beside_the_answer(stranger: Caller) -> None:
    answer = stranger.answers(stranger.send("versioned"))[0]
    assert (answer["result"], answer["headers"]) == ({"name": "told"}, {"etag": '"7"'})


def test_a_correlation_goes_into_the_facts(caller: Caller) -> None:
    tally_id, correlation = opened_tally(caller), str(uuid4())
    counted = caller.call("count", {"correlation_id": correlation}, tally_id=tally_id)
    place = int(counted["position"].partition(":")[2])
    (message,) = caller.call("messages", after=place - 1, limit=1)["messages"]
    assert message["correlationid"] == correlation


def test_who_asks_too_often_is_told_when_to_come_back(caller: Caller) -> None:
    assert [caller.call("rare").keys() for _ in range(2)]
    refusal = caller.refused("rare")
    assert (refusal["status"], refusal["code"]) == (429, "agora.too_many")
    assert refusal["retry_after_seconds"] >= 1


def test_messages_come_in_pages_from_any_position(caller: Caller, stranger: Caller) -> None:
    tally_id = opened_tally(caller)
    before = int(caller.call("count", tally_id=tally_id)["position"].partition(":")[2])
    for _ in range(4):
        caller.call("count", tally_id=tally_id)
    page = stranger.call("messages", after=before, limit=3)
    assert (page["source"], page["through"], page["head"]) == ("tally", before + 3, before + 4)
    assert [each["sequence"] for each in page["messages"]] == [str(before + each) for each in (1, 2, 3)]
    assert {each["type"] for each in page["messages"]} == {"agora.tally.person_counted.v1"}
    rest = stranger.call("messages", after=page["through"], limit=1000)
    assert [each["data"]["value"] for each in rest["messages"]] == [tally_id]
    end = stranger.call("messages", after=rest["through"])
    assert (end["messages"], end["through"]) == ([], rest["through"])


def test_a_broken_trace_of_callers_does_no_harm(caller: Caller) -> None:
    for stack in (5, [5, None], {"a": 1}, "deep", ["x"] * 500):
        call = caller.send("tally", fields={"tally_id": TALLY}, context={"call_id_stack": stack})
        assert error_of(caller.answers(call)[0])["code"] == "agora.missing"
