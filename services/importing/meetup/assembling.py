"""The answers put together: groups, gatherings, people, and what each person answered to each gathering in turn."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from ..tables import Table
from .rows import AnswerRow

Answers = list[AnswerRow]


@dataclass(frozen=True, slots=True)
class Change:
    """A person's answer that says something else than the one before."""

    before: AnswerRow
    after: AnswerRow


@dataclass
class Assembled:
    """The whole file. What its rows say of a group or a gathering is taken from the earliest answer."""

    table: Table[AnswerRow]

    @cached_property
    def answers(self) -> Answers:
        """Every answer once, in the order of their times."""
        return sorted(self.table.rows, key=lambda row: row.responded_at)

    @cached_property
    def gatherings(self) -> dict[str, AnswerRow]:
        """By gathering, the earliest answer to it."""
        found: dict[str, AnswerRow] = {}
        for row in self.answers:
            found.setdefault(row.event_id, row)
        return found

    @cached_property
    def groups(self) -> dict[str, AnswerRow]:
        """By group, the earliest answer to any of its gatherings."""
        found: dict[str, AnswerRow] = {}
        for row in self.answers:
            found.setdefault(row.group_id, row)
        return found

    @cached_property
    def people(self) -> dict[str, datetime]:
        """Everybody who answered, since the first answer."""
        found: dict[str, datetime] = {}
        for row in self.answers:
            found.setdefault(row.member_id, row.responded_at)
        return found

    @cached_property
    def members(self) -> dict[tuple[str, str], datetime]:
        """Group and person, since the first answer to a gathering of the group: only members could answer."""
        found: dict[tuple[str, str], datetime] = {}
        for row in self.answers:
            found.setdefault((self.group_of(row), row.member_id), row.responded_at)
        return found

    @cached_property
    def turns(self) -> dict[tuple[str, str], Answers]:
        """By gathering and person, what was answered in turn."""
        found: dict[tuple[str, str], Answers] = defaultdict(list)
        for row in self.answers:
            found[row.about].append(row)
        return dict(found)

    @cached_property
    def last_known(self) -> dict[str, datetime]:
        """By gathering, the last answer to it."""
        return {row.event_id: row.responded_at for row in self.answers}

    def group_of(self, row: AnswerRow) -> str:
        """The group of the gathering: whatever a later answer names."""
        return self.gatherings[row.event_id].group_id

    def starts_at(self, event_id: str) -> datetime:
        """When it begins; where the set does not say, the last answer to it."""
        return self.gatherings[event_id].event_at or self.last_known[event_id]

    def changes(self) -> Iterator[Change]:
        """Answers that say something else than the one before, of the same person to the same gathering."""
        for answers in self.turns.values():
            for before, after in pairwise(answers):
                if before.seats != after.seats:
                    yield Change(before, after)
