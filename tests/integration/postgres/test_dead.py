"""``agora dead`` over databases, while the platform runs."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from services.apart.opening import open_in
from services.cli.commands import app
from services.contracts.identity import ClaimCertified
from services.kernel.flow import intake
from services.kernel.service import Service
from services.known.people import KnownPeople, claims
from services.settings import Settings
from tests.support.own_databases import OwnDatabases
from tests.support.servers.postgres import PostgresServer
from tests.support.spoken import SpokenLog, listen, somebody

MASTER_KEY = secrets.token_hex(32)


@pytest.fixture
def settings(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    databases = OwnDatabases(postgres_server, ("mall",))
    databases.migrate()
    address = databases.database_of("SERVICE").replace("SERVICE", "{service}")
    yield Settings(database_url=address, master_key=MASTER_KEY, data=tmp_path)
    databases.drop()


@pytest.fixture
def mall(settings: Settings) -> Iterator[Service]:
    with ExitStack() as held:
        yield open_in(held, "mall", settings)


def certified(log: SpokenLog, name: str) -> None:
    """Identity says that a claim of somebody was certified."""
    message = ClaimCertified(
        person_id=somebody(name), claim_id=UUID(int=log.head), kind="real_name", level=2, code=None, valid_until=None,
        issuer_id=somebody("issuer"),
    )  # fmt: skip
    log.said[-1] = replace(log.say(name), type=message.type, data=message.to_data())


def dead(settings: Settings, *words: str) -> Result:
    known = {"AGORA_DATABASE_URL": settings.database_url, "AGORA_MASTER_KEY": MASTER_KEY, "COLUMNS": "200"}
    known |= {"AGORA_DATA": str(settings.data)}
    return CliRunner().invoke(app, ["dead", *words, "--service", "mall"], env=known)


def test_a_parked_message_is_retried_while_its_service_runs(
    mall: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_broken(*_: Any) -> None:
        raise ValueError("a bug")

    log = SpokenLog("identity")
    certified(log, "ann")
    certified(log, "ann")
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)
    with monkeypatch.context() as patched:
        patched.setattr(KnownPeople, "certified", is_broken)
        mall.hear([log])
        listen(mall)
    listed = dead(settings, "list")
    assert "identity:1" in listed.output, listed
    assert "It waits for identity:1." in listed.output
    assert str(somebody("ann")) in dead(settings, "show", "identity:1").output
    retried = dead(settings, "retry", "identity:1")
    assert retried.output == "identity:1 is handled.\nidentity:2 is handled.\n"
    certified(log, "ann")
    listen(mall)
    with mall.views.reading() as connection:
        assert len(connection.execute(select(claims)).all()) == 3
    assert mall.recorder.parked_count() == 0
