"""Rules of how Agora is delivered: each takes the Compose file or the Dockerfile and lists what offends."""

import re
from collections.abc import Sequence

from services.cli import calling, serving, working
from services.composition import SERVICES
from tests.support.compose.file import ComposeFile, Container

PORTS = {"serve": serving.SERVE_PORT, "work": working.WORK_PORT, "rpc": calling.RPC_PORT}
"""Where a process is listening when nobody says otherwise: the file does not, and counts on it."""
OF_ALL = frozenset({"secrets", "migrate", "console"})
"""Those that deal with all services, and end."""
TRUE_CHECKS = {
    "postgres": ("pg_isready", "--host=127.0.0.1"),  # a socket is open before the server is
    "rabbitmq": ("check_port_listener", "5672"),  # its ping answers before anybody can connect
    "payments": ("http://127.0.0.1:9000/healthz",),
    "entrance": ("http://127.0.0.1:8000/healthz",),
    "nginx": ("127.0.0.1/8080", "GET /healthz", '" 200 "'),
}
"""What a health check has to ask so that its answer is true."""
ADMINISTER = frozenset({"secrets", "migrate", "console", "postgres", "rabbitmq"})
OF_ONE = {"provider": "mall", "mail": "identity"}
"""Whose service alone has the secrets that somebody else has made."""
LAST_STAGE = re.compile(r"^FROM ", re.MULTILINE)


def names_of_processes() -> set[str]:
    """The processes that every service has."""
    return {f"{service}-{what}" for service in SERVICES for what in PORTS}


def missing_processes(file: ComposeFile) -> list[str]:
    """Processes that are not there, or are there with another command."""
    expected = {f"{service}-{what}": [what, service] for service in SERVICES for what in PORTS}
    return [
        name
        for name, words in expected.items()
        if name not in file.containers or file.containers[name].command != words
    ]


def unnamed_processes(file: ComposeFile) -> list[str]:
    """Addresses that the entrance asks too many or too few."""
    expected = {f"http://{service}-{what}:{port}" for service in SERVICES for what, port in PORTS.items()}
    named = file.containers["entrance"].environment["AGORA_PROCESSES"].split()
    return sorted(expected ^ set(named)) + [one for one in set(named) if named.count(one) > 1]


def unguarded(file: ComposeFile) -> list[str]:
    """Containers of Agora's image that could do more than they need, and what they could."""
    guards = {
        "read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "tmpfs": ["/tmp"],
        "init": True, "privileged": None, "cap_add": None, "user": None, "devices": None, "network_mode": None,
        "pid": None, "ports": None,
    }  # fmt: skip
    return [
        f"{one.name}: {guard}"
        for one in file.containers.values()
        for guard, value in guards.items()
        if one.is_ours and one.said.get(guard) != value
    ]


def unwatched(file: ComposeFile) -> list[str]:
    """What stays without a restart or a health check, or with one that asks another port or not enough."""
    found = [one.name for one in file.containers.values() if one.stays and not one.health]
    found += [name for name, asked in TRUE_CHECKS.items() if not _asks(file.containers[name], asked)]
    found += [name for name in (*names_of_processes(), "entrance") if not file.containers[name].stays]
    for name in names_of_processes() & file.containers.keys():
        port = PORTS[name.rpartition("-")[2]]
        if not _asks(file.containers[name], (f"http://127.0.0.1:{port}/readyz",)):
            found.append(name)
    return found


def _asks(container: Container, asked: Sequence[str]) -> bool:
    return all(one in " ".join(container.health) for one in asked)


def hasty(file: ComposeFile) -> list[str]:
    """Who does not wait: until what stays is healthy, what ends has ended well, and the databases are migrated."""
    found = [
        f"{one.name}: {needed}"
        for one in file.containers.values()
        for needed in one.said.get("depends_on", {})
        if not _waits(file, one, needed)
    ]
    processes = [file.containers[name] for name in sorted(names_of_processes()) if name in file.containers]
    return found + [f"{one.name}: migrate" for one in processes if "migrate" not in one.said.get("depends_on", {})]


def _waits(file: ComposeFile, container: Container, needed: str) -> bool:
    """A bare list of names waits until each has begun, which is nothing."""
    if not isinstance(container.said["depends_on"], dict):
        return False
    other = file.containers[needed]
    right = "service_healthy" if other.stays else "service_completed_successfully"
    return container.needs[needed] == right and bool(other.health or not other.stays)


def floating(file: ComposeFile) -> list[str]:
    """Images whose tag may be something else tomorrow."""
    return [one.image for one in file.containers.values() if is_floating(one.image)]


def is_floating(image: str) -> bool:
    """Without a version, or with one that moves."""
    _, _, tag = image.rpartition("/")[2].partition(":")
    return not re.match(r"\d+\.\d+(\.\d+)?([.-]|$)", tag)


def misplaced_secrets(file: ComposeFile) -> list[str]:
    """Secrets where they do not belong, or that can be written by others than who makes them."""
    return [
        f"{one.name}: {mount.source}"
        for one in file.containers.values()
        for mount in one.mounts
        if mount.source.startswith("secrets-")
        if not _may_have(one, mount.source.removeprefix("secrets-")) or mount.is_readonly == (one.name == "secrets")
    ]


def _may_have(container: Container, whose: str) -> bool:
    if whose == "admin":
        return container.name in ADMINISTER
    if whose in OF_ONE:
        return container.name.startswith(f"{OF_ONE[whose]}-")
    if whose == "payments":
        return container.name in ("secrets", "payments") or container.name.startswith("mall-")
    return container.name in OF_ALL or container.name.startswith(f"{whose}-")


def open_to_others(file: ComposeFile) -> list[str]:
    """Ports that somebody outside of this machine reaches without being asked for."""
    ports = [str(port) for one in file.containers.values() for port in one.said.get("ports", [])]
    return [port for port in ports if not port.startswith("127.0.0.1:")]


def careless(dockerfile: str) -> list[str]:
    """What a Dockerfile lets slip: one stage, a moving image, packages without hashes, root at the end."""
    stages = dockerfile.splitlines()
    froms = [line.split()[1] for line in stages if line.startswith("FROM ")]
    last = dockerfile[[found.start() for found in LAST_STAGE.finditer(dockerfile)][-1] :]
    users = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    rules = {
        "one stage": len(froms) > 1,
        "an image without a version": not any(map(is_floating, froms)),
        "packages without hashes": _are_hashed(dockerfile),
        "packages that are fetched in the last stage": "pip install" not in last and "apt-get" not in last,
        "root": bool(users) and users[-1] not in ("root", "0"),
        "files of somebody else": not re.search(r"^(ADD|COPY --chown=root)|https?://", last, re.MULTILINE),
    }
    return [rule for rule, is_kept in rules.items() if not is_kept]


def _are_hashed(dockerfile: str) -> bool:
    """Every installation of packages by name; what was built here has none."""
    installs: Sequence[str] = re.findall(r"pip install [^\\\n&]*", dockerfile)
    return all("--require-hashes" in one or "--no-deps wheels/" in one for one in installs)
