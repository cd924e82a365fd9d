"""What cannot run says so in one sentence: no traceback, no platform that is half there, no process left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import PlatformProcess


def say(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command, as a person gives it, on a terminal wide enough for a sentence."""
    command = [sys.executable, "-m", "services", *(str(one) for one in arguments)]
    told = {"COLUMNS": "1000", "AGORA_OPERATOR_PASSWORD": "a quiet river at noon", **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | told, check=False)


def refused(said: subprocess.CompletedProcess[str], *words: str) -> None:
    assert said.returncode == 1, said.stdout + said.stderr
    assert "Traceback" not in said.stderr
    assert not [word for word in words if word not in said.stderr], said.stderr


UP = ("up", "--port", "0", "--data")


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        ((*UP, "{data}"), {"AGORA_LOG_LEVEL": "[/loud]"}, "AGORA_LOG_LEVEL is '[/loud]'"),
        (("up", "--port", "99999"), {}, "--port is '99999'"),
        (("config", "--data", ""), {}, "--data is ''"),
        (("demo", "--once", "--data", ""), {}, "--data is ''"),
        (("audit",), {"AGORA_DATA": ""}, "AGORA_DATA is ''"),
        ((*UP, "{data}"), {"AGORA_PAYMENTS_URL": "nonsense"}, "AGORA_PAYMENTS_URL is 'nonsense'"),
        ((*UP, "{data}", "--host", "a..b"), {}, "cannot listen on a..b"),
    ],
)
def test_a_setting_that_cannot_be_understood(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], named: str
) -> None:
    said = say(*(one.format(data=tmp_path / "data") for one in arguments), **environment)
    refused(said, named)
    assert not (tmp_path / "data" / "master.key").exists()


@pytest.mark.parametrize("command", [("up", "--port", "0"), ("operator", "create", "--mail", "a@b.cc"), ("demo",)])
def test_a_file_is_no_directory(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    refused(say(*command, "--data", tmp_path / "file"), "cannot be used", str(tmp_path / "file"))


@pytest.mark.parametrize("name", ["nonexistent/ready.json", "folder"])
def test_a_file_to_announce_in_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    refused(say(*UP, tmp_path / "data", "--announce", tmp_path / name), f"{name} of --announce cannot be written")
    assert not (tmp_path / "data").exists(), "nothing was begun"


@pytest.mark.parametrize("row", ["no JSON", "{}", "[]"])
def test_a_book_of_the_simulated_provider_that_cannot_be_read(tmp_path: Path, row: str) -> None:
    (tmp_path / "payments.jsonl").write_text(f"{row}\n")
    refused(say(*UP, tmp_path), "payment provider did not start", "payments.jsonl")


def test_a_directory_in_use_is_told_before_a_second_provider_opens_its_book(tmp_path: Path) -> None:
    with PlatformProcess(tmp_path / "data") as platform:
        (platform.data / "payments.jsonl").write_text("no JSON\n")
        refused(say(*UP, platform.data), "in use by process")


def test_what_lies_in_the_file_to_announce_in_is_kept_until_it_serves(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    with PlatformProcess(tmp_path / "data", "--announce", str(ready)) as platform:
        assert platform.stop() == 0
    assert json.loads(ready.read_text())["url"] == platform.url
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "ready.json"]
