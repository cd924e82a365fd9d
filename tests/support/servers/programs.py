"""Where the servers' programs are, and which user they run as."""

import os
import pwd
import re
import shutil
from pathlib import Path

OLDEST_POSTGRES = 15
_ELSEWHERE = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/opt/homebrew/bin", "/usr/local/bin")


def postgres_programs() -> Path | None:
    """The directory of initdb and postgres, of the newest version that is installed and new enough."""
    places = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        places += Path("/").glob(pattern)
    whole = {place: _version(place) for place in places if _has(place, "postgres", "initdb")}
    fitting = {place: version for place, version in whole.items() if version >= OLDEST_POSTGRES}
    return max(fitting, key=lambda place: fitting[place], default=None)


def rabbitmq_programs() -> Path | None:
    """The directory of the scripts rabbitmq-server and rabbitmqctl: the real ones, not a distribution's wrappers."""
    found = [Path(one) for one in _which("rabbitmq-server")]
    places = [*Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"), *(one.resolve().parent for one in found)]
    return next((place for place in places if _has(place, "rabbitmq-server", "rabbitmqctl")), None)


def epmd_program() -> str | None:
    """Erlang's port mapper."""
    return next(iter(_which("epmd")), None)


def nginx_program() -> str | None:
    """nginx."""
    return next(iter(_which("nginx")), None)


def browser_program() -> str | None:
    """Chromium, by whatever name it goes."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") for found in _which(name)), None)


def unprivileged(name: str) -> str | None:
    """The user to run a server as: nobody else when we are nobody special, else this one or "nobody"."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError:
        return "nobody"


def _which(name: str) -> list[str]:
    path = os.pathsep.join((os.environ.get("PATH", ""), *_ELSEWHERE))
    found = shutil.which(name, path=path)
    return [found] if found else []


def _has(place: Path, *names: str) -> bool:
    return all(os.access(place / name, os.X_OK) for name in names)


def _version(place: Path) -> int:
    """From .../postgresql/15/bin or a like path; what has no number is taken for new."""
    number = re.search(r"(\d+)/bin$", str(place))
    return int(number[1]) if number else OLDEST_POSTGRES
