"""An import into a directory: whole, or one that dies in the middle; and what came of it."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from services.auditing import audit_directory
from services.cli.operating import CONSOLE
from services.embedded import Platform
from services.importing.caller import Caller, Command, InProcess, Said
from services.importing.running import Watch
from services.settings import Settings

Closing = TypeVar("Closing")


class Killed(BaseException):
    """The process is gone."""


class Mortal(InProcess):
    """Dies after so many commands, in the middle of what is under way."""

    def __init__(self, platform: Platform, after: int) -> None:
        super().__init__(platform, CONSOLE)
        self._left = after

    async def do(self, command: Command) -> int | Said:
        if self._left == 0:
            raise Killed()
        self._left -= 1
        return await super().do(command)


def imported(
    take_in: Callable[[Caller, Watch], Coroutine[Any, Any, Closing]], data: Path, after: int | None = None
) -> Closing:
    """What an import reports that runs in this process; with ``after`` it is Killed after so many commands."""
    with Platform(Settings(data=data)) as platform:
        caller = InProcess(platform, CONSOLE) if after is None else Mortal(platform, after)
        return asyncio.run(take_in(caller, lambda _phase, _done: None))


def digest(data: Path) -> str:
    """Of all that is stored; nothing in it may be broken."""
    report = audit_directory(data)
    assert not report.findings, report.findings
    assert report.digest
    return report.digest
