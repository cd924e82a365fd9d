"""Servers that somebody else runs, named by the environment. They are used, and never stopped."""

import os
import shlex

from .postgres import PostgresServer, wait_for_postgres
from .rabbitmq import RabbitServer, address, wait_for_rabbit
from .refusals import NoControl

DATABASE_SETTING, AMQP_SETTING, CONTROL_SETTING = (
    "AGORA_TEST_DATABASE_URL", "AGORA_TEST_AMQP_URL", "AGORA_TEST_RABBITMQCTL",
)  # fmt: skip

NAMED_SECONDS = 15.0  # it runs already, or perhaps starts at this moment


def named_postgres() -> PostgresServer | None:
    """The server of AGORA_TEST_DATABASE_URL, which logs in as a superuser."""
    url = os.environ.get(DATABASE_SETTING)
    if not url:
        return None
    wait_for_postgres(url, lambda: None, NAMED_SECONDS)
    return PostgresServer(url)


class NamedRabbit(RabbitServer):
    """The broker of AGORA_TEST_AMQP_URL, controlled by the command of AGORA_TEST_RABBITMQCTL."""

    def __init__(self, url: str) -> None:
        super().__init__(*address(url))
        self._made: list[str] = []
        wait_for_rabbit(url, lambda: None, NAMED_SECONDS)

    def close(self) -> None:
        for name in self._made:
            self.ctl("delete_vhost", name)

    def _add(self, names: list[str]) -> None:  # type: ignore[override]
        super()._add(names)
        self._made += names

    def _control(self) -> list[str]:
        command = shlex.split(os.environ.get(CONTROL_SETTING, ""))
        if not command:
            raise NoControl()
        return command


def named_rabbit() -> RabbitServer | None:
    """The broker of AGORA_TEST_AMQP_URL."""
    url = os.environ.get(AMQP_SETTING)
    return NamedRabbit(url) if url else None
