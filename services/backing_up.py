"""Backups: every store of a platform as one SQLite file, while it runs. ``services.restoring`` is the way back.

    BACKUP/manifest.json          what it is, when, where each store ended, and the sha-256 of each file
    BACKUP/SERVICE/facts.db       what 'agora audit --data BACKUP' reads, on any machine, without keys
    BACKUP/SERVICE/keys.db        only in a backup of keys, which has nothing else: the two are kept apart
    BACKUP/clock.json             how far a sandbox's clock is ahead

All stores are read as they were at one moment, readers before those they read: so no reader knows more of another
than the copy of that other has, and the whole is a state that the platform could have stopped in.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from services.composition import SERVICES, blueprint_of
from services.kernel.flow.failures import is_passing
from services.kernel.refusals import Conflicting, Missing, Refusal, Unready
from services.kernel.store.at_rest import StoreAtRest, StoreUnreadable
from services.kernel.store.chain import BrokenChain
from services.kernel.store.copying import CopyDiffers, copy
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyRows, copy_keys
from services.kernel.store.sqlite import SQLiteRecorder

FORMAT = 1
MANIFEST, CLOCK = "manifest.json", "clock.json"
TRIES = 50
OnProgress = Callable[[str, int, int], None]
"""Told a service, how many of its facts were copied, and how many there are."""
Opens = Callable[[str], StoreAtRest]


class BackupExists(Conflicting):
    """There is something where the backup is to be."""

    sentence = "There is something in {path} already; name a new directory for each backup."


class StoreNotReadable(Missing):
    """A store that is to be copied cannot be opened."""

    sentence = "The store of {service} cannot be read ({why}); 'agora audit' says more. Nothing was backed up."


class NotBackedUp(Conflicting):
    """Something went wrong on the way, and what was copied by then is gone again."""

    sentence = (
        "The backup {path} could not be made ({why}), and nothing of it is there; see that the place can be written "
        "and has room and that the databases answer, and try again."
    )


class KeepsMoving(Unready):
    """Services hear one another faster than they can be looked at."""

    sentence = "{reader} has heard more of {source} than was there, {tries} times over; try again when less happens."


@dataclass(frozen=True, slots=True)
class Copied:
    """One store of a backup: how many facts, and the position and link of the latest."""

    service: str
    facts: int
    position: int
    link: str


def back_up(into: Path, opened: Opens, clock: Path, on_progress: OnProgress) -> list[Copied]:
    """Copy all stores, and how far the clock at ``clock`` is ahead. It appears under its name when it is whole.

    Raises BackupExists, StoreNotReadable, KeepsMoving, CopyDiffers, NotBackedUp.
    """
    with _new(into) as (folder, told):
        with ExitStack() as held:
            stores = _at_one_moment(held, opened)
            for service in SERVICES:
                _copy_into(folder / service / "facts.db", service, stores[service], on_progress)
        found = [described(folder, service) for service in SERVICES]
        told["services"] = {one.service: [one.position, one.link] for one in found}
        if clock.exists():
            shutil.copyfile(clock, folder / CLOCK)
    return found


def back_up_keys(into: Path, rows_of: Callable[[str], KeyRows]) -> dict[str, int]:
    """Copy the keys of all services; how many each has. Raises BackupExists, NotBackedUp, KeysMissing."""
    with _new(into) as (folder, told):
        for service in SERVICES:
            path = folder / service / "keys.db"
            with closing(rows_of(service)) as source, closing(KeyFile(path)) as target:
                told.setdefault("keys", {})[service] = copy_keys(source, target)
            _finished(path)
    counts: dict[str, int] = told["keys"]
    return counts


def in_reading_order() -> list[str]:
    """Every service before those it hears; where two hear one another, in the order of SERVICES."""
    left, found = list(SERVICES), list[str]()
    while left:
        free = [one for one in left if not any(one in blueprint_of(other).hears for other in left if other != one)]
        following = (free or left)[0]
        left.remove(following)
        found.append(following)
    return found


def described(folder: Path, service: str) -> Copied:
    """Where a store of a backup ends."""
    with FileAtRest(folder / service / "facts.db") as store:
        position, link = store.head()
        return Copied(service, store.count(), position, link.hex())


def digest_of(path: Path) -> str:
    """Sha-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def of_surroundings(failure: Exception) -> str | None:
    """What a disk or a database has done, in its own words; None when the failure is none of theirs."""
    if isinstance(failure, Refusal):
        return None
    if isinstance(failure, OSError | sqlite3.Error | StoreUnreadable) or is_passing(failure):
        return str(getattr(failure, "strerror", None) or failure).strip().partition("\n")[0] or type(failure).__name__
    return None


@contextmanager
def _new(into: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A directory beside, which becomes the backup once it is whole, and what its manifest will say."""
    into, told = into.resolve(), dict[str, Any]()
    folder = into.parent / f".{into.name}.{os.getpid()}.partial"
    try:
        if into.exists() and (not into.is_dir() or any(into.iterdir())):
            raise BackupExists(path=str(into))
        folder.mkdir(parents=True)
        yield folder, told
        _write_manifest(folder, told)
        folder.rename(into)  # an empty directory makes room
    except Exception as failure:
        if why := of_surroundings(failure):
            raise NotBackedUp(path=str(into), why=why) from failure
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_manifest(folder: Path, told: dict[str, Any]) -> None:
    files = {str(path.relative_to(folder)): digest_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    manifest = {"format": FORMAT, "at": datetime.now(UTC).isoformat(), **told, "files": files}
    with (folder / MANIFEST).open("w") as file:
        file.write(json.dumps(manifest, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _at_one_moment(held: ExitStack, opened: Opens) -> dict[str, StoreAtRest]:
    """All stores, as of moments close to one another: opening one takes its time, looking at it does not. Where
    services hear one another, none can be looked at after both; so all are, until none is ahead of another."""
    stores: dict[str, StoreAtRest] = {}
    for service in in_reading_order():
        with _readable(service):
            stores[service] = held.enter_context(opened(service))
    for _ in range(TRIES):
        for service, store in stores.items():
            with _readable(service):
                store.look()
        ahead = _readers_ahead(stores)
        if not ahead:
            return stores
    reader, source = ahead[0]
    raise KeepsMoving(reader=reader, source=source, tries=TRIES)


@contextmanager
def _readable(service: str) -> Iterator[None]:
    try:
        yield
    except StoreUnreadable as failure:
        raise StoreNotReadable(service=service, why=str(failure)) from failure


def _readers_ahead(stores: dict[str, StoreAtRest]) -> list[tuple[str, str]]:
    heads = {service: store.position() for service, store in stores.items()}
    return [
        (reader, source)
        for reader, store in stores.items()
        for source, position in store.trackings().items()
        if source in heads and position > heads[source]
    ]


def _copy_into(path: Path, service: str, source: StoreAtRest, on_progress: OnProgress) -> None:
    total = source.count()
    with closing(SQLiteRecorder(path)) as target:
        try:
            copy(service, source, target, lambda done: on_progress(service, done, total))
        except BrokenChain as broken:
            if of_surroundings(broken):
                raise
            raise CopyDiffers(service=service) from broken
    _finished(path)


def _finished(path: Path) -> None:
    """One file, that can be read where nothing can be written."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
