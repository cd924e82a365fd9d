"""``agora up`` as a person runs it: it starts, it ends cleanly, it survives being killed, it guards its directory."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.process import PlatformProcess


def _say(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | environment)


def test_starts_says_where_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    with PlatformProcess(tmp_path / "data") as platform:
        assert httpx.get(f"{platform.url}/healthz").json() == {"status": "alive"}
        ready = httpx.get(f"{platform.url}/readyz").json()
        assert ready["status"] == "ready"
        assert set(ready["behind"]) == {"identity", "groups", "mall", "events", "partners"}
        assert platform.stop() == 0


def test_a_second_process_on_the_same_directory_is_told_so(tmp_path: Path) -> None:
    with PlatformProcess(tmp_path / "data"):
        second = _say("up", "--data", str(tmp_path / "data"), "--port", "0")
    assert second.returncode == 1
    assert "is in use by process" in " ".join(second.stderr.split())


def test_a_taken_port_is_told_so(tmp_path: Path) -> None:
    with PlatformProcess(tmp_path / "one") as platform:
        port = platform.url.rpartition(":")[2]
        second = _say("up", "--data", str(tmp_path / "two"), "--port", port)
    assert second.returncode == 1
    assert "in use by another program" in " ".join(second.stderr.split())


def test_the_simulated_provider_ends_with_a_killed_platform(tmp_path: Path) -> None:
    with PlatformProcess(tmp_path / "data") as platform:
        children = _children(platform.process.pid)
        assert children
        platform.kill()
    for child in children:
        _wait_for_end(child)


def test_the_first_operator_comes_from_the_command_line(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    made = _say(
        "operator", "create", "--mail", "root@example.com", "--data", data, AGORA_OPERATOR_PASSWORD="long enough 1"
    )
    assert made.returncode == 0, made.stderr
    with PlatformProcess(Path(data)) as platform:
        token = _say(
            "operator",
            "token",
            "--mail",
            "root@example.com",
            "--url",
            platform.url,
            AGORA_OPERATOR_PASSWORD="long enough 1",
        ).stdout.strip()
        me = platform.client(token).get("/identity/people/me").json()
    assert {"operator", "certifier"} <= set(me["roles"]), json.dumps(me)


@pytest.mark.parametrize("words", [["up", "--port", "x"], ["nonsense"], ["operator", "token", "--mail", "a@b.cc"]])
def test_a_mistaken_command_line_gets_a_sentence(words: list[str]) -> None:
    said = _say(*words, AGORA_OPERATOR_PASSWORD="whatever it is")
    assert said.returncode != 0
    assert "Traceback" not in said.stderr


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat[1]) == pid:
                found.append(int(entry.name))
    return found


def _wait_for_end(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    import select

    ended, _, _ = select.select([descriptor], [], [], 20)
    os.close(descriptor)
    assert ended, f"process {pid} outlived the platform"


def test_who_waits_at_the_feed_is_answered_when_the_platform_ends(tmp_path: Path) -> None:
    with PlatformProcess(tmp_path / "data") as platform:
        body = {"name": "Alpine Club", "scopes": ["feed:mall"]}
        made = platform.client(platform.token(None, "operator")).post("/partners/partners", json=body).json()
        port = int(platform.url.rpartition(":")[2])
        asking = f"GET /partners/feed?wait=30 HTTP/1.1\r\nHost: agora\r\nAuthorization: Bearer {made['key']}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            waiting.sendall(asking.encode())
            assert httpx.get(f"{platform.url}/healthz").status_code == 200, "the first question is in before the second"
            assert platform.stop() == 0
            answer = b"".join(iter(lambda: waiting.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"\r\n\r\n[]")
