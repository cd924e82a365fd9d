"""F-01 and F-02: processes of the platform are killed, or asked to end."""

import time
from random import Random

from .ground import EVERYTHING
from .outcome import Outcome
from .trials import Trials

KILLED_AT_ONCE, ENDED_AT_ONCE = 6, 3
BETWEEN_SECONDS = (0.2, 1.5)


def crash_loop(trials: Trials, kills: int) -> None:
    """Kill a few at a time, of all in turn, and start them again, over and over."""
    with trials.trial("F-01", "SIGKILL of every serve, work, rpc and of the entrance") as outcome:
        deck: list[str] = []
        while outcome.times < kills:
            if len(deck) < KILLED_AT_ONCE:
                deck += trials.chance.sample(EVERYTHING, len(EVERYTHING))
            chosen, deck = list(dict.fromkeys(deck[:KILLED_AT_ONCE])), deck[KILLED_AT_ONCE:]
            _pause(trials.chance)
            trials.ground.kill(*chosen)
            _restart(trials, outcome, chosen)


def rolling_restart(trials: Trials, rounds: int) -> None:
    """Ask everybody to end, three at a time, and start them again; each must end by itself, with exit code 0."""
    with trials.trial("F-02", "SIGTERM of everything, three at a time") as outcome:
        for _ in range(rounds):
            order = trials.chance.sample(EVERYTHING, len(EVERYTHING))
            for place in range(0, len(order), ENDED_AT_ONCE):
                chosen = order[place : place + ENDED_AT_ONCE]
                _pause(trials.chance)
                status = trials.ground.stop(*chosen)
                if status:
                    outcome.wrongs.broken.append(f"one of {chosen} ended with {status}")
                _restart(trials, outcome, chosen)


def _restart(trials: Trials, outcome: Outcome, chosen: list[str]) -> None:
    since = time.monotonic()
    trials.ground.start(*chosen)
    trials.ground.recovered()
    outcome.took(time.monotonic() - since)
    outcome.times += len(chosen)


def _pause(chance: Random) -> None:
    """Let people go on for a moment: nobody knows when a process dies."""
    time.sleep(chance.uniform(*BETWEEN_SECONDS))
