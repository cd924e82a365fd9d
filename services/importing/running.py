"""Carrying out a plan: chains of commands, many at once, phase by phase, with a tally of what came of them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .caller import Caller, Command, Said

Chain = Sequence[Command]
"""Commands of which each needs the one before it."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Chains that do not need one another; the next phase needs all of them. ``count`` is of the chains."""

    name: str
    chains: Iterable[Chain]
    count: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that the platform did not accept, and why."""

    command: Command
    said: Said


@dataclass(slots=True)
class Tally:
    """What came of the commands: by operation what is new and what was known already, and what was refused."""

    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)

    def accepted(self, operation: str) -> int:
        """How many commands of the operation the platform has, whenever they came."""
        return self.new[operation] + self.known[operation]


Watch = Callable[[Phase, int], None]
"""Told of a phase and how many of its chains are done."""
Accept = Callable[[Command], None]
"""Told of every command that the platform has."""


async def run(caller: Caller, phases: Iterable[Phase], watch: Watch, accept: Accept) -> Tally:
    """Carry out all phases; a chain ends where a command is refused. Raises what nothing would get past."""
    heads = await caller.heads()
    tally = Tally()
    for phase in phases:
        runner = _Runner(caller, heads, tally, accept)
        await runner.run(phase, watch)
        await caller.catch_up()
    return tally


class _Runner:
    def __init__(self, caller: Caller, heads: dict[str, int], tally: Tally, accept: Accept) -> None:
        self._caller, self._heads, self._tally, self._accept = caller, heads, tally, accept
        self._done = 0

    async def run(self, phase: Phase, watch: Watch) -> None:
        watch(phase, 0)
        chains = iter(phase.chains)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._caller.at_once, phase.count)):
                    group.create_task(self._work(phase, chains, watch))
        except BaseExceptionGroup as several:
            raise _first(several) from several

    async def _work(self, phase: Phase, chains: Iterator[Chain], watch: Watch) -> None:
        for chain in chains:  # one iterator for all workers: each chain goes to whoever is free
            await self._carry_out(chain)
            self._done += 1
            watch(phase, self._done)

    async def _carry_out(self, chain: Chain) -> None:
        for command in chain:
            outcome = await self._caller.do(command)
            if isinstance(outcome, Said):
                self._tally.refused.append(Refused(command, outcome))
                return
            known = outcome <= self._heads[command.service]
            (self._tally.known if known else self._tally.new)[command.operation] += 1
            self._accept(command)


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    found: BaseException = several
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
