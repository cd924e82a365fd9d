"""Backup of services that run apart while orders come in, and what becomes of it elsewhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from operator import eq, lt
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.auditing import AuditReport, audit_directory, audit_servers
from services.cli.commands import app
from services.composition import SERVICES
from services.kernel.refusals import Refusal
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.postgres.servers import Servers as Stores
from tests.support import overhearing
from tests.support.overhearing import Overheard
from tests.support.platform_apart import PlatformApart
from tests.support.process import PlatformProcess
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.provisioning import Servers
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.trading import Bought, Trading, do
from tests.support.waiting import until

pytestmark = pytest.mark.timeout(300)

BUYERS, ORDERS = 3, 12
WITHIN_SECONDS = 60.0
LINA = {"name": "林娜", "mail": "lin.na@example.com", "password": "a long enough secret"}
LOST = {"name": "To be forgotten", "mail": "lost@example.com", "password": "a long enough secret"}


def done(environment: dict[str, str], *words: object) -> str:
    ended = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    assert ended.exit_code == 0, (ended.output, ended.exception)
    return ended.output


def refused(code: str, environment: dict[str, str], *words: object) -> None:
    refusal = CliRunner().invoke(app, [str(word) for word in words], env=environment).exception
    assert isinstance(refusal, Refusal), refusal
    assert refusal.code == f"agora.{code}", refusal.detail


def digest(report: AuditReport) -> str:
    assert not report.findings, report.findings
    assert report.digest
    return report.digest


@dataclass(frozen=True, slots=True)
class Story:
    """What happened: the platform as it was, its backups, what was ordered, and what was said."""

    living: PlatformApart
    facts: Path
    keys: Path
    orders: list[Bought]
    trading: Trading
    said: list[Overheard]
    lost_id: str

    def ends(self) -> dict[str, int]:
        """Where each store of the backup ends."""
        found = {}
        for service in SERVICES:
            with FileAtRest(self.facts / service / "facts.db") as store:
                found[service] = store.position()
        return found


@pytest.fixture(scope="module")
def story(
    servers: Servers,
    postgres_server: PostgresServer,
    rabbitmq_server: RabbitServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """People buy; in the middle of it, a backup is made; at the end nothing runs but the payment provider."""
    folder = tmp_path_factory.mktemp("story")
    with PlatformApart(folder / "living", servers) as living:
        overhearing.begin(living.amqp_url)
        do(living, None, "/identity/people", **LINA)
        lost = do(living, None, "/identity/people", **LOST)
        with Trading(living, BUYERS) as trading:
            assert until(lambda: len(trading.orders) >= ORDERS, WITHIN_SECONDS), trading.complaints
            _as_program(living, "backup", folder / "facts")
            before = len(trading.orders)
            assert until(lambda: len(trading.orders) >= before + ORDERS, WITHIN_SECONDS), trading.complaints
        assert trading.complaints == []
        done(living.environment, "backup", folder / "keys", "--keys")
        assert _comes_to(living.url, trading, len(trading.orders))
        living.stop(*living.processes)
        said = overhearing.everything(living.amqp_url)
        yield Story(living, folder / "facts", folder / "keys", trading.orders, trading, said, lost["person_id"])


def _as_program(platform: PlatformApart, *words: object) -> None:
    command = [sys.executable, "-m", "services", *map(str, words)]
    ended = subprocess.run(command, env=platform.environment, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _comes_to(url: str, trading: Trading, sold: int) -> bool:
    """Whether so many are sold, once everything that was ordered is paid."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        return until(lambda: client.get(f"/mall/listings/{trading.listing_id}").json()["sold"] == sold, WITHIN_SECONDS)


class Restored(PlatformApart):
    """A platform whose databases are filled before anything runs. ``found`` is what the audit says of them then."""

    def __init__(self, data: Path, story: Story) -> None:
        self._story = story
        known = {"AGORA_MASTER_KEY": story.living.environment["AGORA_MASTER_KEY"]}
        super().__init__(data, story.living.servers, payments_url=story.living.payments_url, **known)

    def _migrate(self) -> None:
        super()._migrate()
        overhearing.begin(self.amqp_url)
        broken = self.data / "broken"
        shutil.copytree(self._story.facts, broken)
        _flip_a_byte(broken / "mall" / "facts.db")
        refused("backup_damaged", self.environment, "restore", broken)  # and so the databases are as empty as before
        done(self.environment, "restore", self._story.facts)
        done(self.environment, "restore", self._story.keys, "--keys")
        self.found = audit_servers(self.settings())
        refused("not_empty", self.environment, "restore", self._story.facts)


