"""F-14: a relay dies after it has published k of n messages, for every k."""

from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

from eventsourcing.persistence import Tracking

from services.kernel.flow.outbox import Page
from services.kernel.flow.publisher import Publisher
from services.kernel.flow.relay import CURSOR, Relay
from services.kernel.flow.wire import Heard, Wired
from services.kernel.store.recorder import Entry, Recorder
from services.kernel.store.sqlite import SQLiteRecorder
from tests.integration.broker.conftest import Ear
from tests.support.letterbox import SOURCE, MemoryLog
from tests.support.servers.provisioning import Servers

from .checks import Wrongs
from .outcome import Outcome


class Died(BaseException):
    """The process is gone."""


class _Dying:
    """An outlet whose process dies after so many messages."""

    def __init__(self, publisher: Publisher, most: int) -> None:
        self._publisher, self._most = publisher, most

    def publish(self, batch: Sequence[Wired]) -> None:
        """Publish some of them, or all."""
        self._publisher.publish(batch[: self._most])
        raise Died

    def idle(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Let go."""
        self._publisher.close()


class Hasty(Relay):
    """Saves the cursor before the broker has confirmed: the guard is off."""

    def _forward(self, page: Page) -> None:
        self._recorder.append([Entry(tracking=[Tracking(CURSOR, page.through)])])
        if page.messages:
            self._publisher.publish(self._wired(page.messages))
        self._moved(page)


def dying_relay(servers: Servers, folder: Path, most: int, kind: type[Relay] = Relay) -> Outcome:
    """For every k up to ``most``: so many new messages, a relay that dies after k of them, and another one after it."""
    url = servers.rabbitmq().new_url()
    ear = Ear(url, "ear")
    said = most * (most + 1)
    with closing(SQLiteRecorder(folder / "facts.db")) as recorder:
        for k in range(most + 1):
            log = MemoryLog(most * (k + 1), range(1, said + 1))
            with closing(kind(SOURCE, log, recorder, _Dying(Publisher(url, SOURCE), k))) as relay, suppress(Died):
                relay.step()
            _finish(kind, log, recorder, url)
    heard = ear.heard()
    duplicates = len(heard) - len({one.position for one in heard if one.envelope})
    outcome = Outcome("F-14", f"relay dies after k of {most} messages, every k", most + 1, said, _wrongs(heard, said))
    allowed = sum(range(most + 1))
    if duplicates > allowed:
        outcome.wrongs.twice.append(f"{duplicates} came again, and at most {allowed} were under way")
    outcome.said = f"{duplicates} came again"
    return outcome


def _finish(kind: type[Relay], log: MemoryLog, recorder: Recorder, url: str) -> None:
    with closing(kind(SOURCE, log, recorder, Publisher(url, SOURCE))) as relay:
        while relay.step():
            pass


def _wrongs(heard: Sequence[Heard], said: int) -> Wrongs:
    """As a reader reads them that drops what it has seen, and asks nobody about a gap."""
    positions = [one.position for one in heard if one.envelope is not None]
    once = list(dict.fromkeys(positions))
    missing = sorted(set(range(1, said + 1)) - set(once))
    late = [before for before, one in pairwise(once) if one < before]
    return Wrongs(
        lost=[f"{len(missing)} of {said} never came: {missing[:5]}"] if missing else [],
        out_of_order=[f"what came before {one} came after it" for one in late],
    )
