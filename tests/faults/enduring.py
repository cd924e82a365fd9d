"""Nobody harms it, and people go on: what its processes hold does not become ever more."""

import time
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from tests.support.waiting import until

from .ground import EVERYTHING
from .held import BUSY_MB, IDLE_MB, Held, Looks, grown, held_by, in_all, largest, too_much
from .trials import Trials

LOOKS = 120
REST_SECONDS, TOLD_EVERY = 10.0, 12


def endure(trials: Trials, minutes: float) -> None:
    """All processes are started anew and rest; then people use them for so long, and they rest again."""
    with trials.trial("memory", f"{minutes:g} minutes of use, nothing in the way") as outcome:
        with trials.load.quiet():
            trials.ground.stop(*EVERYTHING)
            trials.ground.start(*EVERYTHING)
            outcome.took(trials.ground.recovered())
            time.sleep(REST_SECONDS)
            idle = [_look(trials)]
        busy = list(_looks(trials, minutes * 60 / LOOKS))
        with trials.load.quiet():
            if not until(lambda: not _unacknowledged(trials), REST_SECONDS):
                outcome.wrongs.broken.append(f"somebody keeps messages to himself: {_unacknowledged(trials)}")
        outcome.wrongs.broken += [*too_much(idle, IDLE_MB, "at rest"), *too_much(busy, BUSY_MB, "in use"), *grown(busy)]
        outcome.times = len(busy)
        outcome.said = f"most memory at rest {largest(idle)}, in use {largest(busy)}; {_change(busy)}"


def _looks(trials: Trials, every_seconds: float) -> Iterator[dict[str, Held]]:
    for number in range(1, LOOKS + 1):
        time.sleep(every_seconds)
        yield (look := _look(trials))
        if number % TOLD_EVERY == 0:
            memory_mb, files, threads = in_all(look)
            trials.say(f"  {number / LOOKS:.0%}: {memory_mb:,.0f} MB, {files} files, {threads} threads in all")


def _look(trials: Trials) -> dict[str, Held]:
    return {name: held_by(trials.ground.processes[name].pid) for name in EVERYTHING}


def _change(looks: Looks) -> str:
    _, files, threads = (
        f"{before} to {after}" for before, after in zip(in_all(looks[0]), in_all(looks[-1]), strict=True)
    )
    return f"files {files}, threads {threads}"


def _unacknowledged(trials: Trials) -> list[str]:
    """Queues of which somebody has messages that he did not acknowledge, with their number."""
    vhost = unquote(urlsplit(trials.ground.amqp_url).path.removeprefix("/"))
    told = trials.servers.rabbitmq().ctl("-q", "list_queues", "-p", vhost, "name", "messages_unacknowledged")
    return [line for line in told.splitlines()[1:] if line.split()[-1] != "0"]
