"""Makes the access tokens that every service verifies offline, and publishes the key for that.

With the same key it signs the links for a new password, which are no access tokens and cannot be taken for any.
"""

import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.identity.domain.refusals import ResetLinkWrong
from services.kernel.doors.tokens import ALGORITHM, AUDIENCE, ISSUER, TYPE, OnlyEdDSA

LIFETIME_SECONDS = 600
# No access token begins like this: what is signed there is base64 without a space (RFC 7515, 5.1).
RESET_PURPOSE = b"agora password reset 1 "
NUMBER_OCTETS, SIGNATURE_OCTETS = 4, 64


class TokenIssuer:
    """Signs access tokens with the key in ``key_file`` (PEM), which is made on first use.

    ``clock`` is the wall clock in seconds since 1970, also where a sandbox clock is moved: tokens
    are between machines, not part of the story. Raises ValueError when the file holds no Ed25519
    private key, OSError when it can be neither read nor made.
    """

    def __init__(self, key_file: Path, clock: Callable[[], float] = time.time) -> None:
        if not key_file.exists():
            _create_key(key_file)
        self._private = _read_key(key_file)
        self._key = OKPKey.import_key(self._private)
        self._clock = clock
        self._registry = OnlyEdDSA()

    def issue(self, person_id: UUID, roles: Collection[str], session_id: UUID) -> tuple[str, datetime]:
        """A token for ten minutes, and when it expires."""
        now = int(self._clock())
        expires = now + LIFETIME_SECONDS
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": str(person_id), "iat": now, "nbf": now, "exp": expires,
            "jti": str(uuid4()), "sid": str(session_id), "roles": sorted(roles),
        }  # fmt: skip
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._key.thumbprint()}
        return jwt.encode(header, claims, self._key, registry=self._registry), datetime.fromtimestamp(expires, UTC)

    def jwks(self) -> dict[str, Any]:
        """The JWK set (RFC 7517) with the public key alone."""
        parameters = {"kid": self._key.thumbprint(), "use": "sig", "alg": ALGORITHM}
        return {"keys": [self._key.as_dict(private=False, **parameters)]}

    def reset_token(self, person_id: UUID, number: int) -> str:
        """What stands in a person's link for a new password: who, which, and the signature over both."""
        content = person_id.bytes + number.to_bytes(NUMBER_OCTETS)
        return urlsafe_b64encode(content + self._private.sign(RESET_PURPOSE + content)).decode()

    def read_reset_token(self, token: str) -> tuple[UUID, int]:
        """Whose link it is, and its number. Raises ResetLinkWrong."""
        try:
            octets = urlsafe_b64decode(token)
            content, signature = octets[:-SIGNATURE_OCTETS], octets[-SIGNATURE_OCTETS:]
            self._private.public_key().verify(signature, RESET_PURPOSE + content)
            return UUID(bytes=content[:-NUMBER_OCTETS]), int.from_bytes(content[-NUMBER_OCTETS:])
        except (ValueError, InvalidSignature):
            raise ResetLinkWrong() from None


def _read_key(key_file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{key_file} holds no Ed25519 private key; move it away to have a new one made.")
    return key


def _create_key(key_file: Path) -> None:
    """Written beside and linked into place: nobody ever reads half a key, and of two makers one wins."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = mkstemp(dir=key_file.parent, prefix=".key-")  # made with 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, key_file)
    except FileExistsError:
        pass  # somebody else was first; theirs is the key
    finally:
        os.unlink(beside)
