"""How a command is carried out: decided once, stored once, answered after it is stored.

    look up the command id -> decide under the lock -> hand in -> wait for the group commit -> answer

The process may die at any of these steps: before the commit nothing happened, after it the same
command id finds its stored answer. Refusals are not stored, but they wait for the facts they were
decided on, and one that was decided on a live aggregate is checked once against the store.
"""

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from eventsourcing.persistence import OperationalError

from ..domain import Refusal, Stale, Unready, acting
from ..refusals import KeyReused
from .clashes import CommandKnown, SideTaken, VersionConflict
from .command import Answer, Body, Command
from .commit import Ahead, DecideAgain, GroupCommit, Ticket
from .deciding import Deciding
from .eventstore import EventStore
from .foresight import Foresight
from .live import LiveAggregates
from .recorder import CommandRow
from .unit import DecisionGaveUp, DueRule, NotYet, Unit

ATTEMPTS = 12


@dataclass(slots=True)
class _Attempt:
    ticket: Ticket | None = None
    body: Body = field(default_factory=dict)
    refusal: Refusal | None = None
    bases: list[Ticket] = field(default_factory=list)
    cached: dict[UUID, int] = field(default_factory=dict)
    together: dict[UUID, int] = field(default_factory=dict)
    taken: dict[tuple[str, str], Refusal] = field(default_factory=dict)


Steps: TypeAlias = Generator[Ahead, None, Answer]


