"""All that ever happened on the waitlists, in order, and why: what makes them provably fair. No person is named."""

import json

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from services.events.domain import seats_facts as facts
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes

metadata = MetaData()
steps = Table(
    "waitlist_steps_v1",
    metadata,
    Column("place", BigInteger, primary_key=True),
    Column("seats_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("registration_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("seats", BigInteger),
    Column("free", BigInteger),
    Column("why", Text),
    Column("passed_over", Text, nullable=False),
    Column("position", BigInteger),
    Column("happened_at", Text, nullable=False),
    Index("waitlist_steps_v1_of_gathering", "seats_id", "place"),
)
JOINED, LEFT, MOVED, REORDERED = "joined", "left", "moved", "reordered"
_STEP = insert(steps)


class WaitlistsView(PagedProjection):
    """One row a step: somebody joined, left, got seats, or was put to another place."""

    name, hears, metadata = "waitlists", frozenset({"events"}), metadata

    @when(facts.WaitlistJoined)
    def joined(self, writes: Writes, fact: facts.WaitlistJoined, place: Place) -> None:
        _step(writes, fact, place, JOINED, seats=fact.seats)

    @when(facts.WaitlistLeft)
    def left(self, writes: Writes, fact: facts.WaitlistLeft, place: Place) -> None:
        _step(writes, fact, place, LEFT)

    @when(facts.WaitlistMoved)
    def moved(self, writes: Writes, fact: facts.WaitlistMoved, place: Place) -> None:
        told = {"seats": fact.seats, "free": fact.free, "why": fact.why, "passed_over": json.dumps(fact.passed_over)}
        _step(writes, fact, place, MOVED, **told)

    @when(facts.WaitlistReordered)
    def reordered(self, writes: Writes, fact: facts.WaitlistReordered, place: Place) -> None:
        _step(writes, fact, place, REORDERED, position=fact.position)


def _step(writes: Writes, fact: Fact, place: Place, what: str, **told: object) -> None:
    row = {
        "place": place.position, "seats_id": str(fact.originator_id), "what": what,
        "registration_id": str(fact.registration_id), "number": fact.number, "seats": None, "free": None,  # type: ignore[attr-defined]
        "why": None, "passed_over": "[]", "position": None, "happened_at": place.effective_at.isoformat(),
    }  # fmt: skip
    writes.put(str(place.position), _STEP, row | told)
