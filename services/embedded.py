"""All services in one process, over one directory: no broker, no other server.

Each reader pulls its neighbours' messages from their logs, by the same step that catches up when
services run apart. A directory belongs to one process at a time.
"""

import fcntl
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from services.composition import SERVICES, blueprint_of, clock_of
from services.identity.mail.outgoing import outgoing
from services.identity.tokens import TokenIssuer
from services.kernel.blueprint import Surroundings
from services.kernel.clock import SandboxClock
from services.kernel.files import Files
from services.kernel.refusals import Conflicting
from services.kernel.service import Service
from services.settings import Settings


class DirectoryInUse(Conflicting):
    """Another process holds the directory."""

    sentence = "The directory {directory} is in use by process {process}; stop that one, or choose another with --data."


class DirectoryNotUsable(Conflicting):
    """The directory cannot be made or written."""

    sentence = "The directory {directory} cannot be used ({why}); choose one that you may write with --data."


class DirectoryLock:
    """Holds a directory for this process; the operating system lets go of it however the process ends."""

    def __init__(self, directory: Path) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as cause:
            raise DirectoryNotUsable(directory=str(directory), why=cause.strerror or "it cannot be used") from cause
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._descriptor, 20).decode() or "unknown"
            os.close(self._descriptor)
            raise DirectoryInUse(directory=str(directory), process=holder) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def close(self) -> None:
        """Let go of the directory."""
        os.close(self._descriptor)


class Platform:
    """The services of one directory, open in this process. Use it as a context; ``start`` its workers or ``settle`` it.

    Raises DirectoryInUse, DirectoryNotUsable, and what its keys raise when they are not the ones it began with.
    """

    def __init__(self, settings: Settings, **extras: Any) -> None:
        self.settings = settings
        with ExitStack() as held:  # whatever fails from here on, the directory is let go
            held.callback(DirectoryLock(settings.data).close)
            self.clock = clock_of(settings)
            self.services = self._opened(settings, held, extras)
            self._held = held.pop_all()
        for service in self.services.values():
            service.hear([other for other in self.services.values() if other is not service])

    def _opened(self, settings: Settings, held: ExitStack, extras: dict[str, Any]) -> dict[str, Service]:
        master = settings.master()
        self.issuer = TokenIssuer(settings.token_key_file)
        mail = outgoing(settings.mail_url, settings.mail_from, settings.mail_folder)
        own = {"issuer": self.issuer, "mail": mail, "reset_url": settings.reset_page()}
        known = {"settings": settings, **own, **extras}
        surroundings = Surroundings(Files(settings.data), master, self.clock, known)
        opened: dict[str, Service] = {}
        for name in SERVICES:
            opened[name] = Service(blueprint_of(name), surroundings)
            held.callback(opened[name].stop)
        return opened

    def start(self) -> None:
        """Start all workers; what one service stores wakes the readers of the others."""
        for service in self.services.values():
            service.start()
        for service in self.services.values():
            for other in self.services.values():
                if service.name in other.sources and other is not service:
                    service.executor.commits.on_commit.append(other.wake)
        if isinstance(self.clock, SandboxClock):
            self.clock.on_advance.extend(service.wake for service in self.services.values())

    def settle(self, most_rounds: int = 1_000_000) -> int:
        """Without workers: work until nothing is left to do; return how many rounds it took."""
        for done in range(most_rounds):
            if not sum(service.settle() for service in self.services.values()):
                return done
        return most_rounds

    def lag(self, name: str) -> dict[str, int]:
        """How many positions a service's views are behind each source."""
        service = self.services[name]
        return {
            source: self.services[source].recorder.position() - service.progress.reached(source)
            for source in service.sources
        }

    def stuck(self) -> Sequence[str]:
        """What the workers cannot get past, if anything."""
        loops = (loop for service in self.services.values() for loop in service.loops)
        return [f"{loop.name}: {loop.stuck}" for loop in loops if loop.stuck]

    def close(self) -> None:
        """Stop the workers, store what is left, let go of the directory."""
        for service in self.services.values():
            service.rest()
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
