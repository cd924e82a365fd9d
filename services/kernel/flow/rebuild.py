"""Views built once more beside the running ones, from the first fact, and compared with them.

A view may depend on the facts alone: not on the size of the batches it was fed with, nor on which of
two sources came first. So here own facts and neighbours' messages take turns, page by page, as they do
when a new version of a view starts beside a running one, and nothing reacts to them.

The running ones may be read meanwhile, and moved by a worker where it can run beside. The last stretch is
read while they are held, so that both stand at the same positions; then each is looked at as it stood there.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from ..store.eventstore import EventStore
from .feeding import Feeding, OnProgress
from .intake import Intake
from .pump import BATCH, Pump
from .views import Views, digest

MOST_STRETCHES = 20
"""How often what came meanwhile is read before the views are held, when it does not get less."""


class Rebuildable(Protocol):
    """A service whose workers do not run, as far as its views are concerned."""

    name: str
    store: EventStore
    views: Views
    pump: Pump
    intakes: list[Intake]


@dataclass(frozen=True, slots=True)
class TableCompared:
    """A table of a view: its rows as rebuilt, and whether the running one has the same."""

    service: str
    view: str
    table: str
    rows: int
    is_equal: bool


@dataclass(frozen=True, slots=True)
class ServiceRebuilt:
    """What became of one service. ``read`` counts own facts and neighbours' facts that were looked at."""

    service: str
    tables: list[TableCompared]
    read: int
    seconds: float
    took_over: bool

    @property
    def is_equal(self) -> bool:
        """Whether every table has the rows that it had."""
        return all(table.is_equal for table in self.tables)


def catch_up(services: Sequence[Rebuildable]) -> None:
    """Bring all views, and what reacts to messages, up to date; the clock's work is left alone."""
    while sum(one.pump.step() + sum(intake.step() for intake in one.intakes) for one in services):
        pass


def rebuild(
    service: Rebuildable, *, take_over: bool = False, page: int = BATCH,
    on_progress: OnProgress = lambda _service, _done, _total: None,
) -> ServiceRebuilt:  # fmt: skip
    """Rebuild all views of a service up to where the running ones are, and compare.

    With ``take_over`` the rebuilt ones replace the running ones. A file must not be read by others meanwhile;
    on a server reads go on. Raises ViewsNotSettled, ViewsInUse, RebuildUnderWay.
    """
    with service.views.beside() as fresh:
        feeding = Feeding(service, [intake.source for intake in service.intakes], fresh, page, on_progress)
        tables = _compared(service, fresh, feeding)
        if take_over:
            with service.views.held():
                feeding.catch_up()
                service.views.take_over(fresh)
        return ServiceRebuilt(service.name, tables, feeding.read, feeding.seconds, take_over)


def _compared(service: Rebuildable, fresh: Views, feeding: Feeding) -> list[TableCompared]:
    for _ in range(MOST_STRETCHES):
        if feeding.catch_up() <= BATCH:
            break
    with ExitStack() as looking:
        with service.views.held():
            feeding.catch_up()
            running, rebuilt = (looking.enter_context(_as_now(views)) for views in (service.views, fresh))
        return list(_compare(service, running, rebuilt))


@contextmanager
def _as_now(views: Views) -> Iterator[Connection]:
    """A connection that sees the views as they are at this moment."""
    with views.scanning() as connection:
        views.all_tracked_in(connection)  # what it sees is settled by the first thing it looks at
        yield connection


def _compare(service: Rebuildable, running: Connection, rebuilt: Connection) -> Iterator[TableCompared]:
    for projection, table in service.views.tables:
        (before, _), (after, rows) = digest(running, table), digest(rebuilt, table)
        yield TableCompared(service.name, projection.name, table.name, rows, before == after)
