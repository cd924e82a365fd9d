"""What can be set from outside: by environment, read once, printed without secrets by ``agora config``."""

import hmac
import re
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from environs import Env

from services.kept_secret import kept_secret
from services.kernel.refusals import Conflicting, Malformed
from services.understanding import IN_FILE, UNDERSTANDING


class BadSetting(Malformed):
    """A variable or an option does not have the form that is asked for."""

    sentence = "{name} is '{given}', and takes {takes}; mend it and try again."


class BadMasterKey(Malformed):
    """The master key is not 32 bytes."""

    sentence = "AGORA_MASTER_KEY must be 64 hexadecimal digits (32 bytes); leave it unset to keep one in the directory."


class MasterKeyMissing(Conflicting):
    """A directory has keys, and the master key that opens them is gone."""

    sentence = "{file} is missing; restore it from its backup, or set AGORA_MASTER_KEY: without it nobody can sign in."


class BadPaymentsSecret(Malformed):
    """A provider is named, and not how to know its callbacks."""

    sentence = "{name}_URL names a provider; set {name}_SECRET to the whsec_... that it signs with."


class MasterKeyNotGiven(Malformed):
    """Several processes need one master key, and none was told."""

    sentence = (
        "AGORA_DATABASE_URL is set, so the processes of the platform run apart and need the same master key: set "
        "AGORA_MASTER_KEY, or AGORA_MASTER_KEY_FILE with the path of a file that holds it."
    )


class SettingMissing(Malformed):
    """A process that runs apart was not told something that it needs."""

    sentence = "{name} is not set, and {what} needs it; set it, or {name}_FILE with the path of a file that holds it."


class SettingUnreadable(Malformed):
    """The file that a variable names cannot be read."""

    sentence = "{name} names the file {path}, which cannot be read ({why}); mend it and try again."


