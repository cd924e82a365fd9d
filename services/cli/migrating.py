"""``agora migrate``: the databases of all services, made and brought up to date."""

from typing import TYPE_CHECKING

from services.settings import read
from services.speaking import console, table

if TYPE_CHECKING:
    from services.migrating import Migrated


def migrate_all() -> None:
    """Make what is missing on the PostgreSQL server: roles, databases, tables, functions and grants.

    AGORA_ADMIN_DATABASE_URL names an administrator of the server, and
    AGORA_DATABASE_URL says where each service will find its own database
    (AGORA_KEYS_URL its keys, unless they lie beside it). Run it before the
    services are started and whenever a new version is put in place; it may run
    at any time and as often as you like, while the services go on.
    """
    from services.migrating import migrate  # loads PostgreSQL's driver

    settings = read()
    admin_url = settings.needed("admin_database_url", "agora migrate")
    show(migrate(admin_url, settings))


def show(found: "list[Migrated]") -> None:
    """Print every database and what was done to it."""
    rows = [[one.service, one.database, _steps(one)] for one in found]
    table("Databases", ["Service", "Database", "Steps taken"], rows)
    console.print("Every database has all that this version needs.")


def _steps(one: "Migrated") -> str:
    return ", ".join(f"{step.number} {step.name}" for step in one.taken) or "none: up to date"
