"""Every gathering with its seats, without a word: titles and places are read from the facts."""

import json

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.events.domain import Seats, gathering_facts, seats_facts
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes

metadata = MetaData()
gatherings = Table(
    "gatherings_v1",
    metadata,
    Column("gathering_id", Text, primary_key=True),
    Column("seats_id", Text, nullable=False, unique=True),
    Column("group_id", Text, nullable=False),
    Column("organiser_id", Text, nullable=False),
    Column("starts_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("capacity", BigInteger),
    Column("taken", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", Text),
    Column("most_seats", BigInteger, nullable=False),
    Column("threshold", Text, nullable=False),
    Column("listing_ids", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("has_recap", BigInteger, nullable=False),
    Column("announced_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("gatherings_v1_in_order", "starts_at", "gathering_id"),
    Index("gatherings_v1_of_group", "group_id", "starts_at", "gathering_id"),
)
tags = Table(
    "gathering_tags_v1",
    metadata,
    Column("tag", Text, primary_key=True),
    Column("gathering_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
ANNOUNCED, CANCELLED = "announced", "cancelled"
_BEGIN, _TAG = insert(gatherings), insert(tags)
_CHANGE = gatherings.update().where(gatherings.c.gathering_id == bindparam("mine"))
_SEATS = gatherings.update().where(gatherings.c.seats_id == bindparam("mine"))
_CAPACITY = _SEATS.values(capacity=bindparam("seats", type_=BigInteger))
_TAKEN = _SEATS.values(taken=gatherings.c.taken + bindparam("more"))
_WAITING = _SEATS.values(waiting=gatherings.c.waiting + bindparam("more"))
_MOVED = _SEATS.values(waiting=gatherings.c.waiting - 1, taken=gatherings.c.taken + bindparam("more"))
_CLOSED = _SEATS.values(waiting=0)


class GatheringsView(PagedProjection):
    """One row a gathering. ``version`` is that of the gathering, for If-Match; its seats have none."""

    name, hears, metadata = "gatherings", frozenset({"events"}), metadata

    @when(gathering_facts.Announced)
    def announced(self, writes: Writes, fact: gathering_facts.Announced, place: Place) -> None:
        gathering_id = str(fact.gathering_id)
        plain = ("time_zone", "capacity", "price_minor", "currency", "most_seats")
        told = {name: json.dumps(getattr(fact, name)) for name in ("threshold", "listing_ids", "tags")}
        row = {
            **{name: getattr(fact, name) for name in plain}, **told, "gathering_id": gathering_id,
            "seats_id": str(Seats.create_id(fact.gathering_id)), "group_id": str(fact.group_id),
            "organiser_id": str(fact.organiser_id), "starts_at": fact.starts_at.isoformat(),
            "ends_at": fact.ends_at.isoformat(), "taken": 0, "waiting": 0, "state": ANNOUNCED, "has_recap": 0,
            "announced_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(row["seats_id"], _BEGIN, row)
        for tag in dict.fromkeys(fact.tags):
            writes.put(f"{gathering_id} {tag}", _TAG, {"tag": tag, "gathering_id": gathering_id})

    @when(gathering_facts.Moved)
    def moved(self, writes: Writes, fact: gathering_facts.Moved, place: Place) -> None:
        times = {"starts_at": fact.starts_at.isoformat(), "ends_at": fact.ends_at.isoformat()}
        writes.put(_row(fact), _CHANGE, {**_mine(fact), **times})

    @when(gathering_facts.Cancelled)
    def cancelled(self, writes: Writes, fact: gathering_facts.Cancelled, place: Place) -> None:
        writes.put(_row(fact), _CHANGE, {**_mine(fact), "state": CANCELLED})

    @when(gathering_facts.RecapWritten)
    def recap_written(self, writes: Writes, fact: gathering_facts.RecapWritten, place: Place) -> None:
        writes.put(_row(fact), _CHANGE, {**_mine(fact), "has_recap": 1})

    @when(
        gathering_facts.VenueChanged,
        gathering_facts.DoorStaffNamed,
        gathering_facts.DoorStaffReleased,
        gathering_facts.WaitlistReordered,
    )
    def changed(self, writes: Writes, fact: Fact, place: Place) -> None:
        writes.put(_row(fact), _CHANGE, _mine(fact))

    @when(seats_facts.CapacityChanged)
    def capacity_changed(self, writes: Writes, fact: seats_facts.CapacityChanged, place: Place) -> None:
        writes.put(str(fact.originator_id), _CAPACITY, _of(fact, seats=fact.capacity))

    @when(seats_facts.Reserved)
    def reserved(self, writes: Writes, fact: seats_facts.Reserved, place: Place) -> None:
        writes.put(str(fact.originator_id), _TAKEN, _of(fact, more=fact.seats))

    @when(seats_facts.Freed)
    def freed(self, writes: Writes, fact: seats_facts.Freed, place: Place) -> None:
        writes.put(str(fact.originator_id), _TAKEN, _of(fact, more=-fact.seats), ["more"])

    @when(seats_facts.WaitlistJoined)
    def waitlist_joined(self, writes: Writes, fact: seats_facts.WaitlistJoined, place: Place) -> None:
        writes.put(str(fact.originator_id), _WAITING, _of(fact, more=1), ["more"])

    @when(seats_facts.WaitlistLeft)
    def waitlist_left(self, writes: Writes, fact: seats_facts.WaitlistLeft, place: Place) -> None:
        writes.put(str(fact.originator_id), _WAITING, _of(fact, more=-1), ["more"])

    @when(seats_facts.WaitlistMoved)
    def waitlist_moved(self, writes: Writes, fact: seats_facts.WaitlistMoved, place: Place) -> None:
        writes.put(str(fact.originator_id), _MOVED, _of(fact, more=fact.seats))

    @when(seats_facts.Closed)
    def closed(self, writes: Writes, fact: seats_facts.Closed, place: Place) -> None:
        writes.put(str(fact.originator_id), _CLOSED, _of(fact))


def _row(fact: Fact) -> str:
    """What its seats are known by, in whose facts no gathering is named: writes to one row have one name."""
    return str(Seats.create_id(fact.originator_id))


def _mine(fact: Fact) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version}


def _of(fact: Fact, **more: int) -> dict[str, object]:
    return {"mine": str(fact.originator_id), **more}
