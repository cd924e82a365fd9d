"""What can be set from outside: by environment, read once, printed without secrets by ``agora config``."""

import hmac
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env
from limits import parse

from services.kernel.refusals import Conflicting, Malformed


class BadSetting(Malformed):
    """A variable or an option does not have the form that is asked for."""

    sentence = "{name} is '{given}', and takes {takes}; mend it and try again."


class BadMasterKey(Malformed):
    """The master key is not 32 bytes."""

    sentence = "AGORA_MASTER_KEY must be 64 hexadecimal digits (32 bytes); leave it unset to keep one in the directory."


class MasterKeyMissing(Conflicting):
    """A directory has keys, and the master key that opens them is gone."""

    sentence = "{file} is missing; restore it from its backup, or set AGORA_MASTER_KEY: without it nobody can sign in."


class MasterKeyUnreadable(Conflicting):
    """The file of the master key cannot be read, or holds something else."""

    sentence = "{file} cannot be read as a master key, 64 hexadecimal digits; restore it from its backup."


SECRETS = frozenset({"payments_secret", "master_key"})
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything Agora is told from outside. Unset means embedded: all in one process, files in one directory.

    ``rate`` is how often one person may ask; ``payments_url`` a provider to use instead of the simulated one.
    """

    data: Path = Path(".agora")
    host: str = "127.0.0.1"
    port: int = 8080
    sandbox: bool = False
    rate: str = "1200/minute"
    log_level: str = "warning"
    payments_url: str = ""
    payments_secret: str = ""
    public_url: str = ""
    master_key: str = ""

    def shown(self) -> dict[str, str]:
        """Every setting as text, secrets only as set or not set."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _shown(name in SECRETS, value) for name, value in found.items()}

    def master(self) -> bytes:
        """The master key: from the environment, or from a file that only its owner can read, made once."""
        if self.master_key:
            try:
                key = bytes.fromhex(self.master_key)
            except ValueError:
                key = b""
            if len(key) != 32:
                raise BadMasterKey()
            return key
        kept = self.data / "master.key"
        if not kept.exists() and any(self.data.glob("*/keys.db")):
            raise MasterKeyMissing(file=str(kept))
        return _kept_secret(kept)

    def derived_secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the master key: the same after every start, and of no use elsewhere."""
        return hmac.digest(self.master(), purpose.encode(), "sha256")


def read(**given: Any) -> Settings:
    """The settings of this process: what is given, else AGORA_* of the environment, else the defaults.

    Raises BadSetting for what cannot be understood, by the name of the option or variable that said it.
    """
    env, found = Env(prefix="AGORA_"), dict[str, Any]()
    for name in (field.name for field in fields(Settings)):
        told, said_by = given.get(name), f"--{name}"
        if told is None:
            told, said_by = env.str(name.upper(), None), f"AGORA_{name.upper()}"
        if told is not None:
            found[name] = understood(name, str(told), said_by)
    return Settings(**found)


def understood(name: str, told: str, said_by: str) -> Any:
    """The value of the setting of this name, from a text that ``said_by`` gave. Raises BadSetting."""
    if name not in UNDERSTANDING:
        return told
    understand, takes = UNDERSTANDING[name]
    try:
        return understand(told)
    except ValueError:
        raise BadSetting(name=said_by, given=_bare(told), takes=takes) from None


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


def _address(text: str) -> str:
    if text:
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or re.search(r"\s", text):
            raise ValueError
    return text


UNDERSTANDING: dict[str, tuple[Callable[[str], Any], str]] = {
    "data": (_folder, "a directory, such as /srv/agora ('.' for the folder you are in)"),
    "host": (_host, "an IPv4 address or a name of this machine, such as 127.0.0.1"),
    "port": (_port, "a number from 0 to 65535; 0 takes a free port"),
    "sandbox": (_flag, "true or false"),
    "rate": (_rate, "a number and a time, such as 1200/minute, or nothing for no limit"),
    "log_level": (_log_level, f"one of {', '.join(LOG_LEVELS)}"),
    "payments_url": (_address, "the address of a provider, such as https://payments.example.org"),
    "public_url": (_address, "the address that others reach Agora at, such as https://agora.example.org"),
}
"""How each setting is read from text (ValueError when it cannot), and what it takes. Secrets are read as they are."""


def _shown(is_secret: bool, value: Any) -> str:
    if is_secret:
        return "set" if value else "not set"
    return without_credentials(str(value))


def _bare(told: str) -> str:
    """What was given, as far as it can be told: nothing before an @, where a password may stand."""
    return told.rpartition("@")[2][:80]


def without_credentials(address: str) -> str:
    """An address to be shown: without the name and password that may stand in it."""
    return re.sub(r"//[^/]*@", "//", address)


def _kept_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # whoever is first keeps his; nobody reads a half-written one
            os.link(fresh, path)
        os.unlink(fresh)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as cause:
        raise MasterKeyUnreadable(file=str(path)) from cause
    if len(key) != 32:
        raise MasterKeyUnreadable(file=str(path))
    return key
