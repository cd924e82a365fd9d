"""What groups knows of people: as everybody does, but an expired claim stays, so that it can be named."""

from sqlalchemy import Connection, and_

from services.contracts.identity import ClaimExpired
from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.known import people
from services.known.people import claims, counting, text_of


class KnownPeople(people.KnownPeople):
    """One row a certified claim, a tag."""

    @when(ClaimExpired)
    def expired(self, connection: Connection, message: ClaimExpired, place: Place) -> None:
        """It stays, past its end, so that the person is told which claim to renew."""
        mine = and_(claims.c.claim_id == str(message.claim_id), counting(place.effective_at))
        connection.execute(claims.update().where(mine).values(valid_until=text_of(place.effective_at)))
