"""The smallest whole service: people count things. It shows every room of a service, and serves the kernel's tests."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select

from services.contracts.message import Message
from services.kernel.application import Application
from services.kernel.blueprint import Blueprint
from services.kernel.dispatch import when
from services.kernel.domain import AggregateRoot, Begun, Conflicting, Fact, Missing, derived_id, event
from services.kernel.doors.operation import PUBLIC, SIGNED_IN, Actor, CommandAnswer, command, query
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert
from services.kernel.service import Service
from services.kernel.store.recorder import DueRow

MOST = 50


class TallyFull(Conflicting):
    """The tally has reached its limit."""

    sentence = "The tally stands at {count} and counts no further; open another one."


class TallyTaken(Conflicting):
    """Another tally has the name."""

    sentence = "There is a tally of this name; choose another name."


class Tally(AggregateRoot):
    """Something that is counted, up to a limit."""

    TOPIC = "tally:Tally"

    class Opened(Begun):
        """Somebody began to count."""

        TOPIC = "tally:Tally.Opened"
        tally_id: UUID
        name: str

    class Counted(Fact):
        """One more."""

        TOPIC = "tally:Tally.Counted"
        personal = {"note": "by_person_id"}
        by_person_id: UUID
        note: str | None

    class Closed(Fact):
        """Nothing more is counted."""

        TOPIC = "tally:Tally.Closed"

    @event(Opened)
    def __init__(self, tally_id: UUID, name: str) -> None:
        self.name, self.count, self.is_closed = name, 0, False

    @staticmethod
    def create_id(tally_id: UUID) -> UUID:
        """The id comes from the command."""
        return tally_id

    def count_one(self, by_person_id: UUID, note: str | None) -> None:
        """Count one more. Raises TallyFull."""
        if not self._has_room():
            raise TallyFull(count=self.count)
        self._counted(by_person_id=by_person_id, note=note)

    def _has_room(self) -> bool:
        return self.count < MOST and not self.is_closed

    @event(Counted)
    def _counted(self, by_person_id: UUID, note: str | None) -> None:
        self.count += 1

    def close(self) -> None:
        """Count no further; closing again changes nothing."""
        if not self.is_closed:
            self._closed()

    @event(Closed)
    def _closed(self) -> None:
        self.is_closed = True


class Tallies(Application):
    """One method a command."""

    def open_tally(self, name: str) -> dict[str, Any]:
        """Begin to count. Raises TallyTaken."""
        tally_id = self.unit.new_id("tally")
        self.unit.claim_side("name", name, str(tally_id).encode(), TallyTaken())
        self.unit.add(Tally(tally_id=tally_id, name=name))
        return {"tally_id": tally_id}

    def count(self, tally_id: UUID, note: str | None = None) -> dict[str, Any]:
        """Count one more. Raises Missing, TallyFull."""
        tally = self.unit.get(Tally, tally_id, Missing())
        tally.count_one(self.actor_id, note)
        return {"tally_id": tally_id, "count": tally.count}

    def close(self, tally_id: UUID) -> None:
        """Close it, whoever asks."""
        self.unit.get(Tally, tally_id, Missing()).close()


metadata = MetaData()
tallies = Table(
    "tallies_v1",
    metadata,
    Column("tally_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
)


class TalliesView(Projection):
    """How far every tally has come."""

    name, hears, metadata = "tallies", frozenset({"tally"}), metadata

    @when(Tally.Opened)
    def opened(self, connection: Connection, fact: Tally.Opened, place: Place) -> None:
        connection.execute(insert(tallies).values(tally_id=str(fact.tally_id), name=fact.name, count=0))

    @when(Tally.Counted)
    def counted(self, connection: Connection, fact: Tally.Counted, place: Place) -> None:
        mine = tallies.c.tally_id == str(fact.originator_id)
        connection.execute(tallies.update().where(mine).values(count=tallies.c.count + 1))


class TallyQueries:
    """Reads of the view."""

    def __init__(self, service: Service) -> None:
        self._views = service.views

    def tally(self, actor: Actor, tally_id: UUID) -> dict[str, Any]:
        """One tally. Raises Missing."""
        with self._views.reading() as connection:
            row = connection.execute(select(tallies).where(tallies.c.tally_id == str(tally_id))).mappings().first()
        if row is None:
            raise Missing()
        return dict(row)


class OpenTally(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 100))


class Count(Schema):
    note = fields.String(load_default=None, allow_none=True)


class Counted(CommandAnswer):
    tally_id = fields.UUID(required=True)
    count = fields.Integer()


class TallySeen(Schema):
    tally_id = fields.UUID()
    name = fields.String()
    count = fields.Integer()


operations = [
    command("open_tally", "/tallies", Tallies.open_tally, policy=SIGNED_IN, summary="Begin to count.",
            takes=OpenTally, gives=Counted, status=201),
    command("count", "/tallies/{tally_id}/counts", Tallies.count, policy=SIGNED_IN, summary="Count one more.",
            takes=Count, gives=Counted),
    query("tally", "/tallies/{tally_id}", TallyQueries.tally, policy=PUBLIC, summary="One tally.", gives=TallySeen),
]  # fmt: skip


@singledispatch
def publish(fact: Fact) -> Message | None:
    """Nothing leaves this service."""
    return None


def due(fact: Fact) -> Iterable[DueRow]:
    """A tally closes by itself when its day is over."""
    if isinstance(fact, Tally.Opened):
        yield DueRow("close", str(fact.originator_id), fact.effective_at.replace(hour=23, minute=59))
    if isinstance(fact, Tally.Closed):
        yield DueRow("close", str(fact.originator_id), None)


def errands(service: Service) -> dict[str, Any]:
    """What to do about a due row: decide, through the application."""

    def close(row: DueRow) -> Any:
        return lambda unit: Tallies(unit, service.views).close(UUID(row.subject))

    return {"close": close}


blueprint = Blueprint(
    name="tally", application=Tallies, queries=TallyQueries, operations=operations, projections=[TalliesView],
    publish=publish, due=due, errands=errands,
)  # fmt: skip

__all__ = ["Tallies", "Tally", "blueprint", "derived_id"]
