"""What a running platform shows to those whom it does not concern: other users of the machine, other pages."""

import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import PlatformProcess

PERSON = {"name": "Unmistakable Name", "mail": "unmistakable@example.org", "password": "unmistakable secret"}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[PlatformProcess]:
    before = os.umask(0o022)  # what most machines have
    try:
        with PlatformProcess(tmp_path / "data", AGORA_LOG_LEVEL="debug") as platform:
            yield platform
    finally:
        os.umask(before)


def test_every_file_of_a_platform_is_its_owners_alone(platform: PlatformProcess) -> None:
    assert platform.client().post("/identity/people", json=PERSON).status_code == 201
    assert {"facts.db", "keys.db-wal", "master.key", "token.key"} <= {one.name for one in platform.data.rglob("*")}
    open_to_others = [one for one in (platform.data, *platform.data.rglob("*")) if one.stat().st_mode & 0o077]
    assert not open_to_others


def test_nothing_personal_lies_readable_in_a_file_or_a_log(platform: PlatformProcess) -> None:
    client = platform.client()
    assert client.post("/identity/people", json=PERSON).status_code == 201
    session = client.post("/identity/sessions", json={name: PERSON[name] for name in ("mail", "password")})
    headers = {"Authorization": f"Bearer {session.json()['token']}"}
    claim = {"kind": "real_name", "value": "unmistakable value", "evidence": "unmistakable evidence"}
    assert client.post("/identity/claims", json=claim, headers=headers).status_code == 201
    kept = [one.read_bytes() for one in platform.data.rglob("*") if one.is_file()]  # before it closes them: logs, too
    assert platform.stop() == 0
    assert not [text for text in (*kept, platform.said.encode()) if b"unmistakable" in text.lower()]


def test_who_hangs_up_while_asking_or_being_answered_leaves_no_line(tmp_path: Path) -> None:
    head, body = b" HTTP/1.1\r\nHost: a\r\n", b"Content-Length: 99\r\n\r\n{"
    asked = [
        b"POST /identity/people" + head + body,
        b"POST /mall/payments/callback" + head + body,
        (b"GET /openapi.json" + head + b"\r\n") * 20,
        (b"GET /try/static/swagger-ui-bundle.js" + head + b"\r\n") * 5,
    ]
    with PlatformProcess(tmp_path / "data") as platform:
        port = int(platform.url.rpartition(":")[2])
        for sent in asked * 2:
            with socket.create_connection(("127.0.0.1", port)) as caller:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                caller.sendall(sent)
                time.sleep(0.05)
        assert platform.client().get("/healthz").status_code == 200
        assert platform.stop() == 0
    assert platform.said.splitlines()[1:] == [], "nothing but where its files are"


def test_pages_run_only_scripts_of_their_own(platform: PlatformProcess) -> None:
    client = platform.client()
    for path in ("/", "/try"):
        policy = client.get(path).headers["content-security-policy"]
        allowed = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert allowed.get("script-src", allowed["default-src"]) == "'self'"
        assert allowed["default-src"] in {"'self'", "'none'"}
        assert allowed["frame-ancestors"] == "'none'"
        assert "<script>" not in client.get(path).text, "an inline script would not run"
    assert "access-control-allow-origin" not in client.get("/try", headers={"Origin": "https://elsewhere.test"}).headers


def test_settings_are_printed_without_secrets() -> None:
    told = {"AGORA_MASTER_KEY": "ab" * 32, "AGORA_PAYMENTS_SECRET": "whsec_c2VjcmV0"}
    told |= {"AGORA_PAYMENTS_URL": "https://name:hunter2@payments.test/v1"}
    command = [sys.executable, "-m", "services", "config"]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | told, check=True)
    assert not [secret for secret in ("abab", "c2Vj", "hunter2") if secret in printed.stdout + printed.stderr]
    assert "payments.test" in printed.stdout


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "plain"])
def test_does_not_start_with_a_provider_whose_callbacks_nobody_could_verify(tmp_path: Path, secret: str) -> None:
    told = {"AGORA_PAYMENTS_URL": "https://payments.test", "AGORA_PAYMENTS_SECRET": secret}
    command = [sys.executable, "-m", "services", "up", "--data", str(tmp_path), "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | told, check=False)
    assert ended.returncode == 1
    assert "AGORA_PAYMENTS_SECRET" in ended.stderr
