"""``agora backup`` and ``agora restore``: every store as files, and back."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.backing_up import Copied, back_up, begin, ensure_backup, finish
from services.backing_up import restore as restore_stores
from services.cli import options
from services.cli.options import DataOption
from services.cli.waiting import Waiting
from services.embedded import SERVICES, DirectoryLock
from services.kernel.files import Files
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import copy_keys
from services.kernel.store.stores import Stores
from services.settings import Settings, read
from services.speaking import console, table

FolderArgument = Annotated[
    Path, typer.Argument(help="The directory of the backup.", parser=options.directory, metavar="BACKUP")
]  # fmt: skip
KeysOption = Annotated[bool, typer.Option("--keys", help="The keys of persons instead of what happened.")]


def backup(into: FolderArgument, data: DataOption = None, keys: KeysOption = False) -> None:
    """Copy what ever happened into a new directory, one SQLite file a service, while the platform runs.

    It holds the facts, and what goes with them: no views (they are computed
    again) and no keys. 'agora audit --data BACKUP' proves it on any machine.

    With --keys it holds the keys of persons, wrapped by the master key, and
    nothing else. Keep the two apart, and old backups of keys no longer than
    forgetting may take: whoever has facts, keys and master key reads all.
    """
    settings = read(data=data)
    if keys:
        _back_up_keys(into, settings)
        return
    with Waiting() as waiting:
        show(back_up(into, partial(_at_rest, settings), waiting), f"Backup in {into}")


def restore(of: FolderArgument, data: DataOption = None, keys: KeysOption = False) -> None:
    """Fill an empty directory, or the empty databases of services that run apart, from a backup.

    Databases are made by 'agora migrate' first; no service may run yet. Then
    the keys are restored (--keys: what was forgotten there stays forgotten),
    then the services are started: they compute their views again. 'agora
    audit' afterwards prints the digest that the backup had.
    """
    settings = read(data=data)
    ensure_backup(of)
    with _stores(settings) as stores:
        if keys:
            _restore_keys(of, stores)
            return
        with Waiting() as waiting:
            show(restore_stores(of, stores.recorder, waiting), "Restored")
    console.print("Restore the keys next (--keys), then start the services, and run 'agora audit'.")


def show(found: list[Copied], title: str) -> None:
    """Print where each store ends."""
    rows = [[one.service, f"{one.facts:,}", f"{one.service}:{one.position}", one.link] for one in found]
    table(title, ["Service", "Facts", "Ends at", "Link of the chain"], rows, numbers=[1])


def _at_rest(settings: Settings, service: str) -> StoreAtRest:
    if not settings.is_apart:
        return FileAtRest(settings.data / service / "facts.db")
    from services.kernel.store.postgres.servers import Servers

    return Servers(settings).at_rest(service)


@contextmanager
def _stores(settings: Settings) -> Iterator[Stores]:
    """The stores to be filled; a directory is ours alone meanwhile."""
    if settings.is_apart:
        from services.kernel.store.postgres.servers import Servers

        yield Servers(settings)
        return
    with ExitStack() as held:
        held.callback(DirectoryLock(settings.data).close)
        yield Files(settings.data)


def _back_up_keys(into: Path, settings: Settings) -> None:
    beside = begin(into)
    with _key_sources(settings) as sources:
        counts = {service: _copy_keys(sources, beside, service) for service in SERVICES}
    finish(beside, into, {"keys": counts})
    table(f"Keys in {into}", ["Service", "Keys"], [[name, f"{count:,}"] for name, count in counts.items()], numbers=[1])


@contextmanager
def _key_sources(settings: Settings) -> Iterator[Stores]:
    """Keys are copied while the platform runs: each row is whole by itself."""
    if settings.is_apart:
        with _stores(settings) as stores:
            yield stores
    else:
        yield Files(settings.data)


def _copy_keys(sources: Stores, into: Path, service: str) -> int:
    with closing(sources.key_rows(service)) as source, closing(KeyFile(into / service / "keys.db")) as target:
        return copy_keys(source, target)


def _restore_keys(of: Path, stores: Stores) -> None:
    rows = []
    for service in SERVICES:
        with closing(KeyFile(of / service / "keys.db")) as source, closing(stores.key_rows(service)) as target:
            rows.append([service, f"{copy_keys(source, target):,}"])
    table("Keys put back", ["Service", "Keys"], rows, numbers=[1])
