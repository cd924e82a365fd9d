"""Cursors: where a partner has come to, signed for it alone."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.kernel.flow.words import outline
from services.kernel.store.chain import GENESIS
from services.kernel.store.recorder import KeptRow
from services.partners.domain.refusals import CursorNotGiven
from services.partners.keys import Blinded

_NUMBER, _MARK, _SEAL = 8, 8, 16


@dataclass(frozen=True, slots=True)
class Place:
    """A position of the journal, and a mark of what stands there, by which another history is known.

    After a restored backup the same ids are given again, to other messages: so the mark is of what they say, too.
    """

    position: int
    mark: bytes

    @classmethod
    def at(cls, row: KeptRow) -> "Place":
        """Where this row is."""
        return cls(row.position, sha256(row.link + outline(row.message.envelope)).digest()[:_MARK])


START = Place(0, GENESIS[:_MARK])


class Cursors:
    """Writes and reads the cursors of one partner. They depend on no filter: it may change from page to page."""

    def __init__(self, blinded: Blinded, partner_id: UUID) -> None:
        self._secret = bytes.fromhex(blinded(f"cursors|{partner_id}"))

    def written(self, place: Place) -> str:
        """As the partner gets it."""
        body = place.position.to_bytes(_NUMBER, "big") + place.mark
        return urlsafe_b64encode(body + self._seal(body)).decode().rstrip("=")

    def read(self, text: str) -> Place:
        """Where it points. Raises CursorNotGiven for every text but those that this partner was given."""
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=")
        except ValueError:  # also what is no ASCII
            raise CursorNotGiven() from None
        body, seal = raw[: _NUMBER + _MARK], raw[_NUMBER + _MARK :]
        if not hmac.compare_digest(seal, self._seal(body)):
            raise CursorNotGiven()
        place = Place(int.from_bytes(body[:_NUMBER], "big"), body[_NUMBER:])
        if self.written(place) != text:  # base64 reads several texts as the same bytes
            raise CursorNotGiven()
        return place

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, sha256)[:_SEAL]
