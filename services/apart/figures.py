"""What a worker tells of its readers: how far behind each is, in positions and in seconds."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from services.kernel.flow.intake import Intake, Source
from services.kernel.service import Service

if TYPE_CHECKING:
    from services.apart.working import Worker

Gauge = tuple[str, str, dict[str, str], float]
LAG_POSITIONS = "How many positions of a log a reader has not dealt with."
LAG_SECONDS = "How long ago the first message was stored that a reader has not dealt with; 0 when there is none."


def of_store(service: Service) -> Iterator[Gauge]:
    """What every process can read of its service's store."""
    yield "agora_log_position", "The position of the latest fact.", {}, service.recorder.position()
    yield "agora_parked_messages", "Messages that could not be handled and wait.", {}, service.recorder.parked_count()


def of_views(service: Service) -> Iterator[Gauge]:
    """How far the views are behind the service's own log."""
    head, reached = service.recorder.position(), service.progress.look(service.name)
    labels = {"reader": "views", "source": service.name}
    yield "agora_reader_lag_positions", LAG_POSITIONS, labels, max(0, head - reached)
    unread = service.store.facts(reached, 1)
    at = unread[0].fact.recorded_at if unread else None
    yield "agora_reader_lag_seconds", LAG_SECONDS, labels, _since(at, service)


def of_worker(worker: "Worker") -> Iterator[Gauge]:
    """Whether it leads, and how far its relay is behind."""
    service = worker.service
    yield "agora_worker_leads", "1 where this worker works, 0 where it stands by.", {}, float(worker.leads)
    if (relay := worker.relay) is not None:
        yield "agora_relay_backlog_positions", "Positions that are not confirmed by the broker yet.", {}, relay.backlog
    due = len(service.recorder.due(service.clock.now(), 1000))
    yield "agora_due_rows", "What is due and not done yet, 1,000 at most.", {}, due


def of_intake(service: Service, intake: Intake, source: Source) -> Iterator[Gauge]:
    """How far one reader is behind another service, which is asked for it."""
    page = source.messages(intake.position, 100)
    labels = {"reader": "intake", "source": source.source}
    yield "agora_reader_lag_positions", LAG_POSITIONS, labels, max(0, page.head - intake.position)
    at = page.messages[0].recorded_at if page.messages else None
    yield "agora_reader_lag_seconds", LAG_SECONDS, labels, _since(at, service)


def _since(at: datetime | None, service: Service) -> float:
    return 0.0 if at is None else max(0.0, (service.clock.now() - at).total_seconds())
