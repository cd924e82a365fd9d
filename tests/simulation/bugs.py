"""Bugs put in on purpose: a simulation that does not find them finds nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from services.kernel.flow.due import Clockwork
from services.kernel.flow.stream import Noted, Stream
from services.kernel.flow.wire import Heard
from services.kernel.store.command import Answer, Command
from services.kernel.store.executor import Executor
from services.kernel.store.recorder import DueRow, Entry
from services.kernel.surface import Surface
from services.mall.domain.payout import Payout
from services.mall.domain.stocked import Stocked

from .chance import Chance


@contextmanager
def _patched(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def _both(first: AbstractContextManager[None], second: AbstractContextManager[None]) -> Iterator[None]:
    with first, second:
        yield


def _a_retry_is_a_new_command(_chance: Chance) -> AbstractContextManager[None]:
    """The key of a command is not looked at: whoever asks again has it done again."""
    command = Surface._command

    def forgetful(self: Surface, *args: Any) -> Command:
        made = command(self, *args)
        return replace(made, context=replace(made.context, command_id=uuid4()))

    return _patched(Surface, "_command", forgetful)


def _a_gap_is_taken_for_nothing(_chance: Chance) -> AbstractContextManager[None]:
    """What the queue brings is taken in, whether it follows or not."""

    def trusting(
        self: Stream, deliveries: Sequence[tuple[Heard, Noted]]
    ) -> tuple[list[Heard], Sequence[tuple[Heard, Noted]]]:  # fmt: skip
        follows, position = list[Heard](), self.position
        for heard, _ in deliveries:
            if heard.position > position:
                follows.append(heard)
                position = heard.position
        return follows, []

    return _patched(Stream, "_split", trusting)


def _the_position_is_stored_after_the_effect(chance: Chance) -> AbstractContextManager[None]:
    """What a message causes and how far the log was read are two transactions."""
    execute_now = Executor.execute_now

    def in_two(self: Executor, command: Command) -> Answer:
        answer = execute_now(self, replace(command, tracking=()))
        if command.tracking:
            chance.may_die(10)
            self.store.recorder.append([Entry(tracking=list(command.tracking))])
        return answer

    return _patched(Executor, "execute_now", in_two)


def _who_fails_is_not_asked_again(_chance: Chance) -> AbstractContextManager[None]:
    """An errand that brought no outcome is dropped."""

    def dropping(self: Clockwork, row: DueRow, _seconds: float) -> None:
        done = DueRow(row.kind, row.subject, None, was_due_at=row.due_at)
        self._executor.store.recorder.append([Entry(due=[done])])

    return _patched(Clockwork, "_postpone", dropping)


def _nobody_counts_the_stock(_chance: Chance) -> AbstractContextManager[None]:
    """Whoever wants something gets it."""
    return _patched(Stocked, "_has", lambda *_: True)


def _an_outcome_is_taken_twice(_chance: Chance) -> AbstractContextManager[None]:
    """What became of a payout is booked as often as it is heard: when it was asked for, and when it is told."""

    def settle(self: Payout, amount_minor: int, currency: str) -> None:
        self._paid(self.role, self.party_id, amount_minor, currency, self._postings.paid())

    def fail(self: Payout, reason: str) -> None:
        self._failed(reason, self._postings.given_back())

    return _both(_patched(Payout, "settle", settle), _patched(Payout, "fail", fail))


BUGS: dict[str, Callable[[Chance], AbstractContextManager[None]]] = {
    "retry": _a_retry_is_a_new_command,
    "gap": _a_gap_is_taken_for_nothing,
    "position": _the_position_is_stored_after_the_effect,
    "errand": _who_fails_is_not_asked_again,
    "stock": _nobody_counts_the_stock,
    "outcome": _an_outcome_is_taken_twice,
}
"""By name, for ``--bug``."""
