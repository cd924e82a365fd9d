"""What the Compose file tells its processes. Every rule is shown to fail."""

import re
from collections.abc import Callable

import pytest

from . import told
from .sources import PROJECT

COMPOSE = (PROJECT / "docker-compose.yml").read_text()
PAGES = {name: (PROJECT / "docs" / name).read_text() for name in ("running.md", "payments.md")}
Rule = Callable[[str], list[str]]


def test_every_setting_reaches_those_who_know_it_or_it_is_said_why_not() -> None:
    assert told.unheard(COMPOSE) == []


def test_what_needs_no_word_is_so() -> None:
    assert told.stale(COMPOSE) == []


def test_no_secret_stands_in_a_variable() -> None:
    assert told.spoken_secrets(COMPOSE) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_do_what_they_say(page: str) -> None:
    assert told.EXAMPLE.findall(PAGES[page]) != []
    assert told.misleading(COMPOSE, PAGES[page]) == []


@pytest.mark.parametrize(
    ("rule", "pattern", "replacement", "found"),
    [
        (told.unheard, r"  AGORA_PAYMENTS: .*\n", "", "mall-serve: payments"),
        (told.unheard, r"\$\{AGORA_PAYMENTS_SPLIT:-0\}", "0", "mall-work: payments_split"),
        (told.unheard, r"\$\{AGORA_MAIL_FROM:-[^}]*\}", "x@y.zz", "identity-work: mail_from"),
        (told.unheard, r"environment: \*of-mall", "environment: *environment", "mall-serve: payouts"),
        (told.unheard, r"\$\{AGORA_LOG_LEVEL:-info\}", "info", "groups-rpc: log_level"),
        (told.stale, r"AGORA_HOST: 0.0.0.0", "AGORA_HOST: ${AGORA_HOST:-0.0.0.0}", "host"),
        (told.stale, r"  AGORA_SIMULATOR_URL: .*\n", "", "simulator_url"),
        (told.stale, r"AGORA_CLOCK:", "AGORA_PORT: 80\n  AGORA_CLOCK:", "port"),
        (told.spoken_secrets, r"AGORA_PAYMENTS_KEY_FILE: .*", "AGORA_PAYMENTS_KEY: ${AGORA_PAYMENTS_KEY:-}",
         "mall-rpc: AGORA_PAYMENTS_KEY"),
        (told.spoken_secrets, r"PAYMENT_SIMULATOR_SECRET_FILE: .*\}", "PAYMENT_SIMULATOR_SECRET: whsec_x}",
         "payments: PAYMENT_SIMULATOR_SECRET"),
        (told.spoken_secrets, r"AGORA_MAIL_URL: .*", "AGORA_MAIL_URL: smtp://agora:pw@mail.test",
         "identity-work: AGORA_MAIL_URL"),
    ],
)  # fmt: skip
def test_finds_what_breaks_a_rule(rule: Rule, pattern: str, replacement: str, found: str) -> None:
    text, count = re.subn(pattern, replacement, COMPOSE)
    assert count, pattern
    assert found in rule(text)


def test_finds_an_example_that_does_nothing() -> None:
    assert told.misleading(COMPOSE, "AGORA_PAYMENTS=stripe\nAGORA_CAKE=yes") == ["AGORA_CAKE"]
