"""The recorder in a process that eventlet has patched, as the nameko door is: a query never stops the others."""

import json
import subprocess
import sys

from tests.support.own_databases import OwnDatabases

PROGRAM = """
import os
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
import eventlet
eventlet.monkey_patch()
import json, sys
from uuid import uuid4
from eventsourcing.persistence import StoredEvent
from services.kernel.store.chain import verify
from services.kernel.store.postgres.recorder import DatabaseRecorder
from services.kernel.store.recorder import Entry

recorder = DatabaseRecorder(sys.argv[1], "agora-tally-rpc")

def wait():
    with recorder._reading.one() as connection:
        connection.execute("SET lock_timeout = '4s'")
        try:
            connection.execute("SELECT pg_advisory_xact_lock(4711)")
        except Exception:
            return False
    return True

with recorder._reading.one() as holder:
    holder.execute("SELECT pg_advisory_lock(4711)")
    waiting = eventlet.spawn(wait)
    eventlet.sleep(0.05)
    holder.execute("SELECT pg_advisory_unlock(4711)")  # while the other one asks
    goes_on = waiting.wait()

def write():
    return [recorder.append([Entry([StoredEvent(uuid4(), 1, "a:B", b"{}")])])[0] for _ in range(10)]

writers = [eventlet.spawn(write) for _ in range(8)]
positions = sorted(position for one in writers for position in one.wait())
found = {"goes_on": goes_on, "positions": positions, "chain": verify(recorder.rows(), recorder.head())}
recorder.close()
print(json.dumps(found))
"""


def run(databases: OwnDatabases, program: str = PROGRAM) -> dict[str, object]:
    """What the program found."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, databases.database_of("tally")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout)
    return found


def test_reads_and_writes_in_green_threads_while_others_go_on(databases: OwnDatabases) -> None:
    found = run(databases)
    assert found["positions"] == list(range(1, 81))
    assert found["chain"] == 80
    assert found["goes_on"], "one asked while another waited for its answer"


def test_without_the_setting_whoever_asks_stops_everybody(databases: OwnDatabases) -> None:
    found = run(databases, PROGRAM.replace('os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"', ""))
    assert not found["goes_on"]
