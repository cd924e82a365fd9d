"""The store of a mall on a server, opened in this process: its facts, its views, and nobody who works for it."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import UUID

from _showing import doing
from sqlalchemy.dialects.postgresql import insert

from services.apart.opening import open_in
from services.kernel import garbage, logs
from services.kernel.service import Service
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

    def show(self) -> None:
        """Bring the views to the end of the log."""
        goal = self.facts
        with doing(f"making the views of {goal:,} facts") as tell:
            seen = 0
            while moved := self.service.pump.step():
                seen += moved
                tell(f"{seen:,}")

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
