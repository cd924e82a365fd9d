"""Restoring: empty stores filled from a backup that is proved first, and keys put back where they are missing.

A backup in which one byte has changed is refused before anything is filled, and so is a place with anything in it.
A directory is filled aside, so that all of it is there or nothing; databases are filled where they are.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from services.backing_up import (
    CLOCK,
    FORMAT,
    MANIFEST,
    Copied,
    OnProgress,
    described,
    digest_of,
    in_reading_order,
    of_surroundings,
)
from services.composition import SERVICES
from services.embedded import DirectoryLock
from services.kernel.files import Files
from services.kernel.refusals import Conflicting, Missing, Refusal
from services.kernel.store.copying import copy, ensure_empty
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyRows, copy_keys
from services.kernel.store.recorder import Recorder
from services.kernel.store.stores import Stores

FACTS, KEYS = "services", "keys"
HOLDS = {FACTS: "what happened", KEYS: "keys"}
Fills = Callable[[str], Recorder]


class NoBackup(Missing):
    """There is no backup to restore."""

    sentence = "There is no backup in {path}: its manifest.json is missing or cannot be read; name another directory."


class OtherBackup(Conflicting):
    """It is a backup of keys where one of facts is wanted, or the other way round."""

    sentence = "The backup {path} holds {found}, and not {wanted}: --keys is for backups that were made with --keys."


class BackupDamaged(Conflicting):
    """A file of a backup is not as it was written."""

    sentence = "{file} is not what the backup was made of ({why}); nothing was restored. Take another backup."


class NotRestored(Conflicting):
    """A directory cannot be filled, and is as it was before."""

    sentence = "Nothing was restored into {place} ({why}); see that it can be written and has room, and try again."


class HalfRestored(Conflicting):
    """Something went wrong while databases were filled, which is not undone."""

    sentence = (
        "The databases are filled in part ({why}). That is of no use: drop them, make them anew with 'agora migrate', "
        "and restore once more."
    )


class KeysNotRestored(Conflicting):
    """Some keys may have been put back, which does no harm."""

    sentence = "Not all keys could be put back ({why}); mend that and try again: what is there stays as it is."


class ClockNotKept(Conflicting):
    """The backup is of a sandbox whose time was moved, and that cannot be written down."""

    sentence = "The backup's clock is ahead, and {path} cannot be written ({why}); make it writable and try again."


def manifest_of(of: Path, wanted: str) -> dict[str, Any]:
    """What a backup of FACTS or KEYS says of itself, its files being what it was made of.

    Raises NoBackup, OtherBackup, BackupDamaged.
    """
    try:
        told = json.loads((of / MANIFEST).read_text())
        files: dict[str, str] = told["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise NoBackup(path=str(of)) from None
    if told.get("format") != FORMAT:
        raise NoBackup(path=str(of))
    if wanted not in told:
        other = next(what for what in HOLDS if what != wanted)
        raise OtherBackup(path=str(of), found=HOLDS[other], wanted=HOLDS[wanted])
    needed = {f"{service}/{'facts' if wanted == FACTS else 'keys'}.db" for service in SERVICES}
    for name in sorted(needed | files.keys()):
        _prove(of / name, files.get(name))
    found: dict[str, Any] = told
    return found


def restore(of: Path, filled: Fills, clock: Path, on_progress: OnProgress) -> list[Copied]:
    """Fill empty stores from a backup, those who are read first; time goes on from where the backup's was.

    Raises NotEmpty, ClockNotKept, CopyDiffers, and what ``manifest_of`` raises.
    """
    told = manifest_of(of, FACTS)
    found = [_as_told(of, service, told) for service in SERVICES]
    for service in SERVICES:
        with closing(filled(service)) as target:
            ensure_empty(service, target)
    restore_clock(of, clock)
    for service in reversed(in_reading_order()):
        with closing(filled(service)) as target:
            _copy(of, service, target, on_progress)
    return found


def restore_keys(of: Path, rows_of: Callable[[str], KeyRows]) -> dict[str, int]:
    """Put back keys that are missing; how many for each service. Repeating it does no harm.

    Raises KeysNotRestored, and what ``manifest_of`` raises.
    """
    manifest_of(of, KEYS)
    with _saying(lambda why: KeysNotRestored(why=why)):
        return {service: _put_back(of / service / "keys.db", rows_of(service)) for service in SERVICES}


def restore_clock(of: Path, clock: Path) -> None:
    """Let the clock be at least as far ahead as that of a directory. Raises ClockNotKept."""
    fresh = clock.with_suffix(".new")
    try:
        if _ahead(of / CLOCK) <= _ahead(clock):
            return
        clock.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text((of / CLOCK).read_text())
        os.replace(fresh, clock)
    except OSError as cause:
        raise ClockNotKept(path=str(clock), why=cause.strerror) from cause


@contextmanager
def filled_directory(directory: Path) -> Iterator[tuple[Fills, Path]]:
    """The stores and the clock of a directory, which is ours alone meanwhile: made beside, put in place at the end.

    Raises DirectoryInUse, DirectoryNotUsable, NotEmpty, NotRestored.
    """
    beside = directory / ".restored"
    with closing(DirectoryLock(directory)), _saying(lambda why: NotRestored(place=str(directory), why=why)):
        for service in SERVICES:
            _refuse_filled(directory, service)
        try:
            yield Files(beside).recorder, beside / CLOCK
            for service in SERVICES:
                _put_in_place(beside / service, directory / service)
            restore_clock(beside, directory / CLOCK)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def filled_databases(stores: Stores, clock: Path) -> Iterator[tuple[Fills, Path]]:
    """The stores in databases, and the clock that all processes share. Raises HalfRestored."""
    with _saying(lambda why: HalfRestored(why=why)):
        yield stores.recorder, clock


def _put_in_place(made: Path, service: Path) -> None:
    """Its views are computed again."""
    service.mkdir(exist_ok=True)
    for left in service.glob("views.db*"):
        left.unlink()
    os.replace(made / "facts.db", service / "facts.db")


def _refuse_filled(directory: Path, service: str) -> None:
    """A platform that nothing ever happened on may be filled; opening it takes in what its last process left beside."""
    if (directory / service / "facts.db").exists():
        with closing(Files(directory).recorder(service)) as there:
            ensure_empty(service, there)


def _prove(path: Path, digest: str | None) -> None:
    try:
        found = digest_of(path)
    except OSError as cause:
        raise BackupDamaged(file=str(path), why=cause.strerror) from cause
    if found != digest:
        raise BackupDamaged(file=str(path), why="its bytes are others")


def _as_told(of: Path, service: str, told: dict[str, Any]) -> Copied:
    found = described(of, service)
    if told[FACTS].get(service) != [found.position, found.link]:
        raise BackupDamaged(file=str(of / MANIFEST), why=f"{service} does not end where it says")
    return found


def _copy(of: Path, service: str, target: Recorder, on_progress: OnProgress) -> None:
    with FileAtRest(of / service / "facts.db") as source:
        total = source.count()
        copy(service, source, target, lambda done: on_progress(service, done, total))


def _put_back(of: Path, rows: KeyRows) -> int:
    with closing(KeyFile(of, readonly=True)) as source, closing(rows) as target:
        return copy_keys(source, target)


@contextmanager
def _saying(refusal: Callable[[str], Refusal]) -> Iterator[None]:
    """What a disk or a database does is said as this refusal."""
    try:
        yield
    except Exception as failure:
        if why := of_surroundings(failure):
            raise refusal(why) from failure
        raise


def _ahead(clock: Path) -> float:
    with suppress(FileNotFoundError):
        return float(json.loads(clock.read_text())["ahead_seconds"])
    return 0.0
