"""The audit of a whole platform: every service's store, with the invariants that it brings itself."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from services.composition import SERVICES, blueprint_of
from services.kernel import garbage
from services.kernel.clock import SandboxClock
from services.kernel.refusals import Missing
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.audit import Finding, OnProgress, StoreReport, Subject, audit_store
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.forgotten_rules import OpensKeys
from services.kernel.store.key_files import KeyFile
from services.settings import Settings


class NoStores(Missing):
    """Nothing was ever stored there."""

    sentence = "There is no platform in {directory}; name its directory with --data, or start one with 'agora up'."


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Every store of a platform, in the order of the services."""

    stores: list[StoreReport]

    @property
    def findings(self) -> list[Finding]:
        """What is wrong; empty when all is well."""
        return [finding for store in self.stores for finding in store.findings]

    @property
    def digest(self) -> str | None:
        """One digest of all services; None when one has none."""
        digests = [store.digest for store in self.stores]
        if None in digests:
            return None
        return sha256("".join(f"{one.service}={one.digest};" for one in self.stores).encode()).hexdigest()


def ensure_stores(directory: Path) -> None:
    """Raises NoStores when nothing was ever stored there."""
    if not any((directory / name / "facts.db").exists() for name in SERVICES):
        raise NoStores(directory=str(directory))


def audit_directory(directory: Path, on_progress: OnProgress = lambda _service, _done, _total: None) -> AuditReport:
    """Audit the stores of all services; takes no lock, needs no key, and the platform may be running.

    Raises NoStores when there is none at all; one that is gone while others are there is a finding.
    """
    ensure_stores(directory)
    subjects = [_file(name, directory / name / "facts.db") for name in SERVICES]
    return audit_stores(subjects, SandboxClock(directory / "clock.json").now, on_progress)


def audit_servers(settings: Settings, on_progress: OnProgress = lambda _service, _done, _total: None) -> AuditReport:
    """Audit the stores of all services in their databases; the platform may be running.

    Raises DatabaseNotReachable or NotMigrated when there is none at all; one that is gone is a finding.
    """
    from services.kernel.store.postgres.servers import Servers  # who has no PostgreSQL loads no driver for it

    servers = Servers(settings)
    servers.ensure_any(SERVICES)
    subjects = [
        _subject(name, f"the database of {name}", partial(servers.at_rest, name), partial(servers.key_rows, name))
        for name in SERVICES
    ]
    return audit_stores(subjects, SandboxClock(settings.clock_file).now, on_progress)


def audit_stores(
    subjects: Sequence[Subject],
    now: Callable[[], datetime],
    on_progress: OnProgress = lambda _service, _done, _total: None,
) -> AuditReport:
    """Audit these stores, which may refer to one another."""
    stores = {subject.service: subject.open for subject in subjects}

    def head_of(source: str) -> int | None:
        """As of now, when a store was read that refers to it: never from before, since logs only grow."""
        if source not in stores:
            return None
        with stores[source]() as store:
            return store.position()

    garbage.look_seldom()
    return AuditReport([audit_store(subject, head_of, now(), on_progress) for subject in subjects])


def _file(name: str, path: Path) -> Subject:
    return _subject(name, str(path), partial(FileAtRest, path), partial(_keys_beside, path))


def _keys_beside(path: Path) -> KeyFile | None:
    """The keys of a directory; a backup has none."""
    keys = path.with_name("keys.db")
    return KeyFile(keys, readonly=True) if keys.exists() else None


def _subject(name: str, where: str, opened: Callable[[], StoreAtRest], keys: OpensKeys) -> Subject:
    own = importlib.import_module(f"services.{name}.invariants").invariants
    return Subject(service=name, where=where, open=opened, due=blueprint_of(name).due, invariants=own, keys=keys)
