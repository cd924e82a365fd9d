"""What is one's own: registrations and tickets."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.events.codes import Code, Codes
from services.events.domain import Registration, refusals
from services.events.domain.registration import TICKETED
from services.events.projections.registrations import registrations
from services.events.queries.pictures import qr_svg
from services.kernel.doors.operation import Actor
from services.kernel.flow.paging import page_of

from .reading import Reading


class OwnQueries(Reading):
    """For whoever registered."""

    def my_registrations(self, actor: Actor, limit: int = 100, cursor: list[str] | None = None) -> dict[str, Any]:
        """All registrations of the actor, the latest first."""
        rows = registrations
        found = select(rows).where(rows.c.person_id == str(actor.person_id))
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [rows.c.place.desc()], limit, cursor)
        return {"items": page.rows, "next": page.next}

    def registration(self, actor: Actor, registration_id: UUID) -> dict[str, Any]:
        """A registration of the actor's own. Raises NoSuchRegistration."""
        mine = registrations.c.registration_id == str(registration_id)
        with self._service.views.glancing() as connection:
            row = connection.execute(select(registrations).where(mine)).mappings().first()
        if row is None or row["person_id"] != str(actor.person_id):
            raise refusals.NoSuchRegistration()
        return dict(row)

    def ticket(self, actor: Actor, registration_id: UUID) -> dict[str, Any]:
        """The ticket of a registration of the actor's own, with the code that the door reads.

        Raises NoSuchRegistration, NoTicket.
        """
        registration = self._service.store.load(Registration, registration_id)
        if registration is None or registration.person_id != actor.person_id:
            raise refusals.NoSuchRegistration()
        if registration.status != TICKETED:
            raise refusals.NoTicket(state=registration.status)
        gathering = self._gathering(registration.gathering_id)
        venue = {name: gathering.venue[name] or None for name in ("venue_name", "address", "online_url")}
        told = Code(registration.gathering_id, registration_id, registration.seats, registration.serial)
        code = Codes(self._service.keys.blinded).written(told)
        return {
            "registration_id": registration_id, "gathering_id": registration.gathering_id,
            "title": str(gathering.title), "starts_at": gathering.starts_at, "ends_at": gathering.ends_at,
            "time_zone": gathering.time_zone, "seats": registration.seats, "code": code,
            "qr_svg": qr_svg(code), **venue,
        }  # fmt: skip
