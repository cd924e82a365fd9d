"""The figures of one process for Prometheus. What each means stands in its help; docs/runbook.md says what to do."""

from collections.abc import Callable, Iterable
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
log = structlog.get_logger()


Observe = Callable[[str, int, float], None]
"""Told of every request: the operation, the status as HTTP has it, and how many seconds it took."""


class Figure(Protocol):
    """Something that is read when somebody asks for the figures."""

    def __call__(self) -> Iterable[tuple[str, str, dict[str, str], float]]:
        """Name, help, labels and value of each gauge."""


class Metrics:
    """The figures of one process of one service."""

    def __init__(self, service: str) -> None:
        self.service, self.registry = service, CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Histogram(
            "agora_request_seconds", "From the request to its answer, by operation and status.",
            ["service", "door", "operation", "status"], buckets=SHORT, registry=self.registry,
        )  # fmt: skip
        self._appends = Histogram(
            "agora_append_seconds", "One transaction of facts, command rows and all that goes with them.",
            ["service"], buckets=SHORT, registry=self.registry,
        )  # fmt: skip
        self._gathered = Histogram(
            "agora_append_entries", "How many commands one transaction stored together.",
            ["service"], buckets=COUNTS, registry=self.registry,
        )  # fmt: skip

    def appended(self, seconds: float, entries: int) -> None:
        """A transaction was stored, or refused."""
        self._appends.labels(self.service).observe(seconds)
        self._gathered.labels(self.service).observe(entries)

    def requests(self, door: str) -> "Observe":
        """What a door tells of each request."""

        def observe(operation: str, status: int, seconds: float) -> None:
            self._requests.labels(self.service, door, operation, str(status)).observe(seconds)

        return observe

    def read(self, figure: Figure) -> None:
        """Read these gauges whenever somebody asks; one that cannot be read is left out, and the others told."""
        self.registry.register(_Reading(self.service, figure))


class _Reading(Collector):
    def __init__(self, service: str, figure: Figure) -> None:
        self._service, self._figure = service, figure

    def describe(self) -> Iterable[Metric]:
        """Nothing: it would have to be read for that."""
        return ()

    def collect(self) -> Iterable[Metric]:
        try:
            found = list(self._figure())
        except Exception as failure:  # noqa: BLE001  figures are asked for when things go wrong
            log.warning("a figure cannot be read", service=self._service, error=repr(failure))
            return ()
        families: dict[str, GaugeMetricFamily] = {}
        for name, meaning, labels, value in found:
            told = {"service": self._service, **labels}
            family = families.setdefault(name, GaugeMetricFamily(name, meaning, labels=list(told)))
            family.add_metric(list(told.values()), value)
        return families.values()
