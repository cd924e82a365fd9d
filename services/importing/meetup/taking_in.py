"""The whole import: a judged file in, closing report out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..caller import Caller
from ..findings import Finding
from ..running import Watch, run
from .assembling import Assembled
from .closing import Accepted, Closing, close
from .files import read_answers
from .judging import findings
from .plan import phases_of
from .reading_back import read_back


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that can be taken in, and all that is odd about it."""

    assembled: Assembled
    findings: list[Finding]


def judge(path: Path, now: datetime) -> Judged:
    """Read and check everything. Raises what is wrong with the file; nothing has been recorded then."""
    assembled = Assembled(read_answers(path, now))
    return Judged(assembled, findings(assembled))


async def take_in(judged: Judged, caller: Caller, watch: Watch) -> Closing:
    """Record the answers. May be repeated and killed at any moment: what is known is not recorded again."""
    accepted = Accepted()
    tally = await run(caller, phases_of(judged.assembled), watch, accepted)
    return close(judged.assembled, judged.findings, accepted, tally, await read_back(caller))