class Executor:
    """Carries out the commands of one service, from any thread or from an event loop."""

    def __init__(self, store: EventStore, due: DueRule, *, in_thread: bool = False) -> None:
        """``in_thread``: commands from an event loop are decided in a thread beside it; see ``deciding``."""
        self.store, self._due = store, due
        self._lock = threading.RLock()
        self.live = LiveAggregates()
        self.foresight = Foresight(store, self.live, self._lock)
        self._deciding = Deciding(self.foresight.look) if in_thread else None
        self._under_way: dict[UUID, Ticket] = {}
        self.commits = GroupCommit(store.recorder, self._lock, self.live.clear, store.mapper.store_new_keys)

    async def execute(self, command: Command) -> Answer:
        """Carry out a command from the event loop. Raises its Refusal."""
        steps = self._steps(command)
        ahead = await self._go_on(steps, command)
        while isinstance(ahead, Ahead):
            await ahead.ticket.settled()
            ahead = _next(steps) if ahead.ends_it else await self._go_on(steps, command)
        return ahead

    async def _go_on(self, steps: "Steps", command: Command) -> "Ahead | Answer":
        return _next(steps) if self._deciding is None else await self._deciding(lambda: _next(steps), command)

    def close(self) -> None:
        """Store what is left, then end the threads."""
        if self._deciding is not None:
            self._deciding.stop()
        self.commits.stop()

    def forget_live(self) -> None:
        """Read aggregates that hold personal fields anew: somebody is forgotten."""
        with self._lock:
            self.live.drop_personal()

    def execute_now(self, command: Command) -> Answer:
        """Carry out a command from a thread of its own. Raises its Refusal."""
        (outcome,) = self.execute_all([command])
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def execute_all(self, commands: Sequence[Command]) -> list[Answer | Exception]:
        """Carry out commands together, decided in order; one refused keeps none of the others back."""
        outcomes: list[Answer | Exception | None] = [None] * len(commands)
        running = [(index, self._steps(command), False) for index, command in enumerate(commands)]
        while running:
            self.foresight.look([commands[index] for index, _, is_decided in running if not is_decided])
            waiting: list[tuple[int, Steps, Ahead]] = []
            for index, steps, _ in running:
                try:
                    waiting.append((index, steps, next(steps)))
                except StopIteration as end:
                    outcomes[index] = end.value
                except Exception as refused:  # noqa: BLE001  the outcome of this one alone
                    outcomes[index] = refused
            for _, _, ahead in waiting:
                ahead.ticket.wait()
            running = [(index, steps, ahead.ends_it) for index, steps, ahead in waiting]
        return [outcome for outcome in outcomes if outcome is not None]

    def _steps(self, command: Command) -> Steps:
        alone, checked, tries = False, False, 0
        while tries < ATTEMPTS:
            attempt = self._attempt(command, alone)
            if isinstance(attempt, Answer):
                return attempt
            if isinstance(attempt, Ticket):
                yield Ahead(attempt)
                continue
            tries += 1
            if attempt.refusal is not None:
                if self.foresight.was_believed(command.context.command_id):
                    continue  # with a look of its own: another process may have carried it out since
                yield from map(Ahead, attempt.bases)
                if any(base.error for base in attempt.bases):
                    continue
                if self._moved_on(attempt.together):
                    continue
                if not checked and self._outdated(attempt.cached):
                    checked = True
                    continue
                raise attempt.refusal
            assert attempt.ticket is not None
            yield Ahead(attempt.ticket, is_own=True)
            error = attempt.ticket.error
            if error is None:
                return Answer(attempt.ticket.position, attempt.body)
            _give_up_on(error, attempt)
            alone = True
        raise DecisionGaveUp()

    def _attempt(self, command: Command, alone: bool) -> "_Attempt | Answer | Ticket":
        command_id = command.context.command_id
        with self._lock:
            if earlier := self._earlier(command):
                return earlier
            unit = Unit(self.store, self.live, command.context, self._due)
            try:
                with acting(command.context):
                    latest = unit.version(command.expected[0]) if command.expected else 0
                    body = command.decide(unit)
                    _refuse_stale(latest, command.expected)
                    entry, changed = unit.entry()
                answer = orjson.dumps(body, default=str).decode()
            except NotYet as wait:
                self.live.drop(root.id for root in unit.changed)
                return wait.ticket
            except Refusal as refusal:
                self.live.drop(root.id for root in unit.changed)
                return self._refused(unit, refusal)
            except BaseException:
                self.live.drop(unit.roots)
                raise
            entry.tracking, entry.kept = list(command.tracking), list(command.kept)
            entry.parked, entry.released = list(command.parked), list(command.released)
            if command.digest is not None:
                entry.command = CommandRow(command_id, command.digest, answer)
            ticket = self.commits.submit(entry, alone=alone)
            self._keep(command_id, ticket, unit, changed)
        return _Attempt(ticket=ticket, body=body, taken=unit.taken)

    def _keep(self, command_id: UUID, ticket: Ticket, unit: Unit, changed: Sequence[Any]) -> None:
        new = {root.id for root in changed}
        for root in unit.roots.values():
            self.live.keep(root, ticket if root.id in new else None)
        self._under_way[command_id] = ticket
        if len(self._under_way) > 2_000:
            self._under_way = {one: open_one for one, open_one in self._under_way.items() if not open_one.done}

    def _earlier(self, command: Command) -> Answer | Ticket | None:
        """What came of it when it was asked for before. Raises KeyReused."""
        if command.digest is None or command.is_new:
            return None
        command_id = command.context.command_id
        under_way = self._under_way.get(command_id)
        if under_way is not None and not under_way.done:
            return under_way
        if self.foresight.takes_for_new(command_id):
            return None
        row = self.store.recorder.command(command_id)
        if row is None:
            return None
        if row.digest != command.digest:
            raise KeyReused()
        return Answer(row.position, orjson.loads(row.answer), repeated=True)

    def _refused(self, unit: Unit, refusal: Refusal) -> _Attempt:
        tickets = (self.live.tickets.get(originator_id) for originator_id in unit.roots)
        bases = [ticket for ticket in tickets if ticket and not ticket.done]
        cached = {one: version for one, version in unit.cached.items() if one not in unit.together}
        return _Attempt(refusal=refusal, bases=bases, cached=cached, together=unit.together)

    def _moved_on(self, together: dict[UUID, int]) -> bool:
        """Whether any of these has changed since it was looked at; those are read again. When none has, all of them
        were so when the last had been looked at: this is asked after that."""
        if not together:
            return False
        _, found = self.store.recorder.news((), together, 1)
        with self._lock:
            self.live.drop(found)
        return bool(found)

    def _outdated(self, cached: dict[UUID, int]) -> bool:
        """Whether another process has moved one of these on; those are read again from the store."""
        outdated = [one for one, version in cached.items() if self.store.recorder.version(one) > version]
        with self._lock:
            self.live.drop(outdated)
        return bool(outdated)


def _give_up_on(error: BaseException, attempt: _Attempt) -> None:
    """Raise what deciding again cannot mend."""
    if isinstance(error, DecideAgain | VersionConflict | CommandKnown):
        return
    if isinstance(error, SideTaken):
        raise attempt.taken[error.kind, error.key]
    if isinstance(error, OperationalError):
        raise Unready() from error
    raise error


def _next(steps: Steps) -> Ahead | Answer:
    """Go on with a command: what it waits for, or its answer."""
    try:
        return next(steps)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _refuse_stale(latest: int, expected: tuple[UUID, int] | None) -> None:
    """After the decision (RFC 9110, 13.2.1): whoever is refused anyway does not learn that a thing is there."""
    if expected is not None and latest != expected[1]:
        raise Stale(known=expected[1], version=latest)
