"""The secrets of a platform that runs apart: made once, one folder for each service, nothing that is there changed.

    admin/       postgres_password, database_url (of the administrator), definitions.json (the broker's users)
    SERVICE/     database_url, amqp_url, master_key; identity also token.key
    payments/    secret (of the simulated provider's callbacks)

A service's container gets its own folder alone, with a master key of its own: what one can open is closed to the
others. At the broker each service may write to its own exchange and no other, so that nobody speaks in another's name;
all may hear what everybody says to all, and nobody but a service itself the calls to it and the answers to its own.
"""

import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from services.composition import SERVICES
from services.identity.tokens import TokenIssuer
from services.kernel.refusals import Conflicting

VHOST = "agora"
ADMINISTRATOR = "postgres"
RPC_EXCHANGE = "nameko-rpc"


class NotWritable(Conflicting):
    """The secrets cannot be written there."""

    sentence = "The secrets cannot be written to {path} ({why}); name a directory that you may write, with --into."


class Secrets:
    """Makes what is missing under ``directory``. ``database`` and ``broker`` are the hosts, with ports where needed."""

    def __init__(self, directory: Path, database: str, broker: str) -> None:
        self._directory, self._database, self._broker = directory, database, broker
        self.made: list[str] = []

    def make(self, services: Sequence[str] = SERVICES) -> list[str]:
        """Make all that is missing; returns the names of the files that were. Raises NotWritable."""
        try:
            password = self._file("admin/postgres_password", lambda: secrets.token_urlsafe(24))
            self._file(
                "admin/database_url", lambda: f"postgresql://{ADMINISTRATOR}:{password}@{self._database}/postgres"
            )
            self._file("payments/secret", lambda: f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}")
            users = {service: self._service(service) for service in services}
            if "identity" in services:
                self._token_key(self._directory / "identity" / "token.key")
            self._file("admin/definitions.json", lambda: json.dumps(definitions(users), indent=2))
        except OSError as cause:
            raise NotWritable(path=str(self._directory), why=cause.strerror) from cause
        return self.made

    def _service(self, service: str) -> str:
        """The files of one service; returns its password at the broker."""
        role = f"agora_{service}"
        self._file(f"{service}/master_key", lambda: secrets.token_hex(32))
        self._file(
            f"{service}/database_url",
            lambda: f"postgresql://{role}:{secrets.token_urlsafe(24)}@{self._database}/{role}",
        )
        url = self._file(
            f"{service}/amqp_url", lambda: f"amqp://{service}:{secrets.token_urlsafe(24)}@{self._broker}/{VHOST}"
        )
        return url.partition("@")[0].rpartition(":")[2]

    def _token_key(self, path: Path) -> None:
        """What identity signs access tokens with; only its own processes read it, as the user who makes it here."""
        if not path.exists():
            TokenIssuer(path)
            self.made.append("identity/token.key")

    def _file(self, name: str, make: Callable[[], str]) -> str:
        path = self._directory / name
        if path.exists():
            return path.read_text().strip()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh, text = path.with_name(f".{path.name}.new"), make()
        fresh.write_text(text + "\n")
        fresh.chmod(0o444)  # other users of a container read it; who may enter the folder says who else
        os.replace(fresh, path)
        self.made.append(name)
        return text


def definitions(users: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    """What RabbitMQ loads at its start: virtual host, users, what each may do, and exchanges nobody else may make."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [
            {
                "name": name, "password_hash": password_hash(password), "tags": [],
                "hashing_algorithm": "rabbit_password_hashing_sha256",
            }
            for name, password in users.items()
        ],
        "permissions": [{"user": name, "vhost": VHOST, **rights(name)} for name in users],
        "topic_permissions": [
            {"user": name, "vhost": VHOST, "exchange": RPC_EXCHANGE, **topic_rights(name)} for name in users
        ],
        "exchanges": [
            {
                "name": name, "vhost": VHOST, "type": "topic", "durable": True, "auto_delete": False,
                "internal": False, "arguments": {},
            }
            for name in [*(f"{service}.events" for service in users), RPC_EXCHANGE]
        ],
    }  # fmt: skip


def rights(service: str) -> dict[str, str]:
    """The regular expressions of what a service may make and delete, write to, and read at the broker."""
    name = re.escape(service)
    own = rf"{name}\.events|{name}\.intake|rpc-{name}|rpc\.reply-.*"
    return {
        "configure": rf"^({own})$",
        "write": rf"^({own}|{RPC_EXCHANGE})$",
        "read": rf"^({own}|{RPC_EXCHANGE}|[a-z]+\.events)$",
    }


def topic_rights(service: str) -> dict[str, str]:
    """The same of the routing keys of calls: what a service may send, and what it may have delivered (bind to).

    The key of an answer is a random UUID: nobody can bind to it who was not told it.
    """
    answer = "[0-9a-f-]{36}"
    return {
        "write": rf"^([a-z]+\.[a-z_0-9]+|{answer})$",
        "read": rf"^({re.escape(service)}\..*|{answer})$",
    }


def password_hash(password: str) -> str:
    """As RabbitMQ keeps it: base64 of a salt of 4 bytes and sha-256 over salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
