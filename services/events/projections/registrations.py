"""Every registration: seats, state, ticket, check-in; and which gatherings were called off."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, bindparam, case, func, select

from services.events.domain import gathering_facts
from services.events.domain import registration_facts as facts
from services.events.domain.registration import ENDED, HELD, NEW, TICKETED, WAITING
from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes

metadata = MetaData()
registrations = Table(
    "registrations_v1",
    metadata,
    Column("registration_id", Text, primary_key=True),
    Column("gathering_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("place", BigInteger, nullable=False),  # the position of its birth: the order of lists
    Column("changed", BigInteger, nullable=False),  # the position of its latest fact: what a door asks for anew
    Column("number", BigInteger, nullable=False),
    Column("seats", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("serial", BigInteger, nullable=False),
    Column("order_id", Text),
    Column("expires_at", Text),
    Column("checked_in_at", Text),
    Column("device_id", Text),
    Column("duplicates", BigInteger, nullable=False),
    Column("refused_scans", BigInteger, nullable=False),
    Column("registered_at", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("registrations_v1_of_gathering", "gathering_id", "place"),
    Index("registrations_v1_of_gathering_changed", "gathering_id", "changed"),
    Index("registrations_v1_of_person", "person_id", "place"),
)
closed = Table("closed_gatherings_v1", metadata, Column("gathering_id", Text, primary_key=True))
_at, _device = registrations.c.checked_in_at, registrations.c.device_id
_told_at, _told_by = bindparam("at", type_=Text), bindparam("device", type_=Text)
_is_earlier = (_at.is_(None)) | (_at > _told_at) | ((_at == _told_at) & (_device > _told_by))
_BEGIN, _CLOSE = insert(registrations), insert(closed)
_CHANGE = registrations.update().where(registrations.c.registration_id == bindparam("mine"))
_SCANNED = _CHANGE.values(
    checked_in_at=case((_is_earlier, _told_at), else_=_at),
    device_id=case((_is_earlier, _told_by), else_=_device),
    duplicates=registrations.c.duplicates + bindparam("more"),
)
_REFUSED = _CHANGE.values(refused_scans=registrations.c.refused_scans + 1)


class RegistrationsView(PagedProjection):
    """One row a registration; of several scans the earliest is the check-in, in whatever order they were told."""

    name, hears, metadata = "registrations", frozenset({"events"}), metadata

    @when(facts.Registered)
    def registered(self, writes: Writes, fact: facts.Registered, place: Place) -> None:
        row = {
            "registration_id": str(fact.registration_id), "gathering_id": str(fact.gathering_id),
            "person_id": str(fact.person_id), "place": place.position, "changed": place.position,
            "number": fact.number, "seats": fact.seats, "state": NEW, "serial": 0, "duplicates": 0,
            "refused_scans": 0, "registered_at": place.effective_at.isoformat(), "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)

    @when(facts.SeatsHeld)
    def held(self, writes: Writes, fact: facts.SeatsHeld, place: Place) -> None:
        _change(writes, fact, place, state=HELD, expires_at=fact.expires_at.isoformat())

    @when(facts.Waited)
    def waited(self, writes: Writes, fact: facts.Waited, place: Place) -> None:
        _change(writes, fact, place, state=WAITING)

    @when(facts.TicketIssued)
    def ticket_issued(self, writes: Writes, fact: facts.TicketIssued, place: Place) -> None:
        order_id = None if fact.order_id is None else str(fact.order_id)
        _change(
            writes, fact, place, state=TICKETED, serial=fact.serial, order_id=order_id, expires_at=None, reason=None
        )

    @when(facts.TicketRefused, facts.AnswerRepeated)
    def noted(self, writes: Writes, fact: Fact, place: Place) -> None:
        _change(writes, fact, place)

    @when(facts.Ended)
    def ended(self, writes: Writes, fact: facts.Ended, place: Place) -> None:
        _change(writes, fact, place, state=ENDED, reason=fact.reason, expires_at=None)

    @when(facts.CheckedIn)
    def checked_in(self, writes: Writes, fact: facts.CheckedIn, place: Place) -> None:
        _scanned(writes, fact, place, more=0)

    @when(facts.ScanKept)
    def scan_kept(self, writes: Writes, fact: facts.ScanKept, place: Place) -> None:
        _scanned(writes, fact, place, more=1)

    @when(facts.ScanRefused)
    def scan_refused(self, writes: Writes, fact: facts.ScanRefused, place: Place) -> None:
        writes.put(str(fact.originator_id), _REFUSED, _mine(fact, place))

    @when(gathering_facts.Cancelled)
    def cancelled(self, writes: Writes, fact: gathering_facts.Cancelled, place: Place) -> None:
        writes.put(f"closed {fact.originator_id}", _CLOSE, {"gathering_id": str(fact.originator_id)})


def still_open(connection: Connection, gathering_id: UUID, limit: int) -> Sequence[UUID] | None:
    """Registrations of a cancelled gathering that have not ended; None while the view has not come to its end."""
    closed_one = select(closed).where(closed.c.gathering_id == str(gathering_id))
    if connection.execute(closed_one).first() is None:
        return None
    rows = registrations
    mine = (rows.c.gathering_id == str(gathering_id), rows.c.state != ENDED)
    found = select(rows.c.registration_id).where(*mine).order_by(rows.c.place).limit(limit)
    return [UUID(one) for one in connection.execute(found).scalars()]


def open_of(connection: Connection, person_id: UUID) -> Sequence[UUID]:
    """What a person has registered for and has not ended."""
    rows = registrations
    mine = (rows.c.person_id == str(person_id), rows.c.state != ENDED)
    found = select(rows.c.registration_id).where(*mine).order_by(rows.c.place)
    return [UUID(one) for one in connection.execute(found).scalars()]


def who_came(connection: Connection, gathering_id: UUID) -> int:
    """How many people were checked in; guests are not counted, since nobody knows who they are."""
    rows = registrations
    mine = (rows.c.gathering_id == str(gathering_id), rows.c.checked_in_at.is_not(None))
    return int(connection.execute(select(func.count(rows.c.person_id.distinct())).where(*mine)).scalar_one())


def _change(writes: Writes, fact: Fact, place: Place, **values: object) -> None:
    writes.put(str(fact.originator_id), _CHANGE, {**_mine(fact, place), **values})


def _scanned(writes: Writes, fact: facts.CheckedIn | facts.ScanKept, place: Place, more: int) -> None:
    told = {"at": fact.at.isoformat(), "device": fact.device_id, "more": more}
    writes.put(str(fact.originator_id), _SCANNED, {**_mine(fact, place), **told})


def _mine(fact: Fact, place: Place) -> dict[str, object]:
    return {"mine": str(fact.originator_id), "version": fact.originator_version, "changed": place.position}
