"""Whatever happens to the asker: what was started for tests is gone soon after."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers.caretaker import below
from tests.support.servers.custody import Custody
from tests.support.servers.ports import free_port
from tests.support.waiting import until

from .processes import command_of, family_of, kill, left, read_until, started

HIDING = "setsid sh -c 'sleep 1000 & wait' & exec sleep 1000"
"""What it starts goes into a session of its own, and has no parent once this one has ended."""
IN_CUSTODY = f"""
import os, signal, time
from pathlib import Path
from tests.support.servers.caretaker import below
from tests.support.servers.custody import Custody
custody = Custody()
custody.run(["sh", "-c", {HIDING!r}], custody.directory / "log", dict(os.environ), None, signal.SIGTERM)
print(custody.directory, flush=True)
time.sleep(1000)
"""
IN_NOBODYS = f"""
import subprocess, time
started = subprocess.Popen(["sh", "-c", {HIDING!r}], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(started.pid, flush=True)
time.sleep(1000)
"""
A_TEST = """
import time
def test_waits(postgres_server):
    with postgres_server.connect() as connection:
        print(connection.execute("SHOW data_directory").fetchone()[0], flush=True)
        time.sleep(100)
"""


def shared_memory(family: set[int]) -> list[str]:
    """The segments that these processes have made and that are still there."""
    listed = Path("/proc/sysvipc/shm")
    rows = listed.read_text().splitlines()[1:] if listed.exists() else []
    return [row for row in rows if int(row.split()[4]) in family]


def test_both_servers_are_gone_after_their_asker_was_killed() -> None:
    without_named = {"AGORA_TEST_DATABASE_URL": "", "AGORA_TEST_AMQP_URL": ""}
    with started("-m", "tests.support.servers", **without_named) as asker:
        said = "".join(read_until(asker, "RABBITMQCTL"))
        home = Path(re.search(r"HOME=(\S+)/rabbitmq", said)[1])  # type: ignore[index]
        family = family_of(asker)
        assert home.exists()
        assert len(family) > 8
        asker.kill()
        assert until(lambda: not left(family)), "processes are left"
        assert until(lambda: not home.exists()), "files are left"
        assert not shared_memory(family)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_pytest_leaves_no_server_however_it_ends(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "test_it.py").write_text(A_TEST)
    plugin = ["-p", "tests.support.servers.fixtures", "-p", "no:cacheprovider"]
    with started("-m", "pytest", "-q", "-s", *plugin, str(tmp_path), AGORA_TEST_DATABASE_URL="") as asker:
        cluster = Path(read_until(asker, "/cluster")[-1].strip())
        family = family_of(asker)
        asker.send_signal(number)
        assert until(lambda: not left(family)), "processes are left"
        assert until(lambda: not cluster.exists()), "files are left"
        assert not shared_memory(family)


def test_a_program_that_hides_is_found() -> None:
    with started("-c", IN_CUSTODY) as asker:
        directory = Path(read_until(asker, "agora")[-1].strip())
        family = _with_the_hidden(asker)
        asker.kill()
        assert until(lambda: not left(family)), "processes are left"
        assert until(lambda: not directory.exists()), "files are left"


def test_without_a_caretaker_it_stays() -> None:
    """The same program, started as programs usually are: it must be seen to outlive its asker."""
    with started("-c", IN_NOBODYS) as asker:
        family = {int(read_until(asker, "")[-1]), *_with_the_hidden(asker)}
        try:
            asker.kill()
            asker.wait()
            assert left(family), "it ended by itself"
        finally:
            kill(family)


def test_a_child_of_the_asker_that_lives_on_keeps_nothing_alive() -> None:
    # One write a line: both say theirs at once, into one pipe.
    forking = "os.write(1, f'{os.fork()}\\n'.encode())\ntime.sleep"
    with started("-c", IN_CUSTODY.replace("time.sleep", forking)) as asker:
        directory = Path(read_until(asker, "agora")[-1].strip())
        child = max(int(read_until(asker, "")[-1]), int(read_until(asker, "")[-1]))
        family = _with_the_hidden(asker) - {child}
        try:
            asker.kill()
            assert until(lambda: not left(family)), "processes are left"
            assert until(lambda: not directory.exists()), "files are left"
            assert left({child})
        finally:
            kill({child})


def _with_the_hidden(asker: subprocess.Popen[str]) -> set[int]:
    """All that the asker has started, the one that hides included: it is in a session of its own."""
    found: set[int] = set()

    def is_hidden() -> bool:
        found.update(family_of(asker))
        return any("sleep 1000 & wait" in command_of(pid) for pid in found)

    assert until(is_hidden), "it has not hidden yet"
    return found | {pid for one in found for pid in below(one)}


def test_what_is_to_be_done_at_the_end_is_done(tmp_path: Path) -> None:
    with Custody() as custody:
        custody.at_end(["no such program"])
        custody.at_end(["touch", str(tmp_path / "done")])
    assert (tmp_path / "done").exists()


def test_a_free_port_is_none_that_the_kernel_would_hand_out() -> None:
    assert 1024 < free_port() < 32_768


def test_no_port_is_given_twice_also_by_two_processes() -> None:
    asked = "from tests.support.servers.ports import free_port; print(*(free_port() for _ in range(800)), flush=True)"
    command = [sys.executable, "-c", f"{asked}; input()"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as other:
        ports = [port for each in (one, other) if each.stdout for port in each.stdout.readline().split()]
        for each in (one, other):
            each.communicate("\n")
    assert len(ports) == len(set(ports)) == 1600
