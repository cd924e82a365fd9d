"""What the stores of the services hold, read behind their backs: facts, rows of commands, and what is parked."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

TICKET = "ticket"
PARTS = "SELECT position, topic, convert_from(state, 'UTF8') FROM facts.facts ORDER BY position"


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact as far as it matters here: who asked for it (``actor``; "" when nobody did, but a message or the clock),
    the kind of a listing, what a gathering costs, and ``cash_minor``, what it books at the payment provider."""

    position: int
    topic: str
    command_id: UUID
    actor: str = ""
    kind: str = ""
    price_minor: int = 0
    cash_minor: int = 0


@dataclass
class Store:
    """One service: its facts in order, its commands with their positions, and the names of what it parked."""

    service: str
    facts: list[StoredFact] = field(default_factory=list)
    commands: dict[UUID, int] = field(default_factory=dict)
    parked: list[str] = field(default_factory=list)

    def count(self, topic: str) -> int:
        """How many facts of this topic there are that somebody asked for: tickets list themselves."""
        return sum(fact.topic == topic and fact.kind != TICKET for fact in self.facts)

    def known_commands(self) -> dict[UUID, int]:
        """Where everything stands that left a row or a fact."""
        of_facts = {fact.command_id: fact.position for fact in self.facts}
        return of_facts | self.commands

    def topics(self) -> Counter[str]:
        """How many facts there are of each topic."""
        return Counter(fact.topic for fact in self.facts)


def read_store(service: str, session: "psycopg.Connection[Any]") -> Store:
    """The store behind a superuser's connection."""
    facts = [_fact(*row) for row in session.execute(PARTS).fetchall()]
    commands = dict(session.execute("SELECT command_id, position FROM facts.commands").fetchall())
    parked = [name for (name,) in session.execute("SELECT name FROM facts.parked").fetchall()]
    return Store(service, facts, commands, parked)


def read_stores(
    services: Iterable[str], connect: Callable[[str], "psycopg.Connection[Any]"], name_of: Callable[[str], str]
) -> dict[str, Store]:
    """The stores of several services, each at a moment of its own."""
    found = {}
    for service in services:
        with session_of(connect, name_of(service)) as session:
            found[service] = read_store(service, session)
    return found


@contextmanager
def session_of(
    connect: Callable[[str], "psycopg.Connection[Any]"], database: str
) -> Iterator["psycopg.Connection[Any]"]:
    """A connection for as long as the block lasts, in which everything is of one moment."""
    with connect(database) as session, session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield session


def _fact(position: int, topic: str, state: str) -> StoredFact:
    told = json.loads(state)
    entries = told.get("entries") or []
    cash = sum(entry["amount_minor"] for entry in entries if entry.get("account") == "provider")
    actor, _, command_id, _, cause = told["meta"]
    return StoredFact(
        position, topic, UUID(command_id), actor if cause.startswith("command:") else "",
        str(told.get("kind") or ""), _number(told.get("price_minor")), cash,
    )  # fmt: skip


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
