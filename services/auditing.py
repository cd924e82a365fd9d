"""The audit of a whole directory: every service's store, with the invariants that it brings itself."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from services.embedded import SERVICES, blueprint_of
from services.kernel.clock import SandboxClock
from services.kernel.refusals import Missing
from services.kernel.store.at_rest import position_of
from services.kernel.store.audit import Finding, OnProgress, StoreReport, Subject, audit_store


class NoStores(Missing):
    """Nothing was ever stored there."""

    sentence = "There is no platform in {directory}; name its directory with --data, or start one with 'agora up'."


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Every store of a directory, in the order of the services."""

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
    subjects = [_subject(directory, name) for name in SERVICES]
    # Read when a store has been read that refers to it, so never from before: logs only grow.
    return audit_stores(subjects, SandboxClock(directory / "clock.json").now, on_progress)


def audit_stores(
    subjects: Sequence[Subject],
    now: Callable[[], datetime],
    on_progress: OnProgress = lambda _service, _done, _total: None,
) -> AuditReport:
    """Audit these stores, which may refer to one another."""
    paths = {subject.service: subject.path for subject in subjects}

    def head_of(source: str) -> int | None:
        return position_of(paths[source]) if source in paths else None

    return AuditReport([audit_store(subject, head_of, now(), on_progress) for subject in subjects])


def _subject(directory: Path, name: str) -> Subject:
    own = importlib.import_module(f"services.{name}.invariants").invariants
    return Subject(service=name, path=directory / name / "facts.db", due=blueprint_of(name).due, invariants=own)
