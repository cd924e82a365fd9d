"""``agora backup`` and ``agora restore``: every store as files, and back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from services.auditing import ensure_stores
from services.backing_up import CLOCK, Copied, back_up, back_up_keys
from services.cli import options
from services.cli.options import DataOption
from services.cli.waiting import Waiting
from services.composition import SERVICES
from services.embedded import DirectoryLock
from services.kernel.files import Files
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.file_at_rest import FileAtRest
from services.kernel.store.key_files import KeyFile
from services.kernel.store.keys import KeyRows, KeysMissing
from services.restoring import Fills, filled_databases, filled_directory, restore_keys
from services.restoring import restore as restore_stores
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
    nothing else: make it after the other, so that nobody's key is missing.
    Keep the two apart, and old backups of keys no longer than forgetting
    may take: whoever has facts, keys and master key reads all.
    """
    settings = read(data=data)
    if keys:
        counts = back_up_keys(into, _keys_of(settings))
        _show_keys(counts, "Keys")
        _say_where(into)
        return
    opened, clock = _stores_of(settings)
    with Waiting() as waiting:
        found = back_up(into, opened, clock, waiting)
    _show(found, "Backup")
    _say_where(into)


def restore(of: FolderArgument, data: DataOption = None, keys: KeysOption = False) -> None:
    """Fill an empty directory, or the empty databases of services that run apart, from a backup.

    Databases are made by 'agora migrate' first; no service may run yet. Then
    the keys are restored (--keys: what was forgotten there stays forgotten),
    then the services are started: they compute their views again. 'agora
    audit' afterwards prints the digest that the backup had.
    """
    settings = read(data=data)
    if keys:
        with _keys_to_fill(settings) as rows_of:
            _show_keys(restore_keys(of, rows_of), "Keys put back")
        return
    with _to_fill(settings) as (filled, clock), Waiting() as waiting:
        found = restore_stores(of, filled, clock, waiting)
    _show(found, "Restored")
    console.print("Restore the keys next (--keys), then start the services, and run 'agora audit'.")


def _show(found: list[Copied], title: str) -> None:
    rows = [[one.service, f"{one.facts:,}", f"{one.service}:{one.position}", one.link] for one in found]
    table(title, ["Service", "Facts", "Ends at", "Link of the chain"], rows, numbers=[1])


def _say_where(into: Path) -> None:
    console.print(f"It is in {escape(str(into))}.", soft_wrap=True)


def _show_keys(counts: dict[str, int], title: str) -> None:
    table(title, ["Service", "Keys"], [[name, f"{count:,}"] for name, count in counts.items()], numbers=[1])


def _stores_of(settings: Settings) -> tuple[Callable[[str], StoreAtRest], Path]:
    """What is to be copied: it is only read, whoever writes meanwhile. Raises NoStores, DatabaseNotReachable."""
    if not settings.is_apart:
        ensure_stores(settings.data)
        return partial(_file_at_rest, settings.data), settings.data / CLOCK
    from services.kernel.store.postgres.servers import Servers  # who has no PostgreSQL loads no driver for it

    servers = Servers(settings)
    servers.ensure_any(SERVICES)
    return servers.at_rest, settings.clock_file


def _file_at_rest(directory: Path, service: str) -> StoreAtRest:
    return FileAtRest(directory / service / "facts.db")


def _keys_of(settings: Settings) -> Callable[[str], KeyRows]:
    """Keys are copied while the platform runs: each row is whole by itself. Raises NoStores."""
    if not settings.is_apart:
        ensure_stores(settings.data)
        return partial(_key_file, settings.data)
    from services.kernel.store.postgres.servers import Servers

    return Servers(settings).key_rows


def _key_file(directory: Path, service: str) -> KeyRows:
    """Raises KeysMissing: none are made in passing."""
    path = directory / service / "keys.db"
    if not path.exists():
        raise KeysMissing(file=str(path))
    return KeyFile(path, readonly=True)


@contextmanager
def _to_fill(settings: Settings) -> Iterator[tuple[Fills, Path]]:
    if settings.is_apart:
        from services.kernel.store.postgres.servers import Servers

        with filled_databases(Servers(settings), settings.clock_file) as filled:
            yield filled
    else:
        with filled_directory(settings.data) as filled:
            yield filled


@contextmanager
def _keys_to_fill(settings: Settings) -> Iterator[Callable[[str], KeyRows]]:
    """A directory is ours alone meanwhile."""
    if settings.is_apart:
        from services.kernel.store.postgres.servers import Servers

        yield Servers(settings).key_rows
        return
    with ExitStack() as held:
        held.callback(DirectoryLock(settings.data).close)
        yield Files(settings.data).key_rows