SECRETS = frozenset({"payments_secret", "payments_key", "payments_public_key", "simulator_secret", "master_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything Agora is told from outside. Without a database: all in one process, files in one directory.

    ``trusted_proxies`` are the addresses whose X-Forwarded-For is believed, with commas between them, or "*".
    ``rate`` is how often one person may ask; ``payments_url`` a provider to use instead of the simulated one, or
    ``payments`` stripe or wechat, which docs/payments.md describes; without ``payouts`` no transfer is asked for.
    ``payments_split`` is how many hundredths of a payment may be split, 0 where nothing is.
    ``simulator_url`` is a simulated provider for services that run apart: used in a sandbox, while no other is named.
    ``mail_url`` is a mail server; without one mail becomes files. ``reset_url`` is the page that a mailed link for a
    new password leads to.
    With ``database_url`` the services run apart, each over a database of its own: the address has {service} in it,
    or is "@" and the path of a file for each service. ``processes`` are whom the entrance asks whether they are ready.
    """

    data: Path = Path(".agora")
    host: str = "127.0.0.1"
    port: int = 8080
    sandbox: bool = False
    trusted_proxies: str = ""
    rate: str = "1200/minute"
    log_level: str = "warning"
    payments_url: str = ""
    payments_secret: str = ""
    payouts: bool = True
    payments: str = ""
    payments_key: str = ""
    payments_public_key: str = ""
    payments_account: str = ""
    payments_capture: str = "automatic"
    payments_split: int = 0
    simulator_url: str = ""
    simulator_secret: str = ""
    mail_url: str = ""
    mail_from: str = "agora@localhost"
    reset_url: str = ""
    public_url: str = ""
    master_key: str = ""
    database_url: str = ""
    keys_url: str = ""
    admin_database_url: str = ""
    amqp_url: str = ""
    jwks_url: str = ""
    processes: str = ""
    token_key: str = ""
    clock: str = ""

    @property
    def is_apart(self) -> bool:
        """Whether the services run as processes of their own, over databases and a broker."""
        return bool(self.database_url)

    @property
    def clock_file(self) -> Path:
        """Where a sandbox keeps how far its time was moved; all processes read the same."""
        return Path(self.clock) if self.clock else self.data / "clock.json"

    @property
    def token_key_file(self) -> Path:
        """The key that identity signs access tokens with."""
        return Path(self.token_key) if self.token_key else self.data / "identity" / "token.key"

    @property
    def mail_folder(self) -> Path:
        """Where mail is kept that no server takes."""
        return self.data / "mail"

    def reset_page(self, address: str = "") -> str:
        """The page for a new password: of a front end, or identity's own where the platform listens at ``address``."""
        known = self.public_url or address or f"http://{self.host}:{self.port}"
        return self.reset_url or f"{known.rstrip('/')}/identity/password/page"

    def database_of(self, service: str) -> str:
        """The address of a service's database. Raises SettingMissing, SettingUnreadable."""
        return _of_service("database_url", self.database_url, service)

    def keys_of(self, service: str) -> str:
        """The address of the database with a service's keys: beside that of its facts unless told otherwise."""
        if self.keys_url:
            return _of_service("keys_url", self.keys_url, service)
        parts = urlsplit(self.database_of(service))
        return urlunsplit(parts._replace(path=f"{parts.path}_keys"))

    def broker_of(self, service: str) -> str:
        """The address of the broker for a service. Raises SettingMissing, SettingUnreadable."""
        return _of_service("amqp_url", self.amqp_url, service)

    def needed(self, name: str, what: str) -> str:
        """A setting that a process cannot do without. Raises SettingMissing."""
        value = str(getattr(self, name))
        if not value:
            raise SettingMissing(name=f"AGORA_{name.upper()}", what=what)
        return value

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
        if self.is_apart:
            raise MasterKeyNotGiven()
        kept = self.data / "master.key"
        if not kept.exists() and any(self.data.glob("*/keys.db")):
            raise MasterKeyMissing(file=str(kept))
        return kept_secret(kept)

    def master_of(self, service: str) -> bytes:
        """The master key of a service that runs apart: each may have its own. Raises what ``master`` raises."""
        return replace(self, master_key=_of_service("master_key", self.master_key, service)).master()

    def derived_secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the master key: the same after every start, and of no use elsewhere."""
        return hmac.digest(self.master(), purpose.encode(), "sha256")


def read(**given: Any) -> Settings:
    """The settings of this process: what is given, else AGORA_* of the environment, else the defaults.

    Who gives a directory means it, whatever databases the environment names.
    Raises BadSetting for what cannot be understood, by the name of the option or variable that said it.
    """
    env, found = Env(prefix="AGORA_"), dict[str, Any]()
    for name in (field.name for field in fields(Settings)):
        told, said_by = given.get(name), f"--{name}"
        if told is None:
            told, said_by = _told(env, name), f"AGORA_{name.upper()}"
        if told is not None:
            found[name] = understood(name, str(told), said_by)
    if given.get("data") is not None:
        found.pop("database_url", None)
    return Settings(**found)


def _told(env: Env, name: str) -> str | None:
    """What the environment says, else the file that it names; one for each service is read when it is asked for.

    What is set to nothing says nothing: a variable gives way to its file, and a file is none.
    """
    told: str | None = env.str(name.upper(), None)
    path: str | None = env.str(f"{name.upper()}_FILE", None)
    if told or not path:
        return told
    return IN_FILE + path if "{service}" in path else _content(name, path)


def _of_service(name: str, told: str, service: str) -> str:
    if not told:
        raise SettingMissing(name=f"AGORA_{name.upper()}", what=service)
    if told.startswith(IN_FILE):
        return _content(name, told.removeprefix(IN_FILE).replace("{service}", service))
    return told.replace("{service}", service)


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeError) as cause:
        why = getattr(cause, "strerror", None) or "it is no text"
        raise SettingUnreadable(name=f"AGORA_{name.upper()}_FILE", path=path, why=why) from cause


def understood(name: str, told: str, said_by: str) -> Any:
    """The value of the setting of this name, from a text that ``said_by`` gave. Raises BadSetting."""
    if name not in UNDERSTANDING:
        return told
    understand, takes = UNDERSTANDING[name]
    try:
        return understand(told)
    except ValueError:
        raise BadSetting(name=said_by, given=_bare(told), takes=takes) from None


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
