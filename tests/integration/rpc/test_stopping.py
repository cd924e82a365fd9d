"""How a door ends, and how it begins: nothing that is being handled is lost, and nothing keeps it for ever."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.rpc.calls import Caller
from tests.integration.rpc.doors import DoorProcess
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until


@pytest.fixture
def caller(own_url: str) -> Iterator[Caller]:
    with Caller(own_url) as caller:
        yield caller


def told_to_stop_amid_a_call(caller: Caller, door: DoorProcess) -> str:
    """The correlation id of a call that is being handled by a door which takes no others any more."""
    call = caller.send("waits", fields={"name": "end"})
    assert until((door.directory / "at-end").exists), "it is not being handled"
    door.process.terminate()
    assert until(lambda: caller.queued()[1] == 0), "it takes more"
    return call


def test_what_is_being_handled_is_finished_and_what_comes_after_waits(
    caller: Caller, own_url: str, tmp_path: Path
) -> None:
    with DoorProcess(own_url, tmp_path) as door:
        call = told_to_stop_amid_a_call(caller, door)
        later = caller.send("versioned")
        (tmp_path / "go-end").touch()
        assert caller.answers(call)[0]["result"] == {"name": "end"}
        assert door.ended() == 0
        assert "ENDED" in door.said
    assert caller.queued() == (1, 0)
    with DoorProcess(own_url, tmp_path):
        assert caller.answers(later)[0]["result"] == {"name": "told"}
    assert len(caller.answers(call)) == 1


def test_without_grace_it_would_be_handled_again(caller: Caller, own_url: str, tmp_path: Path) -> None:
    with DoorProcess(own_url, tmp_path, "grace") as door:
        told_to_stop_amid_a_call(caller, door)
        assert until(lambda: caller.queued() == (1, 0)), "it was not given back while it was handled"
        (tmp_path / "go-end").touch()
        door.ended()


def test_what_never_ends_is_given_up_and_goes_back(caller: Caller, own_url: str, tmp_path: Path) -> None:
    with DoorProcess(own_url, tmp_path, "patience") as door:
        told_to_stop_amid_a_call(caller, door)
        assert door.ended() == 0
        assert "given up" in door.said
    assert until(lambda: caller.queued() == (1, 0)), "it was not given back"


def test_waits_for_a_broker_that_is_not_there_yet(caller: Caller, own_url: str, tmp_path: Path) -> None:
    line, url = TcpProxy.before(own_url)
    with line:
        line.lets_in = False
        with DoorProcess(url, tmp_path, is_ready=False) as door:
            door.wait_for("the broker cannot be reached")
            assert "READY" not in door.said
            line.lets_in = True
            door.wait_for("READY")
            assert caller.call("versioned") == {"name": "told"}
            assert door.stop() == 0


def test_ends_while_it_waits_for_a_broker(own_url: str, tmp_path: Path) -> None:
    line, url = TcpProxy.before(own_url)
    with line:
        line.lets_in = False
        with DoorProcess(url, tmp_path, "patience", is_ready=False) as door:
            door.wait_for("the broker cannot be reached")
            assert door.stop() == 0
            assert "ENDED" in door.said


def test_says_whether_it_hears(caller: Caller, own_url: str, tmp_path: Path) -> None:
    line, url = TcpProxy.before(own_url)
    with line, DoorProcess(url, tmp_path) as door:
        line.lets_in = False
        line.cut()
        door.wait_for("HEARS False")
        line.lets_in = True
        door.wait_for("HEARS True")
        assert caller.call("versioned") == {"name": "told"}


def test_says_why_it_does_not_hear(caller: Caller, own_url: str, tmp_path: Path) -> None:
    caller.channel.queue_declare("rpc-tally", durable=True, arguments={"x-expires": 600_000})
    with DoorProcess(own_url, tmp_path, is_ready=False) as door:
        door.wait_for("PRECONDITION_FAILED")
        caller.channel.queue_delete("rpc-tally")
        door.wait_for("READY")
        assert caller.call("versioned") == {"name": "told"}
