"""The store of a mall, opened in this process: its facts, its views, and nobody who works for it.

It lies on a server, or in the files of a directory.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from _showing import doing
from sqlalchemy.dialects.postgresql import insert

from services.apart.opening import open_in
from services.composition import SERVICES, blueprint_of
from services.kernel import garbage, logs
from services.kernel.blueprint import Surroundings
from services.kernel.clock import Clock
from services.kernel.files import Files
from services.kernel.service import Service
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.file_at_rest import FileAtRest
from services.known.groups import MEMBER, OWNER, roles
from services.settings import Settings
from tests.support.own_databases import OwnDatabases
from tests.support.servers.postgres import PostgresServer

NAME = "mall"


@dataclass(frozen=True, slots=True)
class MallStore:
    """The service, and the databases that it has for itself."""

    service: Service
    databases: OwnDatabases

    @property
    def facts(self) -> int:
        """How many there are."""
        return self.service.recorder.position()

    def at_rest(self) -> StoreAtRest:
        """The facts, as they lie there."""
        return self.databases.stores().at_rest(NAME)

    def show(self) -> None:
        """Bring the views to the end of the log."""
        make_views(self.service)

    def know_owner(self, group_id: UUID, person_id: UUID) -> None:
        """Let the mall have heard from the groups who owns one."""
        told = {"group_id": str(group_id), "person_id": str(person_id)}
        with self.service.views.writing() as connection:
            connection.execute(insert(roles), [{**told, "role": role} for role in (MEMBER, OWNER)])

    def rest(self) -> None:
        """What a server does now and then in its own time is done now, and will not be done meanwhile."""
        with doing("vacuum"), self.databases.superuser(NAME) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


@dataclass(frozen=True, slots=True)
class MallFiles:
    """The service, and the directory of the platform that it belongs to."""

    service: Service
    directory: Path

    @property
    def facts(self) -> int:
        """How many there are."""
        return self.service.recorder.position()

    def at_rest(self) -> StoreAtRest:
        """The facts, as they lie there."""
        return FileAtRest(self.directory / NAME / "facts.db")

    def show(self) -> None:
        """Bring the views to the end of the log."""
        make_views(self.service)

    def know_owner(self, group_id: UUID, person_id: UUID) -> None:
        """Let the mall have heard from the groups who owns one."""
        told = {"group_id": str(group_id), "person_id": str(person_id)}
        with self.service.views.writing() as connection:
            connection.execute(roles.insert(), [{**told, "role": role} for role in (MEMBER, OWNER)])


def make_views(service: Service) -> None:
    """Bring the views to the end of the log."""
    goal = service.recorder.position()
    with doing(f"making the views of {goal:,} facts") as tell:
        seen = 0
        while moved := service.pump.step():
            seen += moved
            tell(f"{seen:,}")


@contextmanager
def mall_files(directory: Path) -> Iterator[MallFiles]:
    """The mall of a platform in a directory, whose other services have nothing yet."""
    logs.set_up("warning")
    garbage.look_seldom()
    files = Files(directory)
    for name in SERVICES:
        files.recorder(name).close()
    surroundings = Surroundings(files, secrets.token_bytes(32), Clock(), {})
    service = Service(blueprint_of(NAME), surroundings)
    try:
        yield MallFiles(service, directory)
    finally:
        service.stop()


@contextmanager
def mall_store(server: PostgresServer) -> Iterator[MallStore]:
    """An empty one, which is gone after the block."""
    logs.set_up("warning")
    garbage.look_seldom()
    databases = OwnDatabases(server, [NAME])
    with ExitStack() as held:
        held.callback(databases.drop)
        with doing("making the databases of a mall"):
            databases.migrate()
        settings = Settings(
            database_url=databases.database_of(NAME), keys_url=databases.keys_of(NAME),
            master_key=secrets.token_hex(32),
        )  # fmt: skip
        yield MallStore(open_in(held, NAME, settings), databases)
