"""Forgetting somebody on the command line."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from services.cli.commands import app
from services.cli.forgetting import MailOrPerson, NobodyThere, NotConfirmed
from services.embedded import Platform
from services.identity.domain.forgetting_refusals import NoReasonToForget
from services.identity.domain.person import Person
from services.kernel.refusals import Refusal
from services.settings import Settings
from tests.integration.test_operators import MAIL, _register


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def refusal(*words: object) -> Refusal:
    found = CliRunner().invoke(app, ["forget", *map(str, words)]).exception
    assert isinstance(found, Refusal), found
    return found


def is_forgotten(data: Path, person_id: UUID) -> bool:
    with Platform(Settings(data=data)) as platform:
        identity = platform.services["identity"]
        person = identity.store.load(Person, person_id)
        assert person is not None
        return person.is_forgotten and identity.keys.key(str(person_id)) is None


def test_somebody_is_forgotten_by_mail_or_by_id_and_twice_is_once(data: Path) -> None:
    person_id = _register(data)
    assert not is_forgotten(data, person_id)
    ended = CliRunner().invoke(app, ["forget", "--mail", MAIL, "--yes", "--data", str(data)])
    assert ended.exit_code == 0, ended.output
    assert MAIL not in ended.output
    assert is_forgotten(data, person_id)
    assert isinstance(refusal("--mail", MAIL, "--data", data), NobodyThere)
    again = CliRunner().invoke(app, ["forget", "--person", str(person_id), "--yes", "--data", str(data)])
    assert again.exit_code == 0, again.output


def test_who_is_meant_and_why_has_to_be_said(data: Path) -> None:
    person_id = _register(data)
    assert isinstance(refusal("--data", data), MailOrPerson)
    assert isinstance(refusal("--mail", MAIL, "--person", person_id, "--data", data), MailOrPerson)
    assert isinstance(refusal("--person", "nobody", "--data", data), NobodyThere)
    assert isinstance(refusal("--person", person_id, "--data", data), NotConfirmed)
    assert refusal("--person", uuid4(), "--yes", "--data", data).code == "identity.no_such_person"
    assert isinstance(refusal("--person", person_id, "--reason", "spite", "--yes", "--data", data), NoReasonToForget)
    assert not is_forgotten(data, person_id)
