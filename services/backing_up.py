"""Backups: every store of a platform as one SQLite file, while the platform runs, and the way back.

    BACKUP/manifest.json          when, and where each store ended
    BACKUP/SERVICE/facts.db       what 'agora audit --data BACKUP' reads, on any machine, without keys
    BACKUP/SERVICE/keys.db        only with ``keys``, and then nothing else: these are kept apart

Each store is copied as it was at one moment, readers before those they read: so no reader knows more of another
than the copy of that other has, and the whole is a state that the platform could have stopped in.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.embedded import SERVICES, blueprint_of
from services.kernel.refusals import Conflicting, Missing
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.copying import copy
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.recorder import Recorder
from services.kernel.store.sqlite import SQLiteRecorder

FORMAT = 1
TRIES = 5
OnProgress = Callable[[str, int, int], None]
"""Told a service, how many of its facts were copied, and how many there are."""
Opens = Callable[[str], StoreAtRest]
Fills = Callable[[str], Recorder]


class BackupExists(Conflicting):
    """There is something where the backup is to be."""

    sentence = "There is something in {path} already; name a new directory for each backup."


class NoBackup(Missing):
    """There is no backup to restore."""

    sentence = "There is no backup in {path}: its manifest.json is missing or cannot be read; name another directory."


class KeepsMoving(Conflicting):
    """Services hear one another faster than they can be copied."""

    sentence = "{reader} has heard more of {source} than was copied, {tries} times over; try again when less happens."


@dataclass(frozen=True, slots=True)
class Copied:
    """One store of a backup: how many facts, and the position and link of the latest."""

    service: str
    facts: int
    position: int
    link: str


def back_up(into: Path, opened: Opens, on_progress: OnProgress) -> list[Copied]:
    """Copy all stores. It appears under its name when it is whole. Raises BackupExists, KeepsMoving, CopyDiffers."""
    partial = begin(into)
    for service in in_reading_order():
        _copy_into(partial, service, opened, on_progress)
    _catch_up(partial, opened, on_progress)
    found = [_described(partial, service) for service in SERVICES]
    finish(partial, into, {"services": {one.service: [one.position, one.link] for one in found}})
    return found


def restore(of: Path, filled: Fills, on_progress: OnProgress) -> list[Copied]:
    """Fill empty stores from a backup, those who are read first. Raises NoBackup, NotEmpty, CopyDiffers."""
    ensure_backup(of)
    for service in reversed(in_reading_order()):
        with FileAtRest(of / service / "facts.db") as source, closing(filled(service)) as target:
            _copy(service, source, target, on_progress)
    return [_described(of, service) for service in SERVICES]


def in_reading_order() -> list[str]:
    """Every service before those it hears; where two hear one another, in the order of SERVICES."""
    left, found = list(SERVICES), list[str]()
    while left:
        free = [one for one in left if not any(one in blueprint_of(other).hears for other in left if other != one)]
        following = (free or left)[0]
        left.remove(following)
        found.append(following)
    return found


def begin(into: Path) -> Path:
    """A directory beside, which becomes the backup once it is whole. Raises BackupExists."""
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise BackupExists(path=str(into))
    partial = into.with_name(f".{into.name}.{os.getpid()}.partial")
    partial.mkdir(parents=True)
    return partial


def finish(partial: Path, into: Path, told: dict[str, Any]) -> None:
    """Write what it is, and give it its name."""
    manifest = {"format": FORMAT, "at": datetime.now(UTC).isoformat(), **told}
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    if into.exists():
        into.rmdir()
    partial.rename(into)


def ensure_backup(of: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises NoBackup."""
    try:
        told: dict[str, Any] = json.loads((of / "manifest.json").read_text())
    except (OSError, ValueError):
        raise NoBackup(path=str(of)) from None
    if told.get("format") != FORMAT:
        raise NoBackup(path=str(of))
    return told


def _copy_into(partial: Path, service: str, opened: Opens, on_progress: OnProgress) -> None:
    folder = partial / service
    for left in folder.glob("facts.db*"):
        left.unlink()
    with opened(service) as source, closing(SQLiteRecorder(folder / "facts.db")) as target:
        _copy(service, source, target, on_progress)


def _copy(service: str, source: StoreAtRest, target: Recorder, on_progress: OnProgress) -> None:
    total = source.count()
    copy(service, source, target, lambda done: on_progress(service, done, total))


def _catch_up(partial: Path, opened: Opens, on_progress: OnProgress) -> None:
    """Where services hear one another, none can be copied after both: copy those again that a reader is ahead of."""
    for _ in range(TRIES):
        ahead = _readers_ahead(partial)
        if not ahead:
            return
        for _, source in ahead:
            _copy_into(partial, source, opened, on_progress)
    reader, source = ahead[0]
    raise KeepsMoving(reader=reader, source=source, tries=TRIES)


def _readers_ahead(partial: Path) -> Sequence[tuple[str, str]]:
    heads, tracked = dict[str, int](), dict[str, dict[str, int]]()
    for service in SERVICES:
        with FileAtRest(partial / service / "facts.db") as store:
            heads[service], tracked[service] = store.position(), store.trackings()
    return [
        (reader, source)
        for reader, sources in tracked.items()
        for source, position in sources.items()
        if source in heads and position > heads[source]
    ]


def _described(folder: Path, service: str) -> Copied:
    with FileAtRest(folder / service / "facts.db") as store:
        position, link = store.head()
        return Copied(service, store.count(), position, link.hex())
