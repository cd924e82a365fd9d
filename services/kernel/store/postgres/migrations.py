"""What has been done to a database, and what is still to be done: SQL files in order, each in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources

import psycopg
from psycopg import sql

from .connecting import Session

OWNER = "agora_owner"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. Numbers ascend from 1 in each schema; a step that was ever released is never changed."""

    number: int
    name: str
    statements: str = field(repr=False)


def migrations_of(schema: str) -> list[Migration]:
    """The steps of a schema ("facts" or "keys"), from the files ``SCHEMA_NUMBER_NAME.sql``, in order."""
    found = []
    for file in resources.files(__package__).joinpath("sql").iterdir():
        kind, number, name = file.name.removesuffix(".sql").split("_", 2)
        if kind == schema:
            found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda one: one.number)


def applied(connection: Session, schema: str) -> int:
    """The number of the latest step that a schema has taken; 0 when it has none, or may not be looked at."""
    table = sql.Identifier(schema, "migrations")
    try:
        row = connection.execute(sql.SQL("SELECT max(number) FROM {}").format(table)).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.InsufficientPrivilege):
        return 0
    return int(row[0] or 0) if row else 0


def apply(connection: Session, schema: str, steps: Sequence[Migration]) -> list[Migration]:
    """Make the schema when it is missing, and take the steps that it has not taken; returns those."""
    names = {"schema": sql.Identifier(schema), "table": sql.Identifier(schema, "migrations")}
    with connection.transaction():
        be_owner(connection)
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {schema}").format(**names))
        connection.execute(sql.SQL(_TABLE).format(**names))
    missing = [step for step in steps if step.number > applied(connection, schema)]
    for step in missing:
        with connection.transaction():
            be_owner(connection)
            connection.execute(step.statements.encode())
            noted = sql.SQL("INSERT INTO {table} (number, name) VALUES (%s, %s)").format(**names)
            connection.execute(noted, (step.number, step.name))
    return missing


def be_owner(connection: Session) -> None:
    """For the rest of this transaction, act as the role that owns everything and that nobody can sign in as."""
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))


_TABLE = """
CREATE TABLE IF NOT EXISTS {table} (
    number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
"""