def _flip_a_byte(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


@pytest.fixture(scope="module")
def restored(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    with Restored(tmp_path_factory.mktemp("restored"), story) as made:
        yield made


def test_a_backup_is_a_state_that_the_platform_was_in(story: Story) -> None:
    """Not one that could have been: every store is as it stood at some moment, with the same links."""
    assert digest(audit_directory(story.facts))
    assert digest(audit_servers(story.living.settings()))
    stores, ends = Stores(story.living.settings()), story.ends()
    for service in SERVICES:
        with FileAtRest(story.facts / service / "facts.db") as kept, stores.at_rest(service) as living:
            copied = list(kept.rows())
            assert copied == [row for row in living.rows() if row.position <= ends[service]], service
            known = {row[0] for row in kept.commands()}
            # One that stored no fact stands at what was the last position then, and may have come after the backup.
            before, at_the_end = (
                {row[0] for row in living.commands() if is_there(row[3], ends[service])} for is_there in (lt, eq)
            )
            assert before <= known <= before | at_the_end, service
    orders = {one.position <= ends["mall"] for one in story.orders}
    assert orders == {True, False}, "the backup was not made in the middle"


def test_databases_that_are_filled_from_it_are_what_it_was(story: Story, restored: Restored) -> None:
    assert digest(restored.found) == digest(audit_directory(story.facts))


def test_nothing_acknowledged_before_it_is_lost_and_nothing_after_it_is_there(story: Story, restored: Restored) -> None:
    end, client = story.ends()["mall"], restored.client()
    for one in story.orders:
        signed = {"Authorization": f"Bearer {restored.token(one.buyer)}"}
        asked = client.get(f"/mall/checkouts/{one.checkout_id}", headers=signed)
        assert asked.status_code == (200 if one.position <= end else 404), (one, end, asked.text)


def test_the_views_catch_up_and_the_money_adds_up(story: Story, restored: Restored) -> None:
    kept = sum(one.position <= story.ends()["mall"] for one in story.orders)
    story.trading.order(restored, restored.client())
    assert _comes_to(restored.url, story.trading, kept + 1)
    books = restored.client(restored.token(None, "operator")).get("/mall/books").json()
    assert books["sums"] == {"EUR": 0}
    assert digest(audit_servers(restored.settings()))


def test_a_message_from_before_it_is_told_again_as_it_was_or_not_at_all(story: Story, restored: Restored) -> None:
    """One that is told anew has a new id because it is new, and never one that somebody has heard already."""
    ends, again = story.ends(), overhearing.everything(restored.amqp_url)
    before = {(one.source, one.position): one for one in story.said if one.position <= ends[one.source]}
    assert before
    told = {(one.source, one.position): one for one in again}
    assert any(key not in before for key in told), "nothing was told since"
    assert {key: one for key, one in told.items() if one.position <= ends[one.source]}.items() <= before.items()
    contents = {(one.name, one.body) for one in before.values()}
    since = [one for one in again if one.position > ends[one.source]]
    assert [one for one in since if (one.name, one.body) in contents] == []


def test_who_was_there_signs_in_and_reads_a_name_that_was_sealed(restored: Restored) -> None:
    assert _name_of_lina(restored.url) == LINA["name"]


def _name_of_lina(url: str) -> Any:
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        session = client.post("/identity/sessions", json={"mail": LINA["mail"], "password": LINA["password"]})
        headers = {"Authorization": f"Bearer {session.json()['token']}"}
        return client.get("/identity/people/me", headers=headers).json()["name"]


def test_who_was_forgotten_since_the_keys_were_kept_stays_forgotten(story: Story) -> None:
    with closing(Stores(story.living.settings()).key_rows("identity")) as keys:
        assert keys.get(story.lost_id, "identity")
        keys.bury(story.lost_id, "identity")
        done(story.living.environment, "restore", story.keys, "--keys")
        assert keys.get(story.lost_id, "identity") == b""


def test_it_becomes_a_platform_in_one_process(story: Story, tmp_path: Path) -> None:
    data = tmp_path / "data"
    done({}, "restore", story.facts, "--data", data)
    done({}, "restore", story.keys, "--keys", "--data", data)
    assert digest(audit_directory(data)) == digest(audit_directory(story.facts))
    master = story.living.environment["AGORA_MASTER_KEY"]
    with PlatformProcess(data, AGORA_MASTER_KEY=master) as platform:
        assert _name_of_lina(platform.url) == LINA["name"]
        assert platform.stop() == 0


def test_databases_that_do_not_answer_are_said_so_and_nothing_is_made(story: Story, tmp_path: Path) -> None:
    nowhere = "postgresql://agora_{service}:x@127.0.0.1:9/agora_{service}"
    environment = story.living.environment | {"AGORA_DATABASE_URL": nowhere}
    refused("database_not_reachable", environment, "backup", tmp_path / "facts")
    refused("database_not_reachable", environment, "backup", tmp_path / "keys", "--keys")
    refused("database_not_reachable", environment, "restore", story.facts)
    refused("backup_exists", story.living.environment, "backup", story.facts)
    assert list(tmp_path.iterdir()) == []
