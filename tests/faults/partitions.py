"""F-06: a process and a server of its own do not hear one another, in one direction or both, for a while."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from .ground import PROCESSES
from .trials import Trials
from .wire import Way, Wire

AT_ONCE = 3
SHORT_SECONDS, LONG_SECONDS = (2.0, 6.0), 25.0
LONG_ONE_IN = 8
"""One of so many lasts longer than two heartbeats."""
WAYS: Sequence[tuple[Way, ...]] = ((Way.UP,), (Way.DOWN,), (Way.UP, Way.DOWN))


@dataclass(frozen=True, slots=True)
class _Partition:
    """``is_forgotten``: when it is over, what was held back is lost with its connections."""

    wire: Wire
    ways: tuple[Way, ...]
    is_forgotten: bool

    def begin(self) -> None:
        self.wire.hold(*self.ways)

    def end(self) -> None:
        if self.is_forgotten:
            self.wire.reset()
        self.wire.let_go()


def partition(trials: Trials, times: int) -> None:
    """A few at a time; some last longer than everybody's patience."""
    with trials.trial("F-06", "partitions from database or broker, in one direction or both") as outcome:
        while outcome.times < times:
            rounds = outcome.times // AT_ONCE
            begun = [_chosen(trials, name) for name in trials.chance.sample(PROCESSES, AT_ONCE)]
            for one in begun:
                one.begin()
            time.sleep(LONG_SECONDS if rounds % LONG_ONE_IN == 1 else trials.chance.uniform(*SHORT_SECONDS))
            for one in begun:
                one.end()
            outcome.times += len(begun)
            outcome.took(trials.ground.recovered())


def slow_down(trials: Trials, seconds: float, delay_seconds: float) -> None:
    """All wires are slow for a while: nobody gives up."""
    with trials.trial("slow wires", f"every wire {delay_seconds * 1000:.0f} ms slow, each way") as outcome:
        _delay(trials, delay_seconds)
        time.sleep(seconds)
        _delay(trials, 0.0)
        outcome.times = 2 * len(trials.ground.lines)
        outcome.took(trials.ground.recovered())


def _delay(trials: Trials, seconds: float) -> None:
    for lines in trials.ground.lines.values():
        lines.database.delay_seconds = lines.broker.delay_seconds = seconds


def _chosen(trials: Trials, name: str) -> _Partition:
    lines, chance = trials.ground.lines[name], trials.chance
    used = [lines.database] if name.endswith(".serve") else [lines.database, lines.broker]  # who serves does not listen
    return _Partition(chance.choice(used), chance.choice(WAYS), chance.random() < 0.5)
