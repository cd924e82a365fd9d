"""What falls due: a reservation, a hold, a validity, a call to the outside that must not be forgotten.

A due row is written in the transaction of the fact that causes it and is worked off in order by the
worker's clock. There is no timer in memory: whatever dies, the row is still there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import structlog

from ..domain import Context, Refusal, derived_id
from ..store.command import Answer, Command, LeadsTo
from ..store.executor import Executor
from ..store.recorder import DueRow
from ..store.unit import Unit

BATCH = 200
LONGEST_PAUSE_SECONDS = 300.0
TOLD_FROM_TRY = 5
"""A few tries are how networks are; from this one on each is told in the log, with its reason."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AskAgain:
    """What an errand to the outside brought back when there is no outcome yet; ``why`` is a code where that is not how
    it should be, None where nothing but time is waited for."""

    pause_seconds: float
    why: str | None = None


Decide: TypeAlias = Callable[[Unit], None]


@dataclass(frozen=True, slots=True)
class DecideAbout:
    """A decision that says what it is about, so that all that the decisions of a page are about is looked for at once;
    ``leads_to`` says what is needed of what those things name."""

    decide: Decide
    thing_id: UUID
    leads_to: LeadsTo

    def __call__(self, unit: Unit) -> None:
        """Decide it."""
        self.decide(unit)


Errand: TypeAlias = Callable[[DueRow], "Decide | AskAgain"]


class Clockwork:
    """Works off what is due. ``errands`` maps a kind to what is done: an errand may talk to the outside,
    then returns what is to be decided, or asks to be called again. The row goes with the decision. What the subjects
    of a page begin with, where those are ids, is brought up to date before its errands run.
    ``at_once`` errands run side by side, in threads; with 1 everything happens in the caller's.
    """

    def __init__(
        self, service: str, executor: Executor, errands: Mapping[str, Errand], now: Callable[[], datetime],
        at_once: int = 1,
    ) -> None:  # fmt: skip
        self._service, self._executor, self._errands, self._now = service, executor, errands, now
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=f"{service}-errand") if at_once > 1 else None

    def step(self) -> int:
        """Work off one batch; return how many rows were dealt with."""
        rows = self._executor.store.recorder.due(self._now(), BATCH)
        self._executor.foresight.bring(_subject_ids(rows))
        ready: list[tuple[DueRow, Command]] = []
        for row, decide in zip(rows, self._run_all(rows), strict=True):
            if isinstance(decide, AskAgain):
                self._tell(row, decide.why)
                self._postpone(row, decide.pause_seconds)
            else:
                ready.append((row, self._command(row, decide)))
        self._settle(ready)
        return len(rows)

    def close(self) -> None:
        """Wait for the errands under way."""
        if self._pool is not None:
            self._pool.shutdown()

    def _run_all(self, rows: Sequence[DueRow]) -> "Iterable[Decide | AskAgain]":
        """Errands side by side, since one may wait long for the outside; what they decide is taken in order."""
        return map(self._run, rows) if self._pool is None else self._pool.map(self._run, rows)

    def _run(self, row: DueRow) -> Decide | AskAgain:
        try:
            return self._errands[row.kind](row)
        except Exception as failure:  # noqa: BLE001  whatever it was, the row stays and is tried again
            log.warning("errand failed", service=self._service, kind=row.kind, subject=row.subject, error=repr(failure))
            return AskAgain(_pause(row.tries))

    def _tell(self, row: DueRow, why: str | None) -> None:
        tries = row.tries + 1
        if why is not None and tries >= TOLD_FROM_TRY:
            log.warning(
                "asked again", service=self._service, kind=row.kind, subject=row.subject, tries=tries, why=why
            )  # fmt: skip

    def _settle(self, ready: Sequence[tuple[DueRow, Command]]) -> None:
        outcomes = self._executor.execute_all([command for _, command in ready])
        for (row, command), outcome in zip(ready, outcomes, strict=True):
            if isinstance(outcome, Answer):
                log.info(
                    "due and done", service=self._service, kind=row.kind, subject=row.subject,
                    position=f"{self._service}:{outcome.position}", correlation_id=str(command.context.correlation_id),
                )  # fmt: skip
            else:
                why = outcome.code if isinstance(outcome, Refusal) else repr(outcome)
                log.warning("due and not done", service=self._service, kind=row.kind, subject=row.subject, why=why)
                self._postpone(row, _pause(row.tries))

    def _command(self, row: DueRow, decide: Decide) -> Command:
        def decide_and_clear(unit: Unit) -> dict[str, Any]:
            unit.clear_due(row)
            decide(unit)
            return {}

        assert row.due_at is not None
        command_id = derived_id("due", self._service, row.kind, row.subject, row.due_at.isoformat())
        context = Context(
            actor_id=derived_id("service", self._service), command_id=command_id, recorded_at=self._now(),
            effective_at=row.due_at, correlation_id=command_id, causation_id=f"due:{row.kind}",
        )  # fmt: skip
        if not isinstance(decide, DecideAbout):
            return Command(context=context, decide=decide_and_clear)
        about = frozenset({decide.thing_id})
        return Command(context=context, decide=decide_and_clear, about=about, leads_to=decide.leads_to)

    def _postpone(self, row: DueRow, seconds: float) -> None:
        self._executor.store.recorder.postpone(row, self._now() + timedelta(seconds=seconds))


def _subject_ids(rows: Iterable[DueRow]) -> Iterable[UUID]:
    for row in rows:
        with suppress(ValueError):  # there are subjects that are no aggregates
            yield UUID(row.subject.partition("/")[0])


def _pause(tries: int) -> float:
    return min(LONGEST_PAUSE_SECONDS, 0.25 * float(2 ** min(tries, 12)))
