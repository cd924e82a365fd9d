"""Making an operator on the command line: nobody becomes one unnoticed, and a password is typed twice."""

import asyncio
import secrets
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from services.cli.commands import app
from services.cli.operating import CONSOLE, NotReached, RegisteredAlready
from services.embedded import Platform
from services.identity import passwords
from services.settings import Settings

MAIL, PASSWORD = "anna@example.org", secrets.token_urlsafe(12)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("AGORA_OPERATOR_PASSWORD", raising=False)
    return tmp_path / "data"


def _create(data: Path, *options: str, typed: tuple[str, ...] = (PASSWORD, PASSWORD)) -> Result:
    command = ["operator", "create", "--mail", MAIL, "--data", str(data), *options]
    return CliRunner().invoke(app, command, input="".join(f"{one}\n" for one in typed))


def _register(data: Path) -> UUID:
    hashed = passwords.hashed(PASSWORD)
    with Platform(Settings(data=data)) as platform:
        identity = platform.services["identity"]
        made = asyncio.run(
            identity.decide(CONSOLE, "register_person", lambda one: one.register_person("Anna", MAIL, hashed))
        )
    return UUID(str(made["person_id"]))


def _roles_granted(data: Path) -> int:
    with Platform(Settings(data=data)) as platform:
        return platform.services["identity"].recorder.position() - 1


def test_somebody_registered_gets_the_role_only_when_that_is_said(data: Path) -> None:
    person_id = _register(data)
    refused = _create(data)
    assert isinstance(refused.exception, RegisteredAlready)
    assert "--existing" in refused.exception.detail
    assert MAIL not in refused.exception.detail
    assert _roles_granted(data) == 0
    assert str(person_id) in "".join(_create(data, "--existing").output.split())
    assert _roles_granted(data) == 2


def test_somebody_new_needs_no_option_and_is_made_once(data: Path) -> None:
    assert _create(data).exit_code == 0
    assert isinstance(_create(data).exception, RegisteredAlready)
    assert _roles_granted(data) == 2


def test_a_password_is_typed_twice(data: Path) -> None:
    mistyped = _create(data, typed=(PASSWORD, f"{PASSWORD}x", PASSWORD, PASSWORD))
    assert mistyped.exit_code == 0
    assert "do not match" in mistyped.output
    assert PASSWORD not in mistyped.output


def test_signing_in_asks_once(data: Path) -> None:
    command = ["operator", "token", "--mail", MAIL, "--url", "http://127.0.0.1:1"]
    assert isinstance(CliRunner().invoke(app, command, input=f"{PASSWORD}\n").exception, NotReached)


@pytest.mark.parametrize("url", ["nonsense", "http://[", "http://127.0.0.1:1"])
def test_an_address_where_nothing_answers_is_told(data: Path, url: str) -> None:
    command = ["operator", "token", "--mail", MAIL, "--url", url]
    result = CliRunner().invoke(app, command, env={"AGORA_OPERATOR_PASSWORD": PASSWORD})
    assert isinstance(result.exception, NotReached)
