"""Every process of ``docker-compose.yml``, started from the file itself: what it says is enough to run Agora."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from services.composition import SERVICES
from tests.support.compose.entering import CONFIGURATION
from tests.support.compose.file import compose_file
from tests.support.compose.on_loopback import GIVEN, OnLoopback
from tests.support.servers.postgres import PostgresServer
from tests.support.servers.provisioning import Servers
from tests.support.servers.rabbitmq import RabbitServer

pytestmark = pytest.mark.timeout(300)

ACCESS_REFUSED = 403
STORY_SECONDS = 100.0
MAIL, PASSWORD = "operator@example.com", "correct horse battery"


@pytest.fixture(scope="module")
def composed(
    servers: Servers,
    postgres_server: PostgresServer,
    rabbitmq_server: RabbitServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OnLoopback]:
    """All of it, ready."""
    room = tmp_path_factory.mktemp("compose")
    with OnLoopback(compose_file(variables={}), room, servers) as made:
        made.start()
        made.until_ready()
        yield made


def test_everything_is_ready_through_the_one_entrance(composed: OnLoopback) -> None:
    asked = httpx.get(f"{composed.url}/readyz", trust_env=False).json()
    assert asked == {"status": "ready", "processes": 3 * len(SERVICES), "waiting": {}}
    assert "Agora" in httpx.get(composed.url, trust_env=False).text
    for service in SERVICES:
        assert httpx.get(f"{composed.url}/{service}/openapi.json", trust_env=False).status_code == 200, service


def test_every_health_check_of_the_file_succeeds_and_fails_where_nothing_runs(composed: OnLoopback) -> None:
    checked = {name for name, one in composed.file.containers.items() if one.health and name not in GIVEN}
    assert checked >= {f"{service}-{what}" for service in SERVICES for what in ("serve", "work", "rpc")}
    assert [name for name in sorted(checked) if not composed.is_healthy(name)] == []
    assert composed.stop("partners-rpc") == {"partners-rpc": 0}
    assert not composed.is_healthy("partners-rpc")
    assert "partners-rpc" not in composed.processes
    assert "it does not answer" in composed.waiting()
    composed.start_one(composed.file.containers["partners-rpc"])
    composed.until_ready()


def test_nginx_takes_its_configuration_as_it_is(servers: Servers, tmp_path: Path) -> None:
    """Not only the one of these tests, with ports of this machine."""
    alone = f"pid {tmp_path}/nginx.pid; daemon off;"
    configuration = CONFIGURATION.read_text().replace("pid /tmp/nginx.pid;", alone).replace("/tmp/", f"{tmp_path}/")
    (tmp_path / "nginx.conf").write_text(configuration)
    told = ["-t", "-p", str(tmp_path), "-e", "/dev/stderr", "-c", str(tmp_path / "nginx.conf")]
    assert "test is successful" in servers.custody.call([servers.nginx(), *told])


def test_the_story_plays_with_an_operator_from_the_console(composed: OnLoopback) -> None:
    words = ["operator", "create", "--mail", MAIL]
    assert "is an operator" in composed.run("console", *words, AGORA_OPERATOR_PASSWORD=PASSWORD)
    asked = ["operator", "token", "--mail", MAIL, "--url", composed.url]
    token = composed.run("console", *asked, AGORA_OPERATOR_PASSWORD=PASSWORD).strip()
    command = [sys.executable, "-m", "services", "demo", "--once", "--url", composed.url, "--token", token]
    played = subprocess.run(command, capture_output=True, text=True, timeout=STORY_SECONDS, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "figures are right" in played.stdout


def test_the_console_proves_and_backs_up_what_is_there(composed: OnLoopback) -> None:
    live = composed.run("console", "audit").splitlines()[-1]
    assert live.startswith("digest all")
    composed.run("console", "backup", f"{composed.place('console', '/backups')}/today")
    kept = composed.run("console", "audit", "--data", f"{composed.place('console', '/backups')}/today")
    assert kept.splitlines()[-1] == live
    assert "Nothing" in composed.run("console", "dead", "list", "--service", "mall")


def _is_refused(composed: OnLoopback, user: str, act: str) -> bool:
    """Whether the broker refuses what a service's user tries."""
    connection = pika.BlockingConnection(pika.URLParameters(composed.secret(f"secrets-{user}", "amqp_url")))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        _ACTS[act](channel)
    except ChannelClosedByBroker as refused:
        return bool(refused.reply_code == ACCESS_REFUSED)
    finally:
        connection.close()
    return False


_ACTS = {
    "speak for identity": lambda channel: channel.basic_publish("identity.events", "person_registered", b"{}"),
    "speak for itself": lambda channel: channel.basic_publish("mall.events", "nobody_hears_this", b"{}"),
    "read what groups is told": lambda channel: channel.basic_get("groups.intake"),
    "answer for identity": lambda channel: channel.basic_get("rpc-identity"),
    "hear identity": lambda channel: channel.queue_bind("mall.intake", "identity.events", "#"),
    "have groups hear nothing": lambda channel: channel.queue_delete("groups.intake"),
    "have identity say nothing": lambda channel: channel.exchange_delete("groups.intake"),
    "have groups hear what mall says": lambda channel: channel.queue_bind("groups.intake", "mall.events", "#"),
}  # fmt: skip
MAY = {"speak for itself", "hear identity"}


@pytest.mark.parametrize("act", _ACTS)
def test_the_broker_lets_a_service_speak_for_itself_alone(composed: OnLoopback, act: str) -> None:
    assert _is_refused(composed, "mall", act) == (act not in MAY)


@pytest.mark.parametrize("service", ["mall", "partners"])
def test_a_service_has_the_secrets_of_no_other(composed: OnLoopback, service: str) -> None:
    others = [f"secrets-{one}" for one in (*SERVICES, "admin") if one != service]
    own = composed.secret(f"secrets-{service}", "database_url")
    assert all(own != composed.secret(volume, "database_url") for volume in others)
    folder = Path(composed.place(f"{service}-serve", "/run/agora"))
    mounted = {path.name for path in folder.iterdir()}
    assert mounted <= {service, "clock", "payments"}, mounted
    assert ("payments" in mounted) == (service == "mall")


def test_one_service_that_is_away_is_said_so_and_the_others_go_on(composed: OnLoopback) -> None:
    assert composed.stop("groups-serve") == {"groups-serve": 0}
    away = httpx.get(f"{composed.url}/groups/groups", trust_env=False)
    assert (away.status_code, away.json()["code"]) == (503, "agora.unready")
    assert away.headers["content-type"] == "application/problem+json"
    assert httpx.get(f"{composed.url}/mall/terms", trust_env=False).status_code == 200
    large = httpx.post(f"{composed.url}/identity/people", content=b"x" * 1_100_000, trust_env=False)
    assert (large.status_code, large.json()["code"]) == (413, "agora.too_large")
    composed.start_one(composed.file.containers["groups-serve"])
    composed.until_ready()


def test_everything_ends_in_order_when_it_is_told_to(composed: OnLoopback) -> None:
    """With 0, and before the time is over after which it would be killed."""
    expected = {name for name, one in composed.file.containers.items() if one.stays} - GIVEN
    codes = composed.stop()
    assert codes.keys() == expected
    late = {name: (code, composed.said(name)) for name, code in codes.items() if code != 0}
    assert not late, late
