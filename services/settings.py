"""What can be set from outside: by environment, read once, printed without secrets by ``agora config``."""

import hmac
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from environs import Env

from services.kernel.refusals import Malformed


class BadMasterKey(Malformed):
    """The master key is not 32 bytes."""

    sentence = "AGORA_MASTER_KEY must be 64 hexadecimal digits (32 bytes); leave it unset to keep one in the directory."


SECRETS = frozenset({"payments_secret", "master_key"})


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
        return _kept_secret(self.data / "master.key")

    def derived_secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the master key: the same after every start, and of no use elsewhere."""
        return hmac.digest(self.master(), purpose.encode(), "sha256")


def read(**given: Any) -> Settings:
    """The settings of this process: what is given, else AGORA_* of the environment, else the defaults."""
    env, defaults = Env(prefix="AGORA_"), Settings()
    found: dict[str, Any] = {
        "data": env.path("DATA", defaults.data), "host": env.str("HOST", defaults.host),
        "port": env.int("PORT", defaults.port), "sandbox": env.bool("SANDBOX", defaults.sandbox),
        "rate": env.str("RATE", defaults.rate), "log_level": env.str("LOG_LEVEL", defaults.log_level),
        "payments_url": env.str("PAYMENTS_URL", defaults.payments_url),
        "payments_secret": env.str("PAYMENTS_SECRET", defaults.payments_secret),
        "public_url": env.str("PUBLIC_URL", defaults.public_url),
        "master_key": env.str("MASTER_KEY", defaults.master_key),
    }  # fmt: skip
    return Settings(**{**found, **{name: value for name, value in given.items() if value is not None}})


def _shown(is_secret: bool, value: Any) -> str:
    if is_secret:
        return "set" if value else "not set"
    return without_credentials(str(value))


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
    return bytes.fromhex(path.read_text().strip())
