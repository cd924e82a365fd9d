"""The nameko door without a broker: a call is answered by what the service does, and once, however often it comes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from structlog.testing import capture_logs

from services.composition import SERVICES, blueprint_of
from services.kernel.doors.limits import Rates
from services.kernel.doors.operation import HTTP, RPC, Kind
from services.kernel.doors.rpc import RpcDoor
from services.kernel.doors.rpc_answers import Answer, RefusalsTold
from services.kernel.doors.rpc_entrypoint import service_class
from services.kernel.doors.rpc_reading import Call
from services.kernel.service import Service
from tests.support import tally
from tests.support.http_client import Names
from tests.support.services import opened

ANNA = {"authorization": "Bearer anna"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path) as service:
        yield service


def door_of(service: Service, rate: str = "", **more: Any) -> RpcDoor:
    verifier: Any = Names()
    return RpcDoor(service, verifier, Rates(rate), **more)


def call(method: str, call_id: UUID | None = None, *, is_again: bool = False, place: str = "me", **fields: Any) -> Call:
    return Call(method, fields, ANNA, [], place, call_id, is_again)


def told(door: RpcDoor, asked: Call) -> tuple[int, Any]:
    """The status, and the result or the code of the refusal."""
    answer = door.serve(asked)
    body = orjson.loads(answer.body)
    return answer.status, body["result"] if body["error"] is None else body["error"]["exc_args"][0]["code"]


def test_a_call_that_comes_again_is_carried_out_once(service: Service) -> None:
    door, call_id = door_of(service), uuid4()
    first = told(door, call("open_tally", call_id, name="seals"))
    assert first[0] == 201
    assert told(door, call("open_tally", call_id, name="seals", is_again=True)) == first
    assert told(door, call("open_tally", call_id, name="seals", place="you")) == (409, "agora.tally_taken")
    assert told(door, call("open_tally", uuid4(), name="seals", is_again=True)) == (409, "agora.tally_taken")


def test_who_was_told_no_is_not_obeyed_after_all(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    door, call_id = door_of(service), uuid4()
    taken = call("open_tally", call_id, name="seals")
    door.operations["open_tally"] = replace(door.operations["open_tally"], does=refuse)
    assert told(door, taken) == (409, "agora.tally_taken")
    door.operations["open_tally"] = service.by_name["open_tally"]
    assert told(door, replace(taken, is_again=True)) == (409, "agora.tally_taken")
    assert service.recorder.position() == 0
    monkeypatch.setattr(RefusalsTold, "earlier", lambda _self, _call: None)
    assert told(door, replace(taken, is_again=True))[0] == 201


def refuse(_app: tally.Tallies, name: str) -> dict[str, Any]:
    raise tally.TallyTaken()


def test_only_the_latest_refusals_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.doors.rpc_answers.MOST_TOLD", 2)
    memory, calls = RefusalsTold(), [call("count", uuid4(), is_again=True) for _ in range(3)]
    answers = [memory.remember(each, Answer(b"no", 409)) for each in calls]
    assert [memory.earlier(each) for each in calls] == [None, *answers[1:]]
    assert memory.earlier(replace(calls[2], is_again=False)) is None


def test_a_command_that_nothing_tells_from_another_is_not_repeated(service: Service) -> None:
    door = door_of(service)
    assert told(door, call("open_tally", name="seals"))[0] == 201
    assert told(door, call("open_tally", name="crabs"))[0] == 201
    assert told(door, call("open_tally", name="eels", is_again=True)) == (409, "agora.perhaps_done")
    keyed = replace(call("open_tally", name="eels", is_again=True), context={**ANNA, "idempotency_key": "k"})
    assert told(door, keyed)[0] == 201
    service.settle()
    assert told(door, call("messages", after=0, is_again=True))[0] == 200, "a question can be asked again"


def test_what_is_prepared_on_an_event_loop_comes_by_http_alone() -> None:
    async def prepare(fields: dict[str, Any]) -> dict[str, Any]:
        return fields

    row = tally.operations[0]
    assert row.doors == {HTTP, RPC}
    assert replace(row, prepare=prepare).doors == {HTTP}
    assert replace(row, kind=Kind.RAW).doors == {HTTP}
    assert replace(row, kind=Kind.RAW, doors=frozenset({RPC})).doors == frozenset()


def test_every_operation_of_every_service_is_a_method_unless_it_is_for_http_alone() -> None:
    for name in SERVICES:
        operations: Any = blueprint_of(name).operations
        door = door_of(SimpleNamespace(name=name, operations=operations))  # type: ignore[arg-type]
        by_http_alone = {each.name for each in operations if each.kind is Kind.RAW or each.prepare}
        assert set(door.methods) == {each.name for each in operations} - by_http_alone | {"messages"}
        assert set(door.methods) <= set(vars(service_class(door)))
        assert vars(service_class(door))["name"] == name


def test_a_row_may_be_for_one_door_alone(service: Service) -> None:
    service.operations = [replace(row, doors=frozenset({HTTP})) for row in service.operations]
    assert door_of(service).methods == ["messages"]


def test_every_call_is_told_of_with_its_status_and_time(service: Service) -> None:
    seen: list[tuple[str, int]] = []
    door = door_of(service, observe=lambda method, status, _seconds: seen.append((method, status)))
    told(door, call("open_tally", name="seals"))
    told(door, call("open_tally", name=3))
    told(door, call("messages", after=0))
    assert seen == [("open_tally", 201), ("open_tally", 422), ("messages", 200)]


def test_what_json_cannot_hold_is_an_error_of_ours(service: Service) -> None:
    door = door_of(service)
    door.operations["tally"] = replace(door.operations["tally"], does=lambda *_, **__: {"count": 2**70})
    with capture_logs() as logs:
        assert told(door, call("tally", tally_id=str(uuid4()))) == (500, "agora.unexpected")
    assert logs[0]["method"] == "tally"


def test_who_is_not_signed_in_is_counted_by_where_the_answer_goes(service: Service) -> None:
    door = door_of(service, "2/hour")
    asked = replace(call("tally", tally_id=str(uuid4())), context={})
    assert [told(door, asked)[0] for _ in range(3)] == [404, 404, 429]
    assert told(door, replace(asked, place="you"))[0] == 404
