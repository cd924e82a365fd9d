"""What a ticket says, signed: short enough for a QR code, and checked at a door without asking anybody.

A code is base32 without padding (RFC 4648), letters and digits alone: QR codes store these in little more than five
bits each, and a person can read them out. Inside are version, gathering, registration, seats and serial, then an
Ed25519 signature (RFC 8032) over them.
"""

import base64
import binascii
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.events.domain.refusals import TicketNotGenuine

VERSION = 1
_FORM = struct.Struct(">B16s16sHI")
_SIGNATURE_BYTES = 64
Blinded = Callable[[str], str]
"""A keyed digest in hex under the secret of this service (KeyStore.blinded)."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a ticket says."""

    gathering_id: UUID
    registration_id: UUID
    seats: int
    serial: int


class Codes:
    """Signs and reads the codes of tickets, with a key that is made from the secret of this service."""

    def __init__(self, blinded: Blinded) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(blinded("the key that signs tickets")))

    def written(self, code: Code) -> str:
        """The code as it stands on the ticket: the same every time."""
        told = _FORM.pack(VERSION, code.gathering_id.bytes, code.registration_id.bytes, code.seats, code.serial)
        return base64.b32encode(told + self._key.sign(told)).decode().rstrip("=")

    def read(self, text: str) -> Code:
        """What a code says. Raises TicketNotGenuine for whatever was not signed here."""
        try:
            signed = base64.b32decode(text + "=" * (-len(text) % 8))
            told, signature = signed[:-_SIGNATURE_BYTES], signed[-_SIGNATURE_BYTES:]
            self._key.public_key().verify(signature, told)
            version, gathering, registration, seats, serial = _FORM.unpack(told)
        except (binascii.Error, InvalidSignature, struct.error, ValueError):
            raise TicketNotGenuine() from None
        if version != VERSION:
            raise TicketNotGenuine()
        return Code(UUID(bytes=gathering), UUID(bytes=registration), seats, serial)

    def public_key(self) -> dict[str, Any]:
        """The public key as a JWK (RFC 8037), for doors that check offline."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        x = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": x[:16], "x": x}
