"""A platform under load, and the faults that are tried on it one group after the other, each with its verdict."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Self
from uuid import uuid4

from tests.support.servers.provisioning import Servers
from tests.support.waiting import until

from .asking import Caller, Wish
from .ground import Ground
from .journal import ANSWERED, Journal
from .load import Load
from .outcome import Outcome
from .partner import SCOPES, Partner
from .shadowing import Shadow
from .verdict import Verdict
from .wire import Wires

Say = Callable[[str], None]
WARM_UP = 60
"""So many commands are answered before anything goes wrong."""
RECOVERS_WITHIN_SECONDS = ANSWERS_WITHIN_SECONDS = 30.0
"""After a fault is over all processes are ready within so long, and whoever asks again and again is answered."""


@dataclass
class Trials:
    """Use it as a context. ``ground`` is the platform, ``load`` who uses it; ``outcomes`` what came of it so far."""

    servers: Servers
    folder: Path
    seed: int
    say: Say
    outcomes: list[Outcome] = field(default_factory=list)
    _held: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        with ExitStack() as held:
            self.chance = Random(self.seed)
            self.say("starting the platform: 16 processes, two servers")
            wires = held.enter_context(Wires())
            self.ground = held.enter_context(Ground(self.folder / "platform", self.servers, wires))
            self.ground.recovered()
            self.journal = Journal(self.folder / "journal.jsonl")
            self.caller = Caller(self.ground, self.journal)
            shadow = held.enter_context(Shadow(self.ground))
            self.verdict = Verdict(self.ground, self.journal, self._partner(), shadow)
            self.load = held.enter_context(Load(self.caller, self.seed))
            assert until(lambda: self._answered() > WARM_UP), self.caller.codes
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @contextmanager
    def trial(self, fault: str, what: str) -> Iterator[Outcome]:
        """What is done in the block is judged after it, and goes to ``outcomes``."""
        outcome, before, self.journal.waited_seconds = Outcome(fault, what), self._answered(), 0.0
        self.say(f"{fault}: {what}")
        ended, unexpected = len(self.ground.ended), len(self.caller.unexpected)
        try:
            yield outcome
            with self.load.quiet():
                outcome.wrongs += self.verdict.at_rest()
        except Exception as failure:  # noqa: BLE001  the others are to be tried all the same
            outcome.wrongs.broken.append(f"it could not be tried to its end: {failure!r}")
        outcome.wrongs.broken += [f"an error of its own: {one}" for one in self.caller.unexpected[unexpected:]]
        outcome.wrongs.broken += [f"a person is in trouble: {one!r}" for one in self.load.trouble]
        outcome.wrongs.broken += [f"{one} has ended, which nobody asked for" for one in self.ground.ended[ended:]]
        outcome.wrongs.broken += too_long(outcome.longest_seconds, self.journal.waited_seconds)
        outcome.answered = self._answered() - before
        outcome.said = ", ".join(self._notes(outcome))
        self.outcomes.append(outcome)
        recovered = f"recovered in {outcome.longest_seconds:.1f} s at most"
        self.say(f"{fault}: {outcome.times} times, {outcome.answered} answered, {recovered}, {outcome.said}")
        for kind, found in outcome.wrongs.by_kind().items():
            for one in found[:5]:
                self.say(f"  {kind}: {one}")

    def _notes(self, outcome: Outcome) -> Iterator[str]:
        if outcome.said:
            yield outcome.said
        yield f"longest without an answer {self.journal.waited_seconds:.0f} s"

    def _answered(self) -> int:
        if not self.journal.path.exists():
            return 0
        return sum(one.outcome == ANSWERED for one in self.journal.asked())

    def _partner(self) -> Partner:
        """A partner that may read everything, registered as anybody would be."""
        wish = Wish(
            service="partners", operation="register", path="/partners", person=uuid4(), roles=("operator",),
            body={"name": "Alpine Club", "scopes": SCOPES},
        )  # fmt: skip
        answer = self.caller.ask(wish)
        assert answer is not None, self.caller.codes
        return Partner(self.ground.url, answer["key"])


def too_long(recovered_seconds: float, waited_seconds: float) -> Iterator[str]:
    """What took longer than anybody should wait."""
    if recovered_seconds > RECOVERS_WITHIN_SECONDS:
        yield f"not ready again for {recovered_seconds:.1f} s, {RECOVERS_WITHIN_SECONDS:.0f} at most are promised"
    if waited_seconds > ANSWERS_WITHIN_SECONDS:
        yield f"not answered for {waited_seconds:.1f} s, {ANSWERS_WITHIN_SECONDS:.0f} at most are promised"
