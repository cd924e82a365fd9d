"""The worker of one service: relay, intake, views and clock, while it leads; standing by while another one does."""

import threading
import time
from collections.abc import Sequence

import structlog

from services.kernel.flow.broker_intake import BrokerIntake
from services.kernel.flow.loop import Loop
from services.kernel.flow.publisher import Publisher
from services.kernel.flow.relay import Relay
from services.kernel.flow.remote_source import RemoteSource
from services.kernel.flow.rpc_client import RpcClient
from services.kernel.service import Service

LOOK_SECONDS, QUIET_SECONDS, LIVELY_SECONDS = 0.02, 0.1, 2.0
LEAD_SECONDS = 1.0
log = structlog.get_logger()


class Worker:
    """Works for a service in threads. At most one worker of a service works at a time, the others wait for it to end.

    ``amqp_url`` is the broker's address. Use it as a context.
    """

    def __init__(self, service: Service, amqp_url: str) -> None:
        self.service, self._amqp_url = service, amqp_url
        self._leadership = service.surroundings.stores.leadership(service.name)
        # One each: a source that does not answer keeps no other waiting.
        hears = sorted(service.blueprint.hears)
        self._clients = {source: RpcClient(amqp_url, f"{service.name}-work") for source in hears}
        service.hear([RemoteSource(source, client) for source, client in self._clients.items()])
        self.relay: Relay | None = None
        self.intake: BrokerIntake | None = None
        self.loops: list[Loop] = []
        service.executor.commits.on_commit.append(self._wake)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._seek_to_lead, name=f"{service.name}-lead", daemon=True),
            threading.Thread(target=self._look, name=f"{service.name}-look", daemon=True),
        ]

    @property
    def leads(self) -> bool:
        """Whether this one works; otherwise it stands by."""
        return bool(self.loops)

    def obstacles(self) -> Sequence[str]:
        """What its loops cannot get past; empty while it stands by, which it does as well as it should."""
        hearing = self.intake.trouble if self.intake is not None else []
        return [*(f"{loop.name} does not get on" for loop in self.loops if loop.stuck), *hearing]

    def __enter__(self) -> "Worker":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._stand_by()
        for client in self._clients.values():
            client.close()

    def _seek_to_lead(self) -> None:
        while not self._stopping.is_set():
            try:
                self._lead_or_follow()
            except Exception:
                log.exception("cannot say who leads", service=self.service.name)
                self._stand_by()
            self._stopping.wait(LEAD_SECONDS)

    def _lead_or_follow(self) -> None:
        if self.leads and not self._leadership.holds():
            log.warning("no longer leads", service=self.service.name)
            self._stand_by()
        if not self.leads and self._leadership.try_lead():
            log.info("leads", service=self.service.name)
            self._work()

    def _work(self) -> None:
        service, name = self.service, self.service.name
        self.relay = Relay(name, service.outbox, service.recorder, Publisher(self._amqp_url, name))
        self.intake = BrokerIntake(name, service.intakes, self._amqp_url) if service.intakes else None
        loops = [
            Loop(f"{name}-views", [service.pump.step, service.snapshots.step]),
            Loop(f"{name}-relay", [self.relay.step]),
            Loop(f"{name}-clock", [service.clockwork.step, service.forgetting.step]),
        ]
        if self.intake is not None:
            loops.append(Loop(f"{name}-intake", [self.intake.step], idle_seconds=0.0))
        for loop in loops:
            loop.start()
        self.loops = loops

    def _stand_by(self) -> None:
        for loop in self.loops:
            loop.finish()
        for loop in self.loops:  # side by side: each may still be waiting for the outside, for seconds
            loop.stop()
        self.loops = []
        for part in (self.relay, self.intake):
            if part is not None:
                part.close()
        self.relay, self.intake = None, None
        self._leadership.let_go()

    def _look(self) -> None:
        """What another process has stored is worked on at once: one cheap look for all loops, more often while
        something happens."""
        before, moved_at = -1, 0.0
        while not self._stopping.wait(LOOK_SECONDS if time.monotonic() - moved_at < LIVELY_SECONDS else QUIET_SECONDS):
            try:
                position = self.service.recorder.position()
            except Exception:  # noqa: BLE001  the loops meet it themselves, and say so
                continue
            if position != before:
                before, moved_at = position, time.monotonic()
                self._wake()

    def _wake(self) -> None:
        for loop in list(self.loops):
            loop.wake()
