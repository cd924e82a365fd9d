"""Which servers tests get: named ones first, none that merely happens to listen, and a sentence when there is none."""

import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import docker, installing, provisioning
from tests.support.servers.custody import Custody
from tests.support.servers.databases import Databases
from tests.support.servers.docker import Container
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.programs import OLDEST_POSTGRES, postgres_programs
from tests.support.servers.provisioning import Servers
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.servers.refusals import NoControl, NotOursToBreak, ProgramMissing, ServerFailed, ServersMissing

from .processes import PROJECT

NOBODY_THERE = "postgresql://tests@127.0.0.1:1/none"
A_TEST = "def test_it(postgres_server):\n    pass\n"


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which there is no server and no way to get one."""
    for name in ("AGORA_TEST_DATABASE_URL", "AGORA_TEST_AMQP_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("has_docker", "can_install"):
        monkeypatch.setattr(provisioning, name, lambda: False)
    for name in ("postgres_programs", "rabbitmq_programs"):
        monkeypatch.setattr(provisioning, name, lambda: None)
    for needed in provisioning._PROGRAMS:
        monkeypatch.setitem(provisioning._PROGRAMS, needed, lambda: None)


@pytest.fixture
def named(
    postgres_server: PostgresServer, rabbitmq_server: RabbitServer, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """The servers of this session, as if somebody else had started and named them."""
    monkeypatch.setenv("AGORA_TEST_DATABASE_URL", postgres_server.admin_url)
    monkeypatch.setenv("AGORA_TEST_AMQP_URL", rabbitmq_server.url())
    monkeypatch.setenv("AGORA_TEST_RABBITMQCTL", rabbitmq_server.control_line())
    return monkeypatch


def test_a_named_server_is_used_and_never_stopped(named: pytest.MonkeyPatch, postgres_server: PostgresServer) -> None:
    servers = Servers()
    assert servers.postgres().admin_url == postgres_server.admin_url
    for break_it in (servers.postgres().kill, servers.postgres().restart, servers.rabbitmq().kill):
        with pytest.raises(NotOursToBreak, match="is not ours to stop"):
            break_it()
    servers.close()
    with postgres_server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_what_is_made_in_a_named_broker_is_gone_afterwards(
    named: pytest.MonkeyPatch, rabbitmq_server: RabbitServer
) -> None:
    servers = Servers()
    vhost = servers.rabbitmq().new_vhost()
    assert vhost in rabbitmq_server.ctl("list_vhosts")
    servers.close()
    assert vhost not in rabbitmq_server.ctl("list_vhosts")


def test_databases_of_a_session_are_gone_afterwards(postgres_server: PostgresServer) -> None:
    databases = Databases(postgres_server)
    place = databases.take("tally")
    databases.give_back(place, "tally")
    assert databases.take("tally") == place, "it is emptied and taken again"
    databases.close()
    with postgres_server.connect() as connection:
        mine = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        assert connection.execute(mine, (databases.session,)).fetchall() == []


def test_a_named_broker_without_its_control_program_is_refused_in_a_sentence(named: pytest.MonkeyPatch) -> None:
    named.delenv("AGORA_TEST_RABBITMQCTL")
    with pytest.raises(NoControl, match="AGORA_TEST_RABBITMQCTL"):
        Servers().rabbitmq().new_vhost()


def test_nothing_at_all_is_a_sentence_that_says_what_to_do(nothing: None) -> None:
    for start, what in ((Servers().postgres, "PostgreSQL"), (Servers().rabbitmq, "RabbitMQ")):
        with pytest.raises(ServersMissing, match=rf"need {what}.*install it, start Docker, or name a server in AGORA_"):
            start()
    for find, package in ((Servers().nginx, "nginx-light"), (Servers().browser, "chromium")):
        with pytest.raises(ProgramMissing, match=rf"install the package '{package}'"):
            find()


def test_a_server_that_merely_listens_is_not_used(nothing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", 5432))
        except OSError:
            pass  # then somebody listens there anyway
        else:
            listening.listen()
        with pytest.raises(ServersMissing):
            Servers().postgres()


def test_a_test_without_its_server_fails_and_is_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(A_TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.servers.fixtures", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "AGORA_TEST_DATABASE_URL": NOBODY_THERE},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "1 error" in ended.stdout
    assert "Connection refused" in ended.stdout


def test_an_answering_engine_is_asked_before_programs_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _docker(tmp_path, monkeypatch, "exit 1")
    assert not docker.has_docker(), "the program alone is not enough"
    _docker(tmp_path, monkeypatch, "exit 0")
    assert docker.has_docker()


def test_a_container_listens_on_loopback_alone_and_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = tmp_path / "said"
    _docker(tmp_path, monkeypatch, f'echo "$@" >> {said}; [ "$2" != inspect ]')
    with Custody() as custody:
        container = Container(custody, "image:1", 5432, ["--env=A=B"], ["serve"])
        container.stop("kill")
    lines = said.read_text().splitlines()
    made = f"create --name {container.name} --publish 127.0.0.1:{container.port}:5432 --env=A=B image:1 serve"
    assert lines[:3] == ["image inspect image:1", "pull --quiet image:1", made]
    assert {f"start {container.name}", f"kill {container.name}"} <= set(lines)
    assert lines[-1] == f"rm --force --volumes {container.name}"


def test_images_are_pinned() -> None:
    for image in (docker.POSTGRES_IMAGE, docker.RABBITMQ_IMAGE):
        assert re.search(r":\d+\.\d+", image)


def test_programs_are_installed_once_with_their_services_kept_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, said = tmp_path / "policy-rc.d", tmp_path / "said"
    policy.write_text("what was there")
    asks_policy = f'[ "$1" = update ] || sh {policy} || echo "refused $?" >> {said}'
    _apt(tmp_path, monkeypatch, f'echo "$@" >> {said}; {asks_policy}')
    with Custody() as custody:
        installing.install(custody, ["postgresql"])
    lines = said.read_text().splitlines()
    assert lines[0].startswith("update")
    assert lines[1].startswith("install -q -y")
    assert lines[1].endswith(" postgresql")
    assert lines[2] == "refused 101"
    assert policy.read_text() == "what was there"


def test_an_installation_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _apt(tmp_path, monkeypatch, "echo there is no such package; exit 100")
    with Custody() as custody, pytest.raises(ServerFailed, match="there is no such package"):
        installing.install(custody, ["postgresql"])
    assert not (tmp_path / "policy-rc.d").exists()


def test_an_old_postgres_is_none() -> None:
    found = postgres_programs()
    version = re.search(r"/(\d+)/bin$", str(found))
    assert version is None or int(version[1]) >= OLDEST_POSTGRES


def _apt(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """The script of the installation, with a policy and an apt-get of our own."""
    _program(folder, "apt-get", script)
    written = installing.SCRIPT.replace("/usr/sbin/policy-rc.d", str(folder / "policy-rc.d"))
    monkeypatch.setattr(installing, "SCRIPT", written)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def _docker(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    _program(folder, "docker", script)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def _program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
