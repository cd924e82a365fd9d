"""Facts and stores as nobody may ever make them, to see that the audit finds it."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.kernel.domain import Fact
from services.kernel.store.chain import GENESIS, next_link
from services.kernel.store.invariants import Broken, Invariant
from tests.support.scenario import ANNA, NOON


def forged(kind: type[Fact], stream: UUID, at: datetime = NOON, version: int = 2, **fields: Any) -> Any:
    """A fact that no command made, with these fields alone."""
    fact = object.__new__(kind)
    meta = [str(ANNA), None, str(UUID(int=1)), str(UUID(int=2)), "test"]
    made = {"originator_id": stream, "originator_version": version, "timestamp": at, "effective_at": at, "meta": meta}
    fact.__dict__.update(made | fields)
    return fact


def judged(invariant: Invariant, facts: Iterable[Any]) -> str | None:
    """What an invariant finds in these facts; None when it holds."""
    try:
        for position, fact in enumerate(facts, start=1):
            invariant.see(position, fact)
        invariant.finish()
    except Broken as broken:
        return str(broken)
    return None


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file of a store, as whoever holds the disk has it."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def tamper(path: Path, statement: str, *values: object) -> None:
    """Change a store behind its back; it must change exactly one row."""
    with opened(path) as rows:
        assert rows.execute(statement, values).rowcount == 1


def rechain(path: Path) -> None:
    """Make the chain fit whatever the rows say now: what somebody would do who knows how it is made."""
    with opened(path) as rows:
        link, position = GENESIS, 0
        found = rows.execute(
            "SELECT position, originator_id, originator_version, topic, state FROM facts ORDER BY position"
        )
        for position, owner, version, topic, state in found.fetchall():
            link = next_link(link, position, UUID(bytes=owner), version, topic, state)
            rows.execute("UPDATE facts SET link = ? WHERE position = ?", (link, position))
        rows.execute("UPDATE head SET position = ?, link = ?", (position, link))
