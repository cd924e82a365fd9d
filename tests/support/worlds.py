"""The two worlds in which the platform runs: in one process over files, and apart over real servers."""

from contextlib import AbstractContextManager
from pathlib import Path

from tests.support.platform_apart import PlatformApart
from tests.support.process import PlatformProcess
from tests.support.servers.provisioning import Servers

EMBEDDED, APART = "embedded", "apart"
PROGRAM = "services"
Platform = PlatformProcess | PlatformApart


class World:
    """Starts platforms, all of one kind."""

    def __init__(self, name: str, servers: Servers) -> None:
        self.name, self._servers = name, servers

    def platform(
        self, directory: Path, *, is_sandbox: bool = True, launcher: str = PROGRAM
    ) -> AbstractContextManager[Platform]:
        """A platform with a simulated payment provider. ``launcher`` is the module to run in place of the program."""
        if self.name == APART:
            return PlatformApart(directory, self._servers, is_sandbox=is_sandbox, launcher=launcher)
        return PlatformProcess(directory, *(["--sandbox"] if is_sandbox else []), launcher=launcher)
