"""The Compose file and the Dockerfile. Every rule is shown to fail: ``test_finds_...`` hands it what breaks it."""

import re

import pytest

from tests.support.compose.file import ComposeFile, compose_file
from tests.support.servers.docker import POSTGRES_IMAGE, RABBITMQ_IMAGE

from . import delivery
from .sources import PROJECT

COMPOSE = (PROJECT / "docker-compose.yml").read_text()
DOCKERFILE = (PROJECT / "deploy" / "Dockerfile").read_text()


def changed(pattern: str, replacement: str) -> ComposeFile:
    """The file with something else in one place."""
    text, count = re.subn(pattern, replacement, COMPOSE, count=1)
    assert count, pattern
    return compose_file(text, {})


FILE = compose_file(COMPOSE, {})


def test_every_service_has_its_three_processes() -> None:
    assert delivery.missing_processes(FILE) == []


def test_the_entrance_asks_every_process() -> None:
    assert delivery.unnamed_processes(FILE) == []


def test_no_container_of_ours_can_do_more_than_it_needs() -> None:
    assert delivery.unguarded(FILE) == []


def test_every_process_is_started_again_and_asked_whether_it_is_ready() -> None:
    assert delivery.unwatched(FILE) == []


def test_whoever_needs_another_waits_until_it_is_there() -> None:
    assert delivery.hasty(FILE) == []


def test_every_image_is_the_same_tomorrow_and_in_the_tests() -> None:
    assert delivery.floating(FILE) == []
    assert FILE.containers["postgres"].image == POSTGRES_IMAGE
    assert FILE.containers["rabbitmq"].image == RABBITMQ_IMAGE


def test_secrets_are_where_they_belong_and_nowhere_else() -> None:
    assert delivery.misplaced_secrets(FILE) == []


def test_nobody_else_reaches_it_unless_told_to() -> None:
    assert delivery.open_to_others(FILE) == []
    assert delivery.open_to_others(compose_file(COMPOSE, {"AGORA_LISTEN": "0.0.0.0:80"})) == ["0.0.0.0:80:8080"]


def test_the_image_is_made_in_stages_from_what_is_locked_and_runs_as_nobody_special() -> None:
    assert delivery.careless(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("rule", "pattern", "replacement"),
    [
        (delivery.missing_processes, r"\[rpc, groups\]", "[rpc, mall]"),
        (delivery.unnamed_processes, r"http://mall-work:8001", ""),
        (delivery.unnamed_processes, r"http://mall-work:8001", "http://mall-work:8002"),
        (delivery.unguarded, r"read_only: true", "read_only: false"),
        (delivery.unguarded, r"cap_drop: \[ALL\]", "cap_drop: []"),
        (delivery.unguarded, r"init: true", "init: true\n  privileged: true"),
        (delivery.unwatched, r"127.0.0.1:8001/readyz", "127.0.0.1:8001/healthz"),
        (delivery.unwatched, r"(\[work, mall\]\n(.*\n){3}) +healthcheck: .*", r"\1"),
        (delivery.unwatched, r"restart: unless-stopped", 'restart: "no"'),
        (delivery.unwatched, r"check_port_listener, .5672.", "ping"),
        (delivery.unwatched, r"pg_isready, --quiet, --host=127.0.0.1", "pg_isready, --quiet"),
        (delivery.unwatched, r"GET /healthz HTTP", "GET / HTTP"),
        (delivery.unwatched, r" +healthcheck:  # by what its image has(.*\n){8}", ""),
        (delivery.hasty, r"migrate: \{condition: service_\w+\}", "migrate: {condition: service_started}"),
        (delivery.hasty, r"entrance: \{condition: service_healthy\}", "mall-serve: {condition: service_started}"),
        (delivery.hasty, r"depends_on:\n +entrance: .*\n", "depends_on: [entrance]\n"),
        (delivery.hasty, r"entrance: \{condition: service_healthy\}", "migrate: {condition: service_healthy}"),
        (delivery.hasty, r" +depends_on: \*when-migrated\n", ""),
        (delivery.floating, r"agora:0.1.0", "agora:latest"),
        (delivery.floating, r"image: nginx:[\w.-]+", "image: nginx"),
        (delivery.misplaced_secrets, r'secrets-groups:/run/agora/groups:ro", "', 'secrets-mall:/run/agora/mall:ro", "'),
        (delivery.misplaced_secrets, r"secrets-mall:/run/agora/mall:ro", "secrets-admin:/run/agora/admin:ro"),
        (delivery.misplaced_secrets, r"secrets-mall:/run/agora/mall:ro", "secrets-mall:/run/agora/mall"),
        (delivery.misplaced_secrets, r"secrets-payments:/run/agora/payments:ro", "secrets-mail:/run/secrets:ro"),
        (delivery.open_to_others, r"127.0.0.1:8080\}", "8080}"),
    ],
)  # fmt: skip
def test_finds_what_breaks_a_rule(rule, pattern: str, replacement: str) -> None:
    assert rule(changed(pattern, replacement)) != []


@pytest.mark.parametrize(
    ("pattern", "replacement", "found"),
    [
        (r"--require-hashes ", "", "packages without hashes"),
        (r"USER agora", "USER root", "root"),
        (r"USER agora\n", "", "root"),
        (r"FROM python:[\w.-]+ AS build", "FROM python:latest AS build", "an image without a version"),
        (r"FROM python:[\w.-]+\nRUN groupadd", "RUN groupadd", "one stage"),
        (r"USER agora", "RUN pip install httpx\nUSER agora", "packages that are fetched in the last stage"),
        (r"USER agora", "ADD https://example.com/x /x\nUSER agora", "files of somebody else"),
    ],
)
def test_finds_a_careless_dockerfile(pattern: str, replacement: str, found: str) -> None:
    text, count = re.subn(pattern, replacement, DOCKERFILE, count=1)
    assert count, pattern
    assert found in delivery.careless(text)


def test_variables_are_filled_in_and_a_sign_stays_one() -> None:
    assert FILE.containers["postgres"].entrypoint[2].endswith('exec docker-entrypoint.sh "$@"')
    assert (
        compose_file(COMPOSE, {"AGORA_SANDBOX": "false"}).containers["mall-serve"].environment["AGORA_SANDBOX"]
        == "false"
    )
    with pytest.raises(ValueError, match="without a default"):
        changed("AGORA_SANDBOX:-true", "AGORA_SANDBOX")


@pytest.mark.parametrize(
    ("told", "rate"), [({}, "1200/minute"), ({"AGORA_RATE": ""}, ""), ({"AGORA_RATE": "1/second"}, "1/second")]
)
def test_nothing_is_an_answer_where_it_means_something(told: dict[str, str], rate: str) -> None:
    assert compose_file(COMPOSE, told).containers["mall-serve"].environment["AGORA_RATE"] == rate
