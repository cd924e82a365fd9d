"""A neighbour's log in memory, and a listener to it that falters where a test says so.

What the listener makes of it shows whatever is taken in twice, left out, or out of order: a view that writes down
every position it hears of, and a tally that counts along.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select

from services.contracts.envelope import Envelope
from services.kernel.blueprint import Blueprint
from services.kernel.dispatch import when
from services.kernel.domain import derived_id
from services.kernel.flow.intake import Intake
from services.kernel.flow.outbox import Page
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.retrying import Retrying
from services.kernel.service import Service
from tests.support import neighbours
from tests.support.neighbours import ECHO_ID, SAID, PersonCounted
from tests.support.other_service import envelope_of
from tests.support.services import opened
from tests.support.tally import Tallies

SOURCE = "tally"
Falter = Callable[[], Exception]


def somebody(name: str) -> UUID:
    """The person of this name; messages about one person are handled in their order."""
    return derived_id("somebody", name)


@dataclass
class SpokenLog:
    """What a neighbour has said: ``say`` it, ``skip`` what nobody else is told."""

    source: str = SOURCE
    head: int = 0
    said: list[Envelope] = field(default_factory=list)
    asked: int = 0
    silence: Exception | None = None

    def say(self, *names: str, **changes: Any) -> Envelope:
        """One message about each of them; returns the last one. ``changes`` are of its envelope."""
        for name in names:
            self.head += 1
            message = SAID.get(self.source, PersonCounted)(person_id=somebody(name), kind="counted", value=name)
            command_id = derived_id(self.source, self.head)
            said = envelope_of(message, self.head, self.source, command_id=command_id)
            self.said.append(replace(said, **changes))
        return self.said[-1]

    def skip(self, facts: int = 1) -> None:
        """Facts of which nothing is said."""
        self.head += facts

    def messages(self, after: int, limit: int = 500) -> Page:
        """As an outbox tells them. Raises ``silence`` while there is one."""
        self.asked += 1
        if self.silence is not None:
            raise self.silence
        through = max(after, min(after + limit, self.head))
        return Page([one for one in self.said if after < one.position <= through], through, self.head)


class Listener:
    """A reader of such a log. ``views`` and ``reactions`` say at which positions it falters, and how."""

    def __init__(self, **changes: Any) -> None:
        self.views: dict[int, Falter] = {}
        self.reactions: dict[int, Falter] = {}
        self.heard = Table(
            "heard_of_v1", MetaData(), Column("number", Integer, primary_key=True), Column("position", Integer),
            Column("name", Text),
        )  # fmt: skip
        self.blueprint: Blueprint = replace(
            neighbours.echo, projections=[self._view("heard_of", self.heard), neighbours.EchoesView],
            reactions=dict.fromkeys(SAID.values(), self._react), **changes,
        )  # fmt: skip

    @contextmanager
    def opened(self, directory: Path, *logs: Any) -> Iterator[Service]:
        """The service in a directory, hearing these logs, without workers."""
        with opened(directory, self.blueprint) as service:
            service.hear(logs)
            yield service

    def later_view(self, name: str) -> Table:
        """A view more, from the next opening on."""
        table = Table(f"{name}_v1", MetaData(), *(Column(each.name, each.type, primary_key=each.primary_key)
                      for each in self.heard.columns))  # fmt: skip
        views = [*self.blueprint.projections, self._view(name, table)]
        self.blueprint = replace(self.blueprint, projections=views)
        return table

    def positions(self, service: Service, table: Table | None = None) -> list[int]:
        """What a view has heard of, in the order in which it did."""
        table = self.heard if table is None else table
        with service.views.reading() as connection:
            return list(connection.execute(select(table.c.position).order_by(table.c.number)).scalars())

    def _react(self, application: Tallies, message: PersonCounted, place: Place) -> None:
        _falter(self.reactions, place)
        neighbours.count_along(application, message, place)

    def _view(self, view_name: str, table: Table) -> type[Projection]:
        faltering = self.views

        class HeardOf(Projection):
            """Every position, in the order in which it was heard of."""

            name, hears, metadata = view_name, frozenset(SAID), table.metadata

            @when(PersonCounted)
            def told(self, connection: Connection, message: PersonCounted, place: Place) -> None:
                connection.execute(table.insert().values(position=place.position, name=message.value))
                _falter(faltering, place)

        return HeardOf


def _falter(where: dict[int, Falter], place: Place) -> None:
    if (failure := where.get(place.position)) is not None:
        raise failure()


def reacted(service: Service) -> list[str]:
    """The messages that were reacted to, in the order in which it was done."""
    facts = [recorded.fact for recorded in service.store.facts(0, 1000)]
    return [fact.meta[4] for fact in facts if type(fact).__name__ == "Counted" and fact.originator_id == ECHO_ID]


def parked(service: Service) -> list[tuple[str, str]]:
    """What is parked, by name, with its stage."""
    return [(row.name, row.stage) for row in service.recorder.parked(1000)]


def retrying(service: Service) -> Retrying:
    """Who deals with what is parked."""
    return Retrying(service.views, intake_of(service).taking_in.reacting)


def intake_of(service: Service) -> Intake:
    """Its first intake."""
    return service.intakes[0]


def listen(service: Service) -> None:
    """Take in all that was said, and try again what fails, until nothing is left to do."""
    while sum(one.step() for one in service.intakes):
        pass
