"""A set with one of each kind of mess, and platforms that are only played."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.importing.caller import Command, Said
from services.importing.olist.expecting import balances_of, ratings_of
from services.importing.olist.odd import Cause
from services.importing.olist.taking_in import Judged, judge

FIXTURE = Path(__file__).parents[2] / "fixtures" / "olist"
NOW = datetime(2020, 1, 1, tzinfo=UTC)
SERVICES = ("identity", "groups", "mall", "events")


def mess() -> Judged:
    """The set of the fixture, read."""
    return judge(FIXTURE, NOW)


def ids_of(judged: Judged, cause: Cause) -> list[str]:
    """What is odd for a cause."""
    return [finding.id for finding in judged.findings if finding.cause is cause]


def no_watch(_phase: object, _done: int) -> None:
    """Nobody looks."""


def books_of(judged: Judged) -> dict[str, Any]:
    """The books of a platform that did everything right."""
    names = {"shares": "seller_held"}
    accounts = [
        {"account": names.get(name, name), "party_id": None, "currency": "BRL", "balance_minor": balance}
        for name, balance in balances_of(judged.assembled).items()
    ]
    return {"position": "mall:99", "accounts": accounts, "sums": {"BRL": 0}}


def figures_of(judged: Judged) -> dict[str, Any]:
    """The figures about reviews of a platform that did everything right."""
    rated = ratings_of(judged.assembled).items()
    return {"ratings": [{"rating": rating, "count": count} for rating, count in rated]}


@dataclass
class Played:
    """A platform that knows keys and gives positions. ``refuses`` may answer a command with a refusal or raise one."""

    books: dict[str, Any] = field(default_factory=lambda: {"position": "mall:0", "accounts": [], "sums": {}})
    figures: dict[str, Any] = field(default_factory=lambda: {"ratings": []})
    refuses: Callable[[Command], Said | None] = lambda _command: None
    at_once: int = 8
    told: list[Command] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    heads_now: Counter[str] = field(default_factory=Counter)
    caught_up: list[int] = field(default_factory=list)
    pages: Iterator[dict[str, Any]] | None = None

    async def heads(self) -> dict[str, int]:
        return {name: self.heads_now[name] for name in SERVICES}

    async def do(self, command: Command) -> int | Said:
        if (said := self.refuses(command)) is not None:
            return said
        self.told.append(command)
        scope = f"{command.operation} {command.key}"
        if scope not in self.positions:
            self.heads_now[command.service] += 1
            self.positions[scope] = self.heads_now[command.service]
        return self.positions[scope]

    async def catch_up(self) -> None:
        self.caught_up.append(len(self.told))

    async def ask(self, service: str, operation: str, **fields: str) -> dict[str, Any]:
        if operation == "review_figures":
            return self.figures
        assert (service, operation) == ("mall", "books")
        return next(self.pages) if self.pages else self.books
