"""A program that counts until it is killed: ``python -m tests.support.counting_program DIRECTORY JOURNAL``.

What it is about to send, and what was acknowledged, goes to the journal; on its next start it sends
again, with the same keys, what it never got an answer to, as a careful client would.
"""

import asyncio
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from services.kernel import logs
from services.kernel.doors.operation import Actor
from services.kernel.service import Service
from tests.support.scenario import ANNA
from tests.support.services import open_service

AT_ONCE = 8


@dataclass
class Journal:
    """``begun`` and ``acknowledged`` hold the numbers of the rounds; a round opens one tally and counts twice."""

    path: Path
    begun: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """What earlier runs wrote; a line that was torn by the kill is left out."""
        journal = cls(path)
        for line in path.read_text().splitlines(keepends=True) if path.exists() else ():
            word, _, number = line.partition(" ")
            if number.endswith("\n"):
                {"begun": journal.begun, "acknowledged": journal.acknowledged}.get(word, set()).add(int(number))
        return journal

    def write(self, word: str, number: int) -> None:
        """A line that is on disk when this returns."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{word} {number}\n".encode())
        os.fsync(descriptor)
        os.close(descriptor)


async def one_round(service: Service, number: int) -> None:
    """Open a tally and count twice, each under a key of its own."""
    actor = Actor(ANNA)
    made = await service.do(service.by_name["open_tally"], actor, {"name": f"tally {number}"}, f"{number}")
    for time in range(2):
        fields = {"tally_id": UUID(made["tally_id"]), "note": f"note {time}"}
        await service.do(service.by_name["count"], actor, fields, f"{number}.{time}")


async def count(service: Service, journal: Journal) -> None:
    """Eight rounds at a time, for ever; first those that were begun and never acknowledged."""
    pending = sorted(journal.begun - journal.acknowledged)
    latest = max(journal.begun, default=0)

    async def work() -> None:
        nonlocal latest
        while True:
            if pending:
                number = pending.pop()
            else:
                number = latest = latest + 1
                journal.write("begun", number)
            await one_round(service, number)
            journal.write("acknowledged", number)
            print(number, flush=True)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def main() -> None:
    """Count until killed."""
    logs.set_up("warning")  # to standard error: what is printed is counted
    directory, journal = map(Path, sys.argv[1:])
    service = open_service(directory)
    service.start()
    asyncio.run(count(service, Journal.read(journal)))


if __name__ == "__main__":
    main()
