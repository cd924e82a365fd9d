"""What the mall knows of seats that can be bought: for whom they are kept and until when, from events' messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select, update

from services.contracts.events import RegistrationEnded, SeatReserved, TicketIssued
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place, Projection
from services.kernel.flow.upserts import insert

KEPT, ISSUED, ENDED = "kept", "issued", "ended"
EXPIRED = "expired"
"""The one end that is not for good: for a payment that comes late, events may still have the seats."""

metadata = MetaData()
seats = Table(
    "known_seats_v1",
    metadata,
    Column("registration_id", Text, primary_key=True),
    Column("gathering_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("seats", BigInteger, nullable=False),
    Column("kept_until", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_as", Text),
)


@dataclass(frozen=True, slots=True)
class KnownSeat:
    """Seats of one registration: kept, issued or ended; ``ended_as`` is the reason of the end."""

    registration_id: UUID
    gathering_id: UUID
    person_id: UUID
    seats: int
    kept_until: datetime
    state: str
    ended_as: str | None

    @property
    def is_over(self) -> bool:
        """Whether its registration has ended for good."""
        return self.state == ENDED and self.ended_as != EXPIRED


class KnownSeats(Projection):
    """One row a registration for which seats were ever kept."""

    name, hears, metadata = "known_seats", frozenset({"events"}), metadata

    @when(SeatReserved)
    def reserved(self, connection: Connection, message: SeatReserved, place: Place) -> None:
        kept = {"seats": message.seats, "kept_until": message.expires_at.isoformat(), "state": KEPT, "ended_as": None}
        row = {
            "registration_id": str(message.registration_id), "gathering_id": str(message.gathering_id),
            "person_id": str(message.person_id), **kept,
        }  # fmt: skip
        again = insert(seats).values(**row)
        connection.execute(again.on_conflict_do_update(index_elements=[seats.c.registration_id], set_=kept))

    @when(TicketIssued)
    def issued(self, connection: Connection, message: TicketIssued, place: Place) -> None:
        _become(connection, message.registration_id, state=ISSUED)

    @when(RegistrationEnded)
    def ended(self, connection: Connection, message: RegistrationEnded, place: Place) -> None:
        _become(connection, message.registration_id, state=ENDED, ended_as=message.reason)


def seat_of(connection: Connection, registration_id: UUID) -> KnownSeat | None:
    """The seats of a registration, as far as events has told."""
    mine = seats.c.registration_id == str(registration_id)
    row = connection.execute(select(seats).where(mine)).first()
    if row is None:
        return None
    return KnownSeat(
        UUID(row.registration_id), UUID(row.gathering_id), UUID(row.person_id), row.seats,
        datetime.fromisoformat(row.kept_until), row.state, row.ended_as,
    )  # fmt: skip


def _become(connection: Connection, registration_id: UUID, **changes: str) -> None:
    mine = seats.c.registration_id == str(registration_id)
    connection.execute(update(seats).where(mine).values(**changes))
