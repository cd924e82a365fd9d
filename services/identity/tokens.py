"""Makes the access tokens that every service verifies offline, and publishes the key for that."""

import os
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.kernel.doors.tokens import ALGORITHM, AUDIENCE, ISSUER, TYPE, OnlyEdDSA

LIFETIME_SECONDS = 600


class TokenIssuer:
    """Signs access tokens with the key in ``key_file`` (PEM), which is made on first use.

    ``clock`` is the wall clock in seconds since 1970, also where a sandbox clock is moved: tokens
    are between machines, not part of the story. Raises ValueError when the file holds no Ed25519
    private key, OSError when it can be neither read nor made.
    """

    def __init__(self, key_file: Path, clock: Callable[[], float] = time.time) -> None:
        if not key_file.exists():
            _create_key(key_file)
        self._key = _read_key(key_file)
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


def _read_key(key_file: Path) -> OKPKey:
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{key_file} holds no Ed25519 private key; move it away to have a new one made.")
    return OKPKey.import_key(key)


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
