"""The door in green threads: it says when it is not fit for them; over PostgreSQL, nothing waits for anything else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

from services.kernel.doors.rpc_green import NotGreen, prove_green
from tests.integration.rpc.calls import Caller
from tests.integration.rpc.doors import DoorProcess
from tests.support.own_databases import OwnDatabases
from tests.support.servers.postgres import PostgresServer

GO_GREEN = """
from services.kernel.doors.rpc_green import go_green, prove_green
go_green()
import sys
import psycopg
connection = psycopg.connect(sys.argv[1])
def sleep():
    connection.execute("SELECT pg_sleep(0.3)")
"""
NAMEKO = {"nameko", "eventlet", "kombu", "amqp"}


def run(program: str, *arguments: str) -> str:
    """The last line that a program says."""
    command = [sys.executable, "-c", program, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return (ended.stdout + ended.stderr).strip().splitlines()[-1]


def test_a_process_that_is_not_green_is_refused() -> None:
    with pytest.raises(NotGreen, match="the standard library blocks"):
        prove_green()


@pytest.mark.parametrize("module", ["psycopg", "sqlalchemy", "httpx"])
def test_what_is_loaded_too_early_is_named(module: str) -> None:
    said = run(f"import {module}\nfrom services.kernel.doors.rpc_green import go_green\ngo_green()")
    assert f"{module}" in said
    assert "go_green() has to be the first thing" in said


def test_others_go_on_while_one_waits_for_its_database(postgres_server: PostgresServer) -> None:
    assert run(GO_GREEN + "prove_green(sleep)\nprint('green')", postgres_server.admin_url) == "green"


def test_names_are_looked_up_by_the_system(postgres_server: PostgresServer) -> None:
    program = GO_GREEN + "print('dns' in sys.modules)"
    assert run(program, postgres_server.admin_url) == "False"


def test_a_psycopg_that_waits_in_c_is_found(postgres_server: PostgresServer) -> None:
    in_c = GO_GREEN.replace("import psycopg\n", "import os\ndel os.environ['PSYCOPG_WAIT_FUNC']\nimport psycopg\n")
    assert "psycopg waits in C" in run(in_c + "prove_green()", postgres_server.admin_url)


def test_a_query_that_stops_everything_is_found(postgres_server: PostgresServer) -> None:
    program = GO_GREEN + (
        "import psycopg.waiting\n"
        "from psycopg_binary._psycopg import wait_c\n"
        "psycopg.waiting.wait = psycopg.connection.waiting.wait = wait_c\n"
        "from services.kernel.doors import rpc_green\n"
        "rpc_green._waits_in_c = lambda: False\n"
        "prove_green(sleep)\n"
    )
    assert "nothing else goes on while it asks its database" in run(program, postgres_server.admin_url)


@pytest.mark.parametrize(
    "module", ["services.kernel.doors.http", "services.kernel.doors.rpc", "services.serving", "services.cli.main"]
)
def test_no_other_door_loads_nameko(module: str) -> None:
    said = run(f"import sys, json, {module}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))")
    assert not NAMEKO & set(json.loads(said))


@pytest.fixture(scope="module")
def databases(postgres_server: PostgresServer) -> Iterator[OwnDatabases]:
    made = OwnDatabases(postgres_server)
    made.migrate()
    yield made
    made.drop()


@pytest.fixture(scope="module")
def door(broker_url: str, databases: OwnDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    """A door over PostgreSQL, its views pumped in the same process."""
    where = json.dumps({"facts": databases.database_of("tally"), "keys": databases.keys_of("tally")})
    with DoorProcess(broker_url, tmp_path_factory.mktemp("door"), AGORA_TEST_DOOR_DATABASES=where) as door:
        yield door
        assert door.stop() == 0
        assert "Traceback" not in door.said
        assert "Warning" not in door.said


def test_commands_and_questions_at_the_same_time_are_all_answered(caller: Caller, stranger: Caller) -> None:
    tally_id = caller.call("open_tally", name=str(uuid4()))["tally_id"]
    calls = [caller.send("count", fields={"tally_id": tally_id, "note": "sealed"}) for _ in range(40)]
    asked = [stranger.send("tally", fields={"tally_id": tally_id}, context={"after": "tally:1"}) for _ in range(40)]
    answers = [caller.answers(call)[0]["result"] for call in calls]
    assert {answer["count"] for answer in answers} == set(range(1, 41))
    assert [stranger.answers(call)[0]["error"] for call in asked] == [None] * 40
    last = max((answer["position"] for answer in answers), key=lambda position: int(position.partition(":")[2]))
    assert stranger.call("tally", {"after": last}, tally_id=tally_id)["count"] == 40


def test_poison_is_parked_in_the_database(caller: Caller, door: DoorProcess, databases: OwnDatabases) -> None:
    caller.answers(caller.send("open_tally", b"{"))
    recorder = databases.recorder()
    try:
        assert [(row.stage, row.type) for row in recorder.parked(10)] == [("rpc", "tally.open_tally")]
    finally:
        recorder.close()


def test_connections_to_the_database_that_break_are_replaced(
    caller: Caller, databases: OwnDatabases, postgres_server: PostgresServer
) -> None:
    tally_id = caller.call("open_tally", name=str(uuid4()))["tally_id"]
    thrown_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
    for expected in range(1, 4):
        with postgres_server.connect() as admin:
            admin.execute(thrown_out, (databases.role_of("tally"),))
        assert caller.call("count", tally_id=tally_id)["count"] == expected
