"""What is parked at the services of a platform, and dealing with it: in a directory, or in databases while it runs."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from services.apart.opening import NoSuchService, open_in
from services.auditing import ensure_stores
from services.composition import SERVICES
from services.embedded import Platform
from services.kernel.flow.failures import is_passing
from services.kernel.flow.reacting import Reacting
from services.kernel.flow.retrying import NothingKept, NothingParked, Retried, Retrying, WaitsBehind
from services.kernel.refusals import Conflicting, Refusal, Unready
from services.kernel.service import Service
from services.kernel.store.clashes import NotParked
from services.kernel.store.recorder import Entry, ParkedRow
from services.settings import Settings

PAGE = 500
MOST_BEHIND = 1_000


class ParkedAtSeveral(Conflicting):
    """More than one service could not handle the message."""

    sentence = "{name} is parked at {services}; say at which one you mean with --service."


class NotNow(Unready):
    """The surroundings failed while a message was dealt with; it is as it was."""

    sentence = "This cannot be done now, because a database or broker is away; nothing was changed. Try again later."


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A parked message, and at which service."""

    service: str
    row: ParkedRow


class DeadLetters:
    """The parked messages of some services, which are open in this process."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = {one.name: one for one in services}

    def all(self) -> Iterator[DeadLetter]:
        """All of them, by service, source and position."""
        for name, service in self._services.items():
            for row in _rows(service):
                yield DeadLetter(name, row)

    def find(self, name: str) -> DeadLetter:
        """The one of this name. Raises NothingParked, ParkedAtSeveral."""
        found = [
            DeadLetter(service, row)
            for service, one in self._services.items()
            if (row := one.recorder.parked_one(name)) is not None
        ]
        if not found:
            raise NothingParked(name=name, service=_listed(self._services))
        if len(found) > 1:
            raise ParkedAtSeveral(name=name, services=_listed(one.service for one in found))
        return found[0]

    def behind(self, letter: DeadLetter) -> list[str]:
        """The names of those that wait behind it, in order."""
        if not letter.row.subject:
            return []
        recorder = self._services[letter.service].recorder
        rows = recorder.parked_of(letter.row.source, letter.row.subject, MOST_BEHIND)
        return [row.name for row in rows if row.position > letter.row.position]

    def retry(self, name: str) -> list[Retried]:
        """Take in a message, and what waits behind it. Raises what Retrying.retry and ``find`` raise, and NotNow."""
        with _not_now():
            return _retrying(self._services[self.find(name).service]).retry(name)

    def retry_all(self) -> list[Retried]:
        """Take in whatever can be. Raises NotNow."""
        with _not_now():
            return [one for service in self._services.values() for one in _retry_all(service)]

    def drop(self, name: str) -> list[Retried]:
        """Take a message away for good; what waited for it is taken in. Raises as ``retry`` does."""
        with _not_now():
            return _retrying(self._services[self.find(name).service]).drop(name)

    def drop_poison(self, stage: str) -> int:
        """Take away for good all of a stage that was no message; how many that were. Messages of a log stay.

        Raises NotNow.
        """
        with _not_now():
            return sum(_drop_poison(service, stage) for service in self._services.values())


@contextmanager
def dead_letters(settings: Settings, service: str | None = None) -> Iterator[DeadLetters]:
    """Those of one service, or of all. A directory must not be in use; databases may be.

    Raises NoSuchService, NoStores, DirectoryInUse, and what opening a service raises.
    """
    if service is not None and service not in SERVICES:
        raise NoSuchService(given=service, services=_listed(SERVICES))
    names = SERVICES if service is None else (service,)
    with ExitStack() as held:
        if settings.is_apart:
            yield DeadLetters([open_in(held, name, settings) for name in names])
            return
        ensure_stores(settings.data)
        platform = held.enter_context(Platform(settings))
        yield DeadLetters([platform.services[name] for name in names])


def _retrying(service: Service) -> Retrying:
    while sum(one.step() for one in service.intakes):  # where no worker does: a view takes nothing before its turn
        pass
    return Retrying(service.views, Reacting(service.name, service.executor, service.reactions, service.clock.now))


def _retry_all(service: Service) -> Iterator[Retried]:
    """Each by itself; what waits behind another one comes with that one, or stays with it."""
    retrying = _retrying(service)
    for row in _rows(service):
        try:
            yield from retrying.retry(row.name)
        except NothingKept:
            yield Retried(row.name, row.cause)
        except (NothingParked, WaitsBehind):
            continue


def _drop_poison(service: Service, stage: str) -> int:
    """One by one is how a store counts what it takes away; another process may take some at the same time."""
    dropped = 0
    for row in _rows(service):
        if row.stage == stage and not row.subject:
            with suppress(NotParked):
                service.recorder.append([Entry(released=[row.name])])
                dropped += 1
    return dropped


def _rows(service: Service) -> list[ParkedRow]:
    rows: list[ParkedRow] = []
    while page := service.recorder.parked(PAGE, len(rows)):
        rows += page
    return rows


@contextmanager
def _not_now() -> Iterator[None]:
    try:
        yield
    except Refusal:
        raise
    except Exception as failure:
        if is_passing(failure):
            raise NotNow() from failure
        raise


def _listed(names: Iterator[str] | Sequence[str] | dict[str, Service]) -> str:
    return ", ".join(names)
