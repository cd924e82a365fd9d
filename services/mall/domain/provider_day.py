"""What the payment provider stated of one day, in every version; nothing of it is ever overwritten."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Begun, Fact, derived_id, event

from .statement import Statement, StoredLine

__all__ = ["LINES_A_FACT", "ProviderDay"]

LINES_A_FACT = 200
"""A day may have any number of lines; a fact stays small."""


class ProviderDay(AggregateRoot):
    """The statement of one day. ``lines`` are those of the latest version, by id, ``versions`` their digests.

    What became of a line when it was stated stands in the line (see ``reconciling``); what became of it later, in the
    discrepancy that it names.
    """

    TOPIC = "mall:ProviderDay"

    class Imported(Begun):
        """The provider stated the day for the first time; ``balances`` by currency at its end, ``count`` of lines."""

        TOPIC = "mall:ProviderDay.Imported"
        day: str
        digest: str
        balances: dict[str, int]
        count: int

    class ImportedAnew(Fact):
        """The provider states the day otherwise than before; what it states no more, and what is new, follows."""

        TOPIC = "mall:ProviderDay.ImportedAnew"
        day: str
        statement_version: int
        digest: str
        balances: dict[str, int]
        count: int

    class LinesStated(Fact):
        """Lines of a version that were not in the one before."""

        TOPIC = "mall:ProviderDay.LinesStated"
        day: str
        statement_version: int
        lines: list[dict[str, Any]]

    class LinesWithdrawn(Fact):
        """Lines, by their ids, that this version has no more, or has otherwise."""

        TOPIC = "mall:ProviderDay.LinesWithdrawn"
        day: str
        statement_version: int
        line_ids: list[str]

    @staticmethod
    def create_id(day: str, *_: object, **__: object) -> UUID:
        return derived_id("provider day", day)

    @classmethod
    def import_first(cls, statement: Statement) -> "ProviderDay":
        """The first version; its lines follow with ``state``."""
        return cls(statement.day, statement.digest, dict(statement.balances), len(statement.lines))

    @event(Imported)
    def __init__(self, day: str, digest: str, balances: dict[str, int], count: int) -> None:
        self.day = day
        self.versions: list[str] = [digest]
        self.lines: dict[str, StoredLine] = {}

    @property
    def digest(self) -> str:
        """Of the latest version."""
        return self.versions[-1]

    def import_anew(self, statement: Statement) -> None:
        """Another version; what is stated no more and what is new follow. The same as the latest records nothing."""
        if statement.digest != self.digest:
            number = len(self.versions) + 1
            self._imported_anew(
                self.day, number, statement.digest, dict(statement.balances), len(statement.lines)
            )  # fmt: skip

    @event(ImportedAnew)
    def _imported_anew(
        self, day: str, statement_version: int, digest: str, balances: dict[str, int], count: int
    ) -> None:
        self.versions.append(digest)

    def withdraw(self, line_ids: Sequence[str]) -> None:
        """The latest version has these lines no more."""
        for begin in range(0, len(line_ids), LINES_A_FACT):
            self._lines_withdrawn(self.day, len(self.versions), list(line_ids[begin : begin + LINES_A_FACT]))

    @event(LinesWithdrawn)
    def _lines_withdrawn(self, day: str, statement_version: int, line_ids: list[str]) -> None:
        for line_id in line_ids:
            del self.lines[line_id]

    def state(self, lines: Sequence[StoredLine]) -> None:
        """The latest version has these lines, matched as they are."""
        for begin in range(0, len(lines), LINES_A_FACT):
            self._lines_stated(self.day, len(self.versions), list(lines[begin : begin + LINES_A_FACT]))

    @event(LinesStated)
    def _lines_stated(self, day: str, statement_version: int, lines: list[dict[str, Any]]) -> None:
        self.lines.update({line["line_id"]: line for line in lines})
