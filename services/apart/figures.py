"""What a process tells of its service: how far its readers have come, and how far behind they are.

How far a reader has come stands in the database, so every process of a service can tell: also of a worker that
stands by, or does not run at all.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from services.kernel.flow.intake import Source
from services.kernel.service import Service

if TYPE_CHECKING:
    from services.apart.working import Worker

Gauge = tuple[str, str, dict[str, str], float]
LAG_POSITIONS = "How many positions of a log a reader has not dealt with."
OFTEN = 5
TRIED_OFTEN = "How many errands of a kind were tried more than five times, and are not done."
LAG_SECONDS = "How long ago the first message was stored that a reader has not dealt with; 0 when there is none."
POSITION = "How far a reader has come in a log; the log ends at agora_log_position of the service that is its source."


def of_store(service: Service) -> Iterator[Gauge]:
    """What every process can read of its service's store."""
    yield "agora_log_position", "The position of the latest fact.", {}, service.recorder.position()
    yield "agora_parked_messages", "Messages that could not be handled and wait.", {}, service.recorder.parked_count()


def of_readers(service: Service) -> Iterator[Gauge]:
    """How far the views have come in the service's own log, and the intake in every log that it hears."""
    yield "agora_reader_position", POSITION, _views(service), service.progress.look(service.name)
    for source in service.heard:
        yield "agora_reader_position", POSITION, {"reader": "intake", "source": source}, _heard(service, source)


def of_views(service: Service) -> Iterator[Gauge]:
    """How far the views are behind the service's own log."""
    head, reached = service.recorder.position(), service.progress.look(service.name)
    yield "agora_reader_lag_positions", LAG_POSITIONS, _views(service), max(0, head - reached)
    unread = service.store.facts(reached, 1)
    at = unread[0].fact.recorded_at if unread else None
    yield "agora_reader_lag_seconds", LAG_SECONDS, _views(service), _since(at, service)


def of_worker(worker: "Worker") -> Iterator[Gauge]:
    """Whether it leads, and how far its relay is behind."""
    service = worker.service
    yield "agora_worker_leads", "1 where this worker works, 0 where it stands by.", {}, float(worker.leads)
    if (relay := worker.relay) is not None:
        yield "agora_relay_backlog_positions", "Positions that are not confirmed by the broker yet.", {}, relay.backlog
    for kind, count in service.recorder.tried(OFTEN).items():
        yield "agora_due_tried_often", TRIED_OFTEN, {"kind": kind}, count
    due = len(service.recorder.due(service.clock.now(), 1000))
    yield "agora_due_rows", "What is due and not done yet, 1,000 at most.", {}, due


def of_intake(service: Service, source: Source) -> Iterator[Gauge]:
    """How far the intake is behind another service, which is asked for it."""
    reached, labels = _heard(service, source.source), {"reader": "intake", "source": source.source}
    page = source.messages(reached, 100)
    yield "agora_reader_lag_positions", LAG_POSITIONS, labels, max(0, (page.head or 0) - reached)
    at = page.messages[0].recorded_at if page.messages else None
    yield "agora_reader_lag_seconds", LAG_SECONDS, labels, _since(at, service)


def _views(service: Service) -> dict[str, str]:
    return {"reader": "views", "source": service.name}


def _heard(service: Service, source: str) -> int:
    """How far both views and reactions have come, as it is stored."""
    return min(service.progress.look(source), service.recorder.tracked(source))


def _since(at: datetime | None, service: Service) -> float:
    return 0.0 if at is None else max(0.0, (service.clock.now() - at).total_seconds())
