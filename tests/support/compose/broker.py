"""The tests' RabbitMQ with the users, rights and virtual host of ``definitions.json``."""

import json
from collections.abc import Sequence

from services.secreting import VHOST
from tests.support.servers.rabbitmq import RabbitServer


class Broker:
    """Takes in definitions as the broker of the Compose file does at its start."""

    def __init__(self, server: RabbitServer) -> None:
        self._server = server
        self.place = f"{server.host}:{server.port}"

    def has_host(self) -> bool:
        """Whether the virtual host is there."""
        return VHOST in self._server.ctl("list_vhosts", "name", "--quiet").split()

    def take_in(self, definitions: str) -> None:
        """Users, rights and virtual host from a text of JSON."""
        quoted = json.dumps(json.dumps(json.loads(definitions)))  # a text of Erlang is quoted like one of JSON
        said = self._server.ctl("eval", f"rabbit_definitions:import_raw(<<{quoted}>>).")
        assert said.strip() == "ok", said

    def forget(self, users: Sequence[str]) -> None:
        """Take all of it away again."""
        steps = [f'catch rabbit_auth_backend_internal:delete_user(<<"{user}">>, <<"agora">>)' for user in users]
        self._server.ctl("eval", ", ".join([*steps, f'catch rabbit_vhost:delete(<<"{VHOST}">>, <<"agora">>)']) + ".")
