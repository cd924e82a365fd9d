"""Negative controls: the same harness with one guard off. Each must break just what the guard is there for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from services.kernel.flow.outbox import Page
from services.kernel.flow.stream import Noted, Stream
from services.kernel.flow.taking_in import TakingIn
from services.kernel.flow.wire import Heard
from services.kernel.store.command import Answer, Command
from services.kernel.store.executor import Executor
from services.kernel.store.recorder import Entry
from tests.support.servers.provisioning import Servers

from .hearing import told_again
from .outcome import Control, Outcome
from .relaying import Hasty, dying_relay
from .tailing import invisible_insert
from .writing import lost_answers

SEED = 11


@contextmanager
def seen_is_not_dropped() -> Iterator[None]:
    """Dedupe is off: what was taken in before is reacted to once more."""
    take_in = TakingIn.take_in

    def again(self: TakingIn, page: Page) -> None:
        seen = [self.read(one) for one in page.messages if one.position <= self._reacted]
        if seen:
            self.reacting.carry_out(seen, self.reacting.place(self.source, seen[-1].position))
        take_in(self, page)

    def split(
        self: Stream, deliveries: Sequence[tuple[Heard, Noted]]
    ) -> tuple[list[Heard], Sequence[tuple[Heard, Noted]]]:  # fmt: skip
        follows, position = list[Heard](), self.position
        for number, (heard, _) in enumerate(deliveries):
            if heard.previous > position:
                return follows, deliveries[number:]
            follows.append(heard)
            position = max(position, heard.position)
        return follows, []

    with patch.object(TakingIn, "take_in", again), patch.object(Stream, "_split", split):
        yield


@contextmanager
def position_is_stored_after_the_effect() -> Iterator[None]:
    """Tracking is outside of the transaction: a death between the two does everything again."""
    execute_now = Executor.execute_now

    def in_two(self: Executor, command: Command) -> Answer:
        answer = execute_now(self, replace(command, tracking=()))
        if command.tracking:
            self.store.recorder.append([Entry(tracking=list(command.tracking))])
        return answer

    with patch.object(Executor, "execute_now", in_two):
        yield


def controls(servers: Servers, folder: Path, say: Callable[[str], None]) -> Iterator[Control]:
    """All of them, one after the other."""
    tried: list[tuple[str, set[str], Callable[[Path], Outcome]]] = [
        ("the key of a command is looked up", {"twice"}, lambda at: lost_answers(servers, at, 40, remembers=False)),
        ("what was seen is dropped", {"twice"}, lambda at: told_again(servers, at, 4, SEED, seen_is_not_dropped)),
        (
            "position and effect are one transaction", {"twice"},
            lambda at: told_again(servers, at, 10, SEED, position_is_stored_after_the_effect),
        ),
        ("the cursor is saved after the confirms", {"lost"}, lambda at: dying_relay(servers, at, 6, Hasty)),
        ("one append at a time; the one head refuses the second", set(), _unlocked(servers)),
        ("one append at a time, and one head", {"lost"}, _unlocked(servers, has_head=False)),
    ]  # fmt: skip
    for number, (guard, breaks, trial) in enumerate(tried):
        say(f"without: {guard}")
        place = folder / f"control{number}"
        place.mkdir()
        yield Control(guard, frozenset(breaks), trial(place))


def _unlocked(servers: Servers, **more: Any) -> Callable[[Path], Outcome]:
    return lambda _: invisible_insert(servers, 3, is_locked=False, **more)
