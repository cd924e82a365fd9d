"""Letting everything come to its end: time goes from one due row to the next, and then nothing may be open."""

from collections import Counter
from datetime import UTC, datetime

from services.kernel.store.recorder import DueRow
from services.mall import due
from services.mall.domain.case import Case
from services.mall.domain.case_facts import Opened as CaseOpened
from services.mall.domain.ledger import imbalance
from tests.support.served_mall import Served
from tests.support.waiting import until

FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)
MOST_STEPS = 200
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 60.0, 3600.0
ALWAYS = frozenset({due.IMPORT_STATEMENT})
"""Comes again every day."""


class Ending:
    """What of a mall that serves is due, and what all that has happened since it began has left."""

    def __init__(self, served: Served) -> None:
        self.served, self.mall = served, served.mall
        self.began_at = self.mall.recorder.position()
        self.lay_there_minor = self.moved()

    def pass_time(self, **by: float) -> None:
        """For everybody who goes by the clock of the platform."""
        self.served.pass_time(**by)

    def is_quiet(self) -> bool:
        """Nothing is due at this moment."""
        return not self.rows_until(self.now)

    def leaves(self) -> dict[str, int]:
        """By account, the plain sum of what was booked since it began; every fact sums to zero by itself."""
        sums: Counter[str] = Counter()
        for recorded in self.mall.store.facts(self.began_at, 100_000):
            entries = getattr(recorded.fact, "entries", [])
            assert imbalance(entries) == {}
            for entry in entries:
                sums[entry["account"]] += entry["amount_minor"]
        assert sum(sums.values()) == 0
        return {account: amount for account, amount in sums.items() if amount}

    def moved(self) -> int:
        """What has ever moved at the provider, as it says itself."""
        return sum(one["amount_minor"] for one in self.served.provider.get("/statement").json()["movements"])

    def to_end(self, left: frozenset[str] = ALWAYS | {due.PAY_DAY}) -> None:
        """Time passes from one thing that falls due to the next, until only these are left."""
        for step in range(MOST_STEPS):
            assert until(self.is_quiet), f"due and not done: {self.rows_until(self.now)}"
            coming = [row for row in self.rows_until(FOR_EVER) if row.kind not in left or self.is_of_a_day_gone(row)]
            if not coming:
                return
            pause = min(SHORTEST_PAUSE_SECONDS * 2**step, LONGEST_PAUSE_SECONDS)
            self.pass_time(seconds=max(pause, min(map(self.seconds_until, coming))))
        raise AssertionError(f"still due after {MOST_STEPS} steps: {coming}")

    def seconds_until(self, row: DueRow) -> float:
        """Less than nothing where it was put off: until when is not told."""
        assert row.due_at is not None
        return (row.due_at - self.now).total_seconds()

    def is_of_a_day_gone(self, row: DueRow) -> bool:
        """A statement that should have been imported."""
        return row.kind == due.IMPORT_STATEMENT and row.subject < self.now.date().isoformat()

    def cases(self) -> list[str]:
        """Those that are open."""
        facts = self.mall.store.facts(self.began_at, 100_000)
        found = [self.mall.store.load(Case, one.fact.case_id) for one in facts if isinstance(one.fact, CaseOpened)]
        return [case.stage for case in found if case is not None and case.is_open]

    def rows_until(self, moment: datetime) -> list[DueRow]:
        return self.mall.recorder.due(moment, 1_000)

    @property
    def now(self) -> datetime:
        return self.served.platform.clock.now()
