"""The two worlds in which the platform runs: in one process over files, and apart over real servers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.support.platform_apart import PlatformApart
from tests.support.process import PlatformProcess
from tests.support.servers.provisioning import Servers

EMBEDDED, APART = "embedded", "apart"
Platform = PlatformProcess | PlatformApart


class World:
    """Starts platforms, all of one kind."""

    def __init__(self, name: str, servers: Servers) -> None:
        self.name, self._servers = name, servers

    def platform(self, directory: Path, *, is_sandbox: bool = True) -> AbstractContextManager[Platform]:
        """A platform with a simulated payment provider, on a directory of its own."""
        if self.name == APART:
            return PlatformApart(directory, self._servers, is_sandbox=is_sandbox)
        return PlatformProcess(directory, *(["--sandbox"] if is_sandbox else []))

    @contextmanager
    def platform_with_operator(self, directory: Path, mail: str, password: str) -> Iterator[Platform]:
        """The same with a clock that is real, and its first operator, made by the command for that."""
        if self.name == APART:
            with PlatformApart(directory, self._servers, is_sandbox=False) as apart:
                _create_operator(apart.environment, mail, password)
                yield apart
            return
        _create_operator(dict(os.environ), mail, password, "--data", str(directory))
        with self.platform(directory, is_sandbox=False) as platform:
            yield platform

    @contextmanager
    def with_mall_of(self, program: str, platform: Platform, directory: Path) -> Iterator[Platform]:
        """A platform whose mall serves from another module than the program: for as long as the block lasts this one,
        or a new one on a directory where all of it is one process."""
        if isinstance(platform, PlatformProcess):
            with PlatformProcess(directory, program=program) as other:
                yield other
            return
        platform.stop("mall.serve")
        platform.start("mall.serve", program=program)
        try:
            yield platform
        finally:
            platform.stop("mall.serve")
            platform.start("mall.serve")


def _create_operator(environment: dict[str, str], mail: str, password: str, *options: str) -> None:
    command = [sys.executable, "-m", "services", "operator", "create", "--mail", mail, *options]
    known = environment | {"AGORA_OPERATOR_PASSWORD": password}
    subprocess.run(command, env=known, check=True, capture_output=True, text=True)
