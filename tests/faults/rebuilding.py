"""F-17: every view is rebuilt from its first fact while people go on, and while those die who move the running ones."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from .trials import Trials

COMMAND_SECONDS = 900.0
WORKERS = ("mall.work", "partners.work")


def rebuild_while_used(trials: Trials, rounds: int) -> None:
    """``agora rebuild`` compares the rebuilt with the running ones at one moment; all must be equal there."""
    with trials.trial("F-17", "agora rebuild of all views while people go on and workers die") as outcome:
        for number in range(rounds):
            since = time.monotonic()
            with ThreadPoolExecutor(1) as pool:
                rebuilt = pool.submit(_rebuild, trials)
                if number:  # not the first time: that one is to have an easy life
                    dying = WORKERS[(number - 1) % len(WORKERS)]
                    trials.ground.kill(dying)
                    trials.ground.start(dying)
                failed = rebuilt.result()
            if failed:
                outcome.wrongs.broken.append(failed)
            outcome.said = f"one rebuild took {time.monotonic() - since:.0f} s"
            outcome.times += 1
            outcome.took(trials.ground.recovered())


def views_at_rest(trials: Trials) -> None:
    """At the very end: every view as it stands against one that is built anew."""
    with trials.trial("I-10", "every view at rest against a rebuilt one") as outcome, trials.load.quiet():
        trials.verdict.at_rest()
        outcome.times, outcome.wrongs = trials.verdict.views()
        outcome.wrongs += trials.verdict.untried()


def _rebuild(trials: Trials) -> str:
    """What is wrong; empty when all is well."""
    ended = subprocess.run(
        [sys.executable, "-m", "services", "rebuild"], env=trials.ground.environment, capture_output=True, text=True,
        timeout=COMMAND_SECONDS, check=False,
    )  # fmt: skip
    return f"agora rebuild: {ended.stdout[-2000:]}{ended.stderr[-1000:]}" if ended.returncode else ""
