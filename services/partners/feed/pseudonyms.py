"""Who is who, for one partner alone: people under names that nobody else can put together with their own."""

import hmac
from hashlib import sha256
from uuid import UUID

from services.partners.keys import Blinded


class Pseudonyms:
    """Made from a secret of one partner: the same person is always the same there, and somebody else elsewhere.

    They are UUIDs of version 8 (RFC 9562), so that none is ever taken for an id of the platform. What a pseudonym
    stands for cannot be worked out without the secret, which is never stored and goes with the master key.
    """

    def __init__(self, blinded: Blinded, partner_id: UUID) -> None:
        self._secret = bytes.fromhex(blinded(f"pseudonyms|{partner_id}"))

    def person(self, person_id: str) -> str:
        """The person's id as this partner knows it."""
        return self._uuid("person", person_id)

    def thing(self, thing_id: str) -> str:
        """The id of a thing that is made from a person's: who knows the person could tell by it who she is here."""
        return self._uuid("thing", thing_id)

    def command(self, command_id: str) -> str:
        """A correlation or causation id: it says what belongs together, and a person's id may have gone into it."""
        return self._uuid("command", command_id)

    def words(self, person_id: str, words: str) -> str:
        """What stands in place of a person's own words: the same for the same words of the same person alone.

        Over all people, the words of one who is in league with the partner would give away everybody's.
        """
        return self._digest("words", f"{person_id}|{words}").hex()[:32]

    def _uuid(self, kind: str, text: str) -> str:
        made = bytearray(self._digest(kind, text)[:16])
        made[6] = made[6] & 0x0F | 0x80
        made[8] = made[8] & 0x3F | 0x80
        return str(UUID(bytes=bytes(made)))

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._secret, f"{kind}|{text}".encode(), sha256)
