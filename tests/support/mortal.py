"""An import that dies in the middle."""

from services.cli.operating import CONSOLE
from services.embedded import Platform
from services.importing.caller import Command, InProcess, Said


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
