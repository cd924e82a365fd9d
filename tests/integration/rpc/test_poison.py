"""What comes to the door and is no call: parked once each with its cause, answered where anybody waits, and no harm."""

import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.kernel.doors import rpc_reading
from services.kernel.doors.admission import MOST_BYTES
from services.kernel.doors.forms import BadJson
from services.kernel.refusals import TooLarge
from tests.integration.rpc.calls import Caller, error_of
from tests.integration.rpc.doors import DoorProcess
from tests.support.waiting import until

SECRET = "Anna Petrova, Long Lane 7"
SHAPE = rpc_reading.WrongShape.sentence
BAD_JSON, NOT_PLAIN = BadJson.sentence, rpc_reading.NotPlainJson.sentence
NO_REPLY_TO = rpc_reading.NoReplyTo.sentence
TOO_LARGE = TooLarge(limit_bytes=MOST_BYTES).detail
LONG_AGO_FROM_NOW = datetime(9999, 12, 31, tzinfo=UTC)
BOMB = zlib.compress(b" " * 50_000_000)

# what is sent, what its row says, and whether somebody waits for an answer
POISON: dict[str, tuple[dict[str, Any], str]] = {
    "no reply_to": ({"reply_to": None}, NO_REPLY_TO),
    "empty reply_to": ({"reply_to": ""}, NO_REPLY_TO),
    "bad JSON": ({"body": b'{"args": [], "kwargs": {"name": "' + SECRET.encode()}, BAD_JSON),
    "bad JSON and no reply_to": ({"body": b"{", "reply_to": None}, NO_REPLY_TO),
    "no UTF-8": ({"body": b'{"args": [], "kwargs": {"name": "\xff"}}'}, BAD_JSON),
    "no object": ({"body": b"[]"}, BAD_JSON),
    "not a number": ({"body": b'{"args": [], "kwargs": {"name": NaN}}'}, BAD_JSON),
    "empty body": ({"body": b""}, SHAPE),
    "no args": ({"body": b'{"kwargs": {}}'}, SHAPE),
    "no kwargs": ({"body": b'{"args": []}'}, SHAPE),
    "args of another type": ({"body": b'{"args": {}, "kwargs": {}}'}, SHAPE),
    "kwargs of another type": ({"body": b'{"args": [], "kwargs": ["a"]}'}, SHAPE),
    "an answer": ({"body": b'{"result": 1, "error": null}'}, SHAPE),
    "another content type": ({"content_type": "text/plain"}, NOT_PLAIN),
    "pickled": ({"content_type": "application/x-python-serialize", "content_encoding": "binary"}, NOT_PLAIN),
    "no content type": ({"content_type": None}, NOT_PLAIN),
    "another encoding": ({"content_encoding": "utf-16"}, NOT_PLAIN),
    "compressed": ({"body": BOMB, "headers": {"compression": "application/x-gzip"}}, NOT_PLAIN),
    "2 MB": ({"body": b" " * 2_000_000}, TOO_LARGE),
    "10 MB": ({"body": b" " * 10_000_000}, TOO_LARGE),
    "properties that are no UTF-8": ({"reply_to": b"\xff\xfe"}, NO_REPLY_TO),
}


@pytest.mark.parametrize("poison", POISON)
def test_is_parked_with_its_cause_and_the_next_call_is_answered(caller: Caller, door: DoorProcess, poison: str) -> None:
    sent, cause = POISON[poison]
    before = {row.name for row in door.parked()}
    calls = [caller.send("open_tally", **sent) for _ in range(2)]
    assert caller.call("open_tally", name=str(uuid4()))["position"]
    assert until(lambda: len(door.parked()) >= len(before) + 2), "fewer than two rows"
    rows = [row for row in door.parked() if row.name not in before]
    assert [(row.source, row.stage, row.position, row.subject) for row in rows] == [("rpc", "rpc", 0, "")] * 2
    assert [(row.type, row.cause, row.envelope) for row in rows] == [("tally.open_tally", cause, b"")] * 2
    if not {"reply_to"} & sent.keys():
        assert [error_of(caller.answers(call)[0])["detail"] for call in calls] == [cause, cause]
    assert door.lives


def test_the_same_message_delivered_again_is_the_same_row(caller: Caller, door: DoorProcess) -> None:
    before = len(door.parked())
    for name in ("one", "one", "another"):
        caller.send("open_tally", name.encode(), reply_to=None, correlation_id="same")
    caller.answers(caller.send("absent", b"last"))
    assert until(lambda: len(door.parked()) == before + 3), "not two rows for three messages, and one for the last"


def test_nothing_of_what_came_is_kept_or_logged(caller: Caller, door: DoorProcess) -> None:
    token = f"Bearer {uuid4()}"
    for body in (SECRET.encode(), b'{"args": [], "kwargs": {}}'):
        caller.send("open_tally", body, reply_to=None, context={"authorization": token})
    caller.call("messages", after=0)
    kept = b"".join(path.read_bytes() for path in sorted((door.directory / "tally").iterdir()))
    for secret in (SECRET, token):
        assert secret.encode() not in kept
        assert secret not in door.said


