"""Show of every guard that its test fails without it: ``python -m tests.guards.prove [--only NAME] [--jobs N]``.

Works on a copy of the project in which each guard has a switch, see ``switched``. A test that passes although its guard
is off, or that does not pass with all of them on, proves nothing and is printed at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import listing
from .switched import make_copy, surroundings
from .trying import ANSWERS, NOTICED, PASSED, TRIALS, Trial

Answer = dict[str, str]
SHOWN = (NOTICED, PASSED)
LEFT_OUT = ("cacheprovider", "unraisableexception", "threadexception")
"""Of pytest: what is only left lying about, by whichever test, is not what a test notices."""


def trials(only: str = "") -> list[Trial]:
    """One for each guard of the list whose name holds this."""
    what = listing.listed()
    tried = [Trial(guard, [test]) for guard, test in {**what.refusals, **what.invariants}.items()]
    tried += [Trial(guard, [test], is_control=True) for guard, test in what.statements.items()]
    tried += [Trial(guard, [said["test"]], is_control="off" not in said) for guard, said in what.machinery.items()]
    return [trial for trial in tried if only in trial.guard]


def tried(copy: Path, wanted: Sequence[Trial], jobs: int) -> Iterator[Answer]:
    """Make trials in the copy; each outcome comes as soon as it is known.

    What a test leaves in a server can keep the next one from noticing: who does not notice is asked again, alone.
    """
    alone = []
    for answer in _told(copy, wanted, jobs):
        if answer["outcome"] in SHOWN:
            yield answer
        else:
            alone.append(answer["guard"])
    for trial in wanted:
        if trial.guard in alone:
            yield from _told(copy, [trial], 1)


def _told(copy: Path, wanted: Sequence[Trial], jobs: int) -> Iterator[Answer]:
    reader, writer = os.pipe()
    with ThreadPoolExecutor(jobs) as pool, open(reader) as answers:
        shares = [wanted[number::jobs] for number in range(min(jobs, len(wanted)))]
        runs = [pool.submit(_run, copy, share, os.dup(writer)) for share in shares]
        os.close(writer)
        for line in answers:
            yield json.loads(line)
        for run in runs:
            run.result()


def _run(copy: Path, share: Sequence[Trial], answers: int) -> None:
    """One process of pytest, which forks for each test. Raises RuntimeError when it could not begin."""
    files = sorted({test.partition("::")[0] for trial in share for test in trial.tests})
    with closing(os.fdopen(answers, "w")), tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "trials.json"
        said.write_text(json.dumps([asdict(trial) for trial in share]))
        around = surroundings(copy, **{TRIALS: str(said), ANSWERS: str(answers)})
        plugins = [f"{__package__}.trying", *(f"no:{name}" for name in LEFT_OUT)]
        command = [sys.executable, "-m", "pytest", "-q", *(f"-p{plugin}" for plugin in plugins), *files]
        ended = subprocess.run(
            command, cwd=copy, env=around, pass_fds=(answers,), capture_output=True, text=True, check=False
        )
    if ended.returncode not in (0, 5):
        raise RuntimeError(f"pytest ended with {ended.returncode}:\n{ended.stdout[-4_000:]}{ended.stderr[-4_000:]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all, print what nobody notices; 1 when there is any."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("--only", default="", help="part of a guard's name")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many at a time")
    options = asked.parse_args(arguments)
    wanted, began = trials(options.only), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="agora-guards-") as folder:
        print(f"{len(wanted)} guards, each switched off in a copy of the project.", flush=True)
        copy = make_copy(Path(folder), listing.listed().ways_off())
        answers = list(_printed(tried(copy, wanted, options.jobs), len(wanted)))
    unproven = [answer for answer in answers if answer["outcome"] not in SHOWN]
    print(f"{len(wanted) - len(unproven)} proven, {len(unproven)} not, in {time.monotonic() - began:.0f} seconds.")
    for answer in unproven:
        print(f"  {answer['guard']}\n    {answer['outcome']} {answer['why']}: {answer['test']}")
    return 1 if unproven else 0


def _printed(answers: Iterator[Any], total: int) -> Iterator[Answer]:
    for number, answer in enumerate(answers, 1):
        print(f"{number:4} of {total}  {answer['outcome']:9}  {answer['guard']}", flush=True)
        yield answer


if __name__ == "__main__":
    sys.exit(main())
