"""The stores of all services on a PostgreSQL server, each in its own databases, shared by several processes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

import psycopg

from ...refusals import Unready
from .at_rest import DatabaseAtRest
from .connecting import connect
from .key_rows import DatabaseKeyRows
from .leadership import DatabaseLeadership
from .migrations import applied, migrations_of
from .provisioning import last_line
from .recorder import DatabaseRecorder

if TYPE_CHECKING:
    from ...flow.projection import Projection
    from ...flow.views import Views


class DatabaseNotReachable(Unready):
    """A service cannot connect to a database of its own."""

    sentence = (
        "The {what} of {service} cannot be reached ({why}); see that the server runs and 'agora migrate' was run."
    )


class NotMigrated(Unready):
    """A database has not what this program needs."""

    sentence = (
        "The {what} of {service} are at step {found}, and this program needs {needed}; run 'agora migrate' first."
    )


class Addresses(Protocol):
    """Where the databases of each service are: what the settings say."""

    def database_of(self, service: str) -> str:
        """The address of its facts and views, postgresql://role:password@host/database."""

    def keys_of(self, service: str) -> str:
        """The address of its keys."""


@dataclass(frozen=True, slots=True)
class Pools:
    """How many connections of one process may read facts, and views, at once.

    Six more at most write: two for facts, two for views, one for keys, one of whoever leads.
    """

    facts: int
    views: int


SERVING = Pools(facts=6, views=8)
"""A process that answers many requests at once."""
WORKING = Pools(facts=4, views=4)
"""A worker, a nameko door, a console."""


class Servers:
    """``Stores`` on PostgreSQL. Every store that is opened is checked first.

    Raises DatabaseNotReachable, NotMigrated.
    """

    is_shared: ClassVar[bool] = True

    def __init__(self, addresses: Addresses, pools: Pools = SERVING) -> None:
        self._addresses, self._pools = addresses, pools

    def recorder(self, service: str) -> DatabaseRecorder:
        """The facts of a service."""
        url = self._addresses.database_of(service)
        ensure_migrated(url, service, "facts")
        return DatabaseRecorder(url, f"agora-{service}", self._pools.facts)

    def key_rows(self, service: str) -> DatabaseKeyRows:
        """The wrapped keys of a service."""
        url = self._addresses.keys_of(service)
        ensure_migrated(url, service, "keys")
        return DatabaseKeyRows(url, f"agora-{service}-keys", f"the database of the keys of {service}")

    def views(self, service: str, projections: Iterable["Projection"]) -> "Views":
        """The views of a service. Raises ViewsNotPrepared."""
        from ...flow.views import Views

        return Views.on_server(self._addresses.database_of(service), projections, readers=self._pools.views)

    def leadership(self, service: str) -> DatabaseLeadership:
        """Who of a service's workers works."""
        return DatabaseLeadership(self._addresses.database_of(service), f"agora-{service}-leading")

    def at_rest(self, service: str) -> DatabaseAtRest:
        """The facts of a service at one moment. Raises StoreUnreadable."""
        return DatabaseAtRest(self._addresses.database_of(service), f"agora-{service}-audit")

    def ensure_any(self, services: Sequence[str]) -> None:
        """That one of these services has its facts here. Raises what the first one raises."""
        refusals: list[DatabaseNotReachable | NotMigrated] = []
        for service in services:
            try:
                return ensure_migrated(self._addresses.database_of(service), service, "facts")
            except (DatabaseNotReachable, NotMigrated) as refusal:
                refusals.append(refusal)
        raise refusals[0]


def ensure_migrated(url: str, service: str, schema: str) -> None:
    """That a database is there and has at least what this program needs. Raises DatabaseNotReachable, NotMigrated."""
    try:
        connection = connect(url, f"agora-{service}")
    except psycopg.OperationalError as failure:
        raise DatabaseNotReachable(what=schema, service=service, why=last_line(failure)) from failure
    with connection:
        found, needed = applied(connection, schema), migrations_of(schema)[-1].number
    if found < needed:
        raise NotMigrated(what=schema, service=service, found=found, needed=needed)
