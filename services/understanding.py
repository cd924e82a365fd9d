"""How each setting is read from text: what is understood, and how what it takes is said."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from limits import parse

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


def _folder(text: str) -> Path:
    if not text.strip() or "\0" in text:  # an empty path would be the folder one happens to be in
        raise ValueError
    return Path(text)


def _host(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+", text, re.ASCII):  # an empty one would be every address of this machine
        raise ValueError
    return text


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


def _percent(text: str) -> int:
    percent = int(text)
    if not 0 <= percent <= 100:
        raise ValueError
    return percent


def _flag(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError
    return text.lower() in TRUE


def _rate(text: str) -> str:
    if text and not parse(text).amount:
        raise ValueError
    return text


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError
    return text.lower()


def _one_of(*words: str) -> Callable[[str], str]:
    def understand(text: str) -> str:
        if text.lower() not in words:
            raise ValueError
        return text.lower()

    return understand


def _wechat_account(text: str) -> str:
    words = text.split()
    if words and (len(words) != 5 or words[4] not in ("1005", "1009") or not words[0].isdecimal()):
        raise ValueError
    return " ".join(words)


def _address(text: str) -> str:
    if text:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or re.search(r"\s", text):
            raise ValueError
    return text


def _addresses(text: str) -> str:
    return " ".join(_address(each) for each in text.split())


def _database(text: str) -> str:
    return _server(text, ("postgresql", "postgres"))


def _broker(text: str) -> str:
    return _server(text, ("amqp", "amqps"))


def _mail_server(text: str) -> str:
    return _server(text, ("smtp", "smtps"))


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text, re.ASCII):
        raise ValueError
    return text


def _server(text: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(text.replace("{service}", "x"))
    if text and not text.startswith(IN_FILE) and (parts.scheme not in schemes or not parts.hostname or parts.port == 0):
        raise ValueError
    return text


IN_FILE = "@"
"""What stands before the path of a file that holds the value, one for each service where the path has {service}."""
DATABASE = "the address of a database, such as postgresql://agora_{service}:password@localhost/agora_{service}"
UNDERSTANDING: dict[str, tuple[Callable[[str], Any], str]] = {
    "data": (_folder, "a directory, such as /srv/agora ('.' for the folder you are in)"),
    "host": (_host, "an IPv4 address or a name of this machine, such as 127.0.0.1"),
    "port": (_port, "a number from 0 to 65535; 0 takes a free port"),
    "sandbox": (_flag, "true or false"),
    "payouts": (_flag, "on or off, as true or false"),
    "rate": (_rate, "a number and a time, such as 1200/minute, or nothing for no limit"),
    "log_level": (_log_level, f"one of {', '.join(LOG_LEVELS)}"),
    "payments": (_one_of("", "stripe", "wechat"), "stripe, wechat, or nothing for a provider of Agora's own protocol"),
    "payments_capture": (_one_of("automatic", "manual"), "automatic or manual"),
    "payments_split": (_percent, "a whole number from 1 to 100, or 0 to split nothing"),
    "payments_account": (
        _wechat_account,
        "mchid, appid, serial of the certificate, id of the public key, and 1005 or 1009, with spaces between them",
    ),
    "payments_url": (_address, "the address of a provider, such as https://payments.example.org"),
    "simulator_url": (_address, "the address of a simulated provider, such as http://payments:9000"),
    "database_url": (_database, DATABASE),
    "keys_url": (_database, DATABASE),
    "admin_database_url": (_database, "the address of a database, such as postgresql://postgres:password@localhost"),
    "amqp_url": (_broker, "the address of a broker, such as amqp://name:password@localhost:5672/agora"),
    "jwks_url": (_address, "the address of identity's keys, such as http://identity-serve:8000/identity/jwks"),
    "processes": (
        _addresses,
        "addresses with spaces between them, such as 'http://mall-serve:8000 http://mall-work:8001'",
    ),
    "mail_url": (_mail_server, "the address of a mail server, such as smtp://user:password@mail.example.org:587"),
    "mail_from": (_mail_address, "the address that mail comes from, such as agora@example.org"),
    "reset_url": (_address, "the address of a page, such as https://agora.example.org/new-password"),
    "public_url": (_address, "the address that others reach Agora at, such as https://agora.example.org"),
}
"""How each setting is read from text (ValueError when it cannot), and what it takes. Secrets are read as they are."""