def test_a_command_that_nobody_hears_the_answer_of_is_not_carried_out(caller: Caller) -> None:
    name = f"silent {uuid4()}"
    caller.send("open_tally", fields={"name": name}, reply_to=None)
    assert caller.call("open_tally", name=name)["position"]


def test_without_that_guard_it_would_be(own_url: str, tmp_path: Path) -> None:
    with DoorProcess(own_url, tmp_path, "reply_to"), Caller(own_url) as caller:
        caller.send("open_tally", fields={"name": "silent"}, reply_to=None)
        assert until(lambda: caller.call("messages", after=0)["through"]), "nothing was carried out"


def test_a_routing_key_that_is_no_text_is_an_unknown_method(caller: Caller, door: DoorProcess) -> None:
    for key in (b"tally.\xff", b"tally.", b"tally.op\xc3\xa9n"):
        assert caller.answers(caller.send(key))[0]["error"]["exc_type"] == "MethodNotFound"
    before = len(door.parked())
    caller.send(b"tally.\xff\xfe\x00\x1b", reply_to=None)
    assert until(lambda: len(door.parked()) == before + 1), "it has no row"
    assert {"tally.????"} == {row.type for row in door.parked() if "?" in row.type}


def test_what_comes_past_the_exchange_is_an_unknown_method(caller: Caller) -> None:
    call = caller.send(b"rpc-tally", exchange="")
    assert caller.answers(call)[0]["error"]["exc_type"] == "MethodNotFound"


@pytest.mark.parametrize("headers", [{"nameko.after": {"a": [1]}}, {"nameko.authorization": True}, {"nameko.after": 3}])
def test_context_that_is_no_text_is_refused_and_not_parked(
    caller: Caller, door: DoorProcess, headers: dict[str, Any]
) -> None:
    before = len(door.parked())
    assert error_of(caller.answers(caller.send("versioned", headers=headers))[0])["code"] == "agora.bad_context"
    assert len(door.parked()) == before


@pytest.fixture
def deep_stack() -> Iterator[None]:
    """So that the sender itself can write what is nested deep."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(usual)


@pytest.mark.usefixtures("deep_stack")
@pytest.mark.parametrize("depth", [400, 850, 900, 930, 960, 3000])
def test_headers_that_are_nested_too_deep_do_no_harm(caller: Caller, door: DoorProcess, depth: int) -> None:
    nested: dict[str, Any] = {}
    for _ in range(depth):
        nested = {"a": nested}
    before = len(door.parked())
    caller.send("open_tally", b"{", headers={"nameko.authorization": nested})
    assert caller.call("versioned") == {"name": "told"}
    assert until(lambda: len(door.parked()) == before + 1), "it has no row"


def test_headers_that_nobody_understands_do_no_harm(caller: Caller) -> None:
    odd = {"nameko.x": LONG_AGO_FROM_NOW, "": None, "nameko.": 1, "x" * 200: [1, {"a": b"\xff"}], "\u00e9": b"\xff\xfe"}
    assert caller.answers(caller.send("versioned", headers=odd))[0]["result"] == {"name": "told"}


def test_while_the_store_is_away_poison_is_not_lost(caller: Caller, door: DoorProcess) -> None:
    before, outage = len(door.parked()), door.directory / "outage"
    outage.touch()
    call = caller.send("open_tally", b"{")
    assert until(lambda: outage.read_text().count("tried") >= 2), "no second try"
    assert caller.call("versioned") == {"name": "told"}
    assert not caller.has_answer(call)
    outage.unlink()
    assert error_of(caller.answers(call)[0])["code"] == "agora.bad_json"
    assert len(door.parked()) == before + 1


STOCK = """
import eventlet
eventlet.monkey_patch()
import sys
from nameko import config
from nameko.rpc import rpc
from nameko.runners import ServiceRunner
config.setup({"AMQP_URI": sys.argv[1]})
class Tally:
    name = "tally"
    @rpc
    def tally(self):
        return "answered"
runner = ServiceRunner()
runner.add_service(Tally)
runner.start()
print("READY", flush=True)
runner.wait()
"""


@pytest.fixture
def stock(own_url: str) -> Iterator["subprocess.Popen[str]"]:
    """A service as nameko makes it."""
    command = [sys.executable, "-W", "ignore", "-c", STOCK, own_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "READY\n"
        yield process
        process.kill()


@pytest.mark.parametrize(
    "poison",
    [{"reply_to": None}, {"reply_to": b"\xff"}, {"headers": {"nameko.call_id_stack": 5}}],
    ids=["no reply_to", "properties that are no UTF-8", "a broken trace"],
)
def test_a_stock_service_dies_of_it(stock: "subprocess.Popen[str]", own_url: str, poison: dict[str, Any]) -> None:
    with Caller(own_url) as caller:
        assert caller.call("tally") == "answered"
        caller.send("tally", **poison)
        assert stock.wait(60) != 0
