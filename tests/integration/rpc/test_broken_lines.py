"""Connections break while calls are on their way: each is carried out once, answered, and the door lives on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.rpc.calls import Caller, error_of
from tests.integration.rpc.doors import DoorProcess
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until


@pytest.fixture(scope="module")
def proxied(broker_url: str) -> Iterator[tuple[TcpProxy, str]]:
    line, url = TcpProxy.before(broker_url)
    with line:
        yield line, url


@pytest.fixture(scope="module")
def line(proxied: tuple[TcpProxy, str]) -> TcpProxy:
    """The line of the door alone: nobody else at the broker notices when it is cut."""
    return proxied[0]


@pytest.fixture(scope="module")
def door(proxied: tuple[TcpProxy, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    with DoorProcess(proxied[1], tmp_path_factory.mktemp("door")) as door:
        yield door
        assert door.lives


def lost_on_the_way(caller: Caller, door: DoorProcess, line: TcpProxy, **properties: Any) -> str:
    """A count whose connection is lost while it is carried out; returns its correlation id."""
    name = str(uuid4())
    tally_id = caller.call("open_tally", name=name)["tally_id"]
    call = caller.send("count_when_told", fields={"tally_id": tally_id, "note": name}, **properties)
    assert until((door.directory / f"at-{name}").exists), "it is not being handled"
    line.cut()
    (door.directory / f"go-{name}").touch()
    return call


def test_a_command_that_is_delivered_again_is_carried_out_once(
    caller: Caller, door: DoorProcess, line: TcpProxy
) -> None:
    first, second = caller.answers(lost_on_the_way(caller, door, line), 2)
    assert first == second
    assert first["result"]["count"] == 1
    assert caller.call("count", tally_id=first["result"]["tally_id"])["count"] == 2


def test_without_a_key_of_its_own_it_would_be_carried_out_twice(own_url: str, tmp_path: Path) -> None:
    line, url = TcpProxy.before(own_url)
    with line, DoorProcess(url, tmp_path, "own_key") as door, Caller(own_url) as caller:
        answers = caller.answers(lost_on_the_way(caller, door, line), 2)
        assert {answer["result"]["count"] for answer in answers} == {1, 2}


def test_one_that_gives_nothing_to_know_it_by_is_not_repeated(
    caller: Caller, door: DoorProcess, line: TcpProxy
) -> None:
    answers = caller.answers(lost_on_the_way(caller, door, line, correlation_id="7"), 2)
    done = [answer for answer in answers if answer["error"] is None]
    (refused,) = [error_of(answer) for answer in answers if answer["error"] is not None]
    assert (refused["status"], refused["code"]) == (409, "agora.perhaps_done")
    assert caller.call("count", tally_id=done[0]["result"]["tally_id"])["count"] == 2


def test_a_line_that_breaks_while_nothing_happens_is_taken_up_again(caller: Caller, line: TcpProxy) -> None:
    for _ in range(3):
        line.cut()
        assert caller.call("versioned") == {"name": "told"}


def test_poison_and_a_broken_line_together_are_one_row(caller: Caller, door: DoorProcess, line: TcpProxy) -> None:
    before, outage = len(door.parked()), door.directory / "outage"
    outage.touch()
    call = caller.send("open_tally", b"{")
    assert until(lambda: "tried" in outage.read_text()), "nobody tried to park it"
    line.cut()
    outage.unlink()
    assert error_of(caller.answers(call)[0])["code"] == "agora.bad_json"
    assert len(door.parked()) == before + 1


def test_an_answer_that_cannot_be_sent_is_sent_later(caller: Caller, door: DoorProcess, line: TcpProxy) -> None:
    caller.call("versioned")
    name = str(uuid4())
    call = caller.send("waits", fields={"name": name})
    assert until((door.directory / f"at-{name}").exists), "it is not being handled"
    line.cut()
    line.lets_in, door.said = False, ""
    (door.directory / f"go-{name}").touch()
    door.wait_for("a delivery goes back")
    assert not caller.has_answer(call)
    line.lets_in = True
    assert caller.answers(call)[0]["result"] == {"name": name}


def test_a_broker_that_takes_nothing_for_a_while_costs_no_answer(
    own_url: str, tmp_path: Path, rabbitmq_server: RabbitServer
) -> None:
    with DoorProcess(own_url, tmp_path, "patience") as door, Caller(own_url) as caller:
        call = caller.send("waits", fields={"name": "end"})
        assert until((tmp_path / "at-end").exists), "it is not being handled"
        rabbitmq_server.alarm(True)
        try:
            (tmp_path / "go-end").touch()
            door.wait_for("a delivery goes back")
            assert not caller.has_answer(call)
        finally:
            rabbitmq_server.alarm(False)
        assert caller.answers(call)[0]["result"] == {"name": "end"}
