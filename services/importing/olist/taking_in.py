"""The whole import: judged files in, closing report out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..caller import Caller
from ..findings import Finding
from ..refusals import BooksMoving
from ..running import Watch, run
from .assembling import Assembled, assemble
from .closing import Accepted, Closing, close
from .files import read_set
from .judging import findings
from .people import CURRENCY
from .plan import phases_of

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A set that can be taken in, and all that is odd about it."""

    assembled: Assembled
    findings: list[Finding]


def judge(directory: Path, now: datetime) -> Judged:
    """Read and check everything. Raises what is wrong with the files; nothing has been recorded then."""
    assembled = assemble(read_set(directory, now), now)
    return Judged(assembled, findings(assembled))


async def take_in(judged: Judged, caller: Caller, watch: Watch) -> Closing:
    """Record the set. May be repeated and killed at any moment: what is known is not recorded again."""
    accepted = Accepted()
    tally = await run(caller, phases_of(judged.assembled), watch, accepted)
    books = await read_books(caller)
    figures = await caller.ask("mall", "review_figures", currency=CURRENCY)
    ratings = {row["rating"]: row["count"] for row in figures["ratings"]}
    return close(judged.assembled, judged.findings, accepted, tally, books, ratings)


async def read_books(caller: Caller) -> dict[str, Any]:
    """All pages of the books, at one position. Raises BooksMoving when they do not hold still."""
    for _ in range(ATTEMPTS):
        pages = [await caller.ask("mall", "books")]
        while pages[-1].get("next"):
            pages.append(await caller.ask("mall", "books", cursor=pages[-1]["next"]))
        if len({page["position"] for page in pages}) == 1:
            return {**pages[0], "accounts": [account for page in pages for account in page["accounts"]]}
    raise BooksMoving()
