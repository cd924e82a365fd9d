"""Where the services of a test keep what they have: in files, or in the databases of a server.

A test names a directory; ``stores_at`` gives the stores of that name, the same whenever it is asked again. Tests of the
rooms run in both (see ``tests/rooms/conftest.py``); all others keep files.
"""

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from services.kernel.files import Files
from services.kernel.flow.projection import Projection
from services.kernel.flow.views import Views
from services.kernel.store.keys import KeyRows
from services.kernel.store.recorder import Recorder
from services.kernel.store.stores import Leadership, Stores
from tests.support.servers.databases import Databases, Names


class Keeping(Protocol):
    """A way of keeping."""

    def stores_at(self, directory: Path) -> Stores:
        """The stores of this name."""

    def lying_at(self, directory: Path) -> dict[str, bytes]:
        """All that is stored there as it lies there, by the name of the file or table."""


Way = TypeVar("Way", bound=Keeping)


class InFiles:
    """Under the directory itself."""

    def stores_at(self, directory: Path) -> Stores:
        """``directory``/SERVICE/..."""
        return Files(directory)

    def lying_at(self, directory: Path) -> dict[str, bytes]:
        """Every file."""
        return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


class InDatabases:
    """In databases that are taken when a service is first opened."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._taken: dict[tuple[Path, str], Names] = {}

    def stores_at(self, directory: Path) -> Stores:
        """What stands for this directory."""
        return MadeWhenOpened(self, directory)

    def place(self, directory: Path, service: str) -> Names:
        """The addresses; the databases are there."""
        taken = self._taken
        if (directory, service) not in taken:
            taken[directory, service] = self._databases.take(service)
        return taken[directory, service]

    def lying_at(self, directory: Path) -> dict[str, bytes]:
        """Every table, and the files of the directory."""
        found = InFiles().lying_at(directory)
        for (taken, service), place in self._taken.items():
            if taken == directory:
                found |= self._databases.content(place, service)
        return found

    def taken(self) -> set[tuple[Path, str]]:
        """For which services of which directories databases were taken."""
        return set(self._taken)

    def give_back(self, but: Set[tuple[Path, str]] = frozenset()) -> None:
        """Give back what was taken, but for these."""
        for directory, service in self.taken() - but:
            self._databases.give_back(self._taken.pop((directory, service)), service)


class MadeWhenOpened:
    """``Stores`` whose databases are made when they are first opened."""

    is_shared = True

    def __init__(self, keeping: InDatabases, directory: Path) -> None:
        self._keeping, self._directory = keeping, directory

    def recorder(self, service: str) -> Recorder:
        """See Stores."""
        return self._servers(service).recorder(service)

    def key_rows(self, service: str) -> KeyRows:
        """See Stores."""
        return self._servers(service).key_rows(service)

    def views(self, service: str, projections: Iterable[Projection]) -> Views:
        """See Stores."""
        return Views.on_server(self._keeping.place(self._directory, service).database_of(service), projections)

    def leadership(self, service: str) -> Leadership:
        """See Stores."""
        return self._servers(service).leadership(service)

    def _servers(self, service: str) -> Stores:
        from services.kernel.store.postgres.servers import Servers

        return Servers(self._keeping.place(self._directory, service))


_IN_FILES = InFiles()
_keeping: list[Keeping] = [_IN_FILES]


def stores_at(directory: Path) -> Stores:
    """The stores that stand for a directory, in the way of keeping of this test."""
    return _keeping[-1].stores_at(directory)


def lying_at(directory: Path) -> dict[str, bytes]:
    """All that is stored there as it lies there, by the name of the file ("mall/facts.db") or table."""
    return _keeping[-1].lying_at(directory)


@contextmanager
def kept(keeping: Way) -> Iterator[Way]:
    """Keep in this way for as long as the block lasts."""
    _keeping.append(keeping)
    try:
        yield keeping
    finally:
        _keeping.pop()
