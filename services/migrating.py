"""Making and changing the databases of all services, as an administrator of the server.

Run as often as one likes: what is there stays, what is missing is made, and a running service goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.composition import SERVICES
from services.kernel.store.postgres import provisioning
from services.kernel.store.postgres.migrations import Migration, migrations_of
from services.kernel.store.postgres.provisioning import Place
from services.kernel.store.postgres.servers import Addresses


@dataclass(frozen=True, slots=True)
class Migrated:
    """One database, and the steps it has taken now; none when it had them all."""

    service: str
    database: str
    taken: Sequence[Migration]


def migrate(
    admin_url: str,
    addresses: Addresses,
    services: Sequence[str] = SERVICES,
    steps_of: Callable[[str], Sequence[Migration]] = migrations_of,
) -> list[Migrated]:
    """Bring the databases of these services to what this program needs.

    Raises ServerNotReachable, AdministratorTooWeak, ServiceTooStrong, ServicesNotApart, MigratingElsewhere, TableInUse.
    """
    places = [place for service in services for place in _places(service, addresses)]
    found = []
    with provisioning.administering(admin_url) as admin, provisioning.alone(admin):
        provisioning.refuse_unsafe(admin, places)
        provisioning.make_owner(admin)
        for place in places:
            provisioning.make_login(admin, place)
            provisioning.make_database(admin, place)
            with provisioning.administering(admin_url, place.database) as inside:
                taken = provisioning.furnish(inside, place, steps_of(place.schema))
            found.append(Migrated(place.service, place.database, taken))
    return found


def _places(service: str, addresses: Addresses) -> list[Place]:
    return [
        Place.of(service, "facts", addresses.database_of(service)),
        Place.of(service, "keys", addresses.keys_of(service)),
    ]
