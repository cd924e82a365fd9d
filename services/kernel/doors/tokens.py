"""Access tokens: EdDSA-signed JWTs (RFC 9068), checked here without asking anybody.

What a token may look like stands in ``OnlyEdDSA`` and ``_claims``; nothing that a token says
about its own key (``jwk``, ``jku``, ``x5u``, ``x5c``) is ever used.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import InvalidHeaderValueError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import GuestProtocol, OKPKey
from joserfc.jws import JWSRegistry

from services.kernel.refusals import Unauthenticated, Unready

ISSUER = "agora"
AUDIENCE = "agora"
ALGORITHM = "EdDSA"
TYPE = "at+jwt"
LEEWAY_SECONDS = 60
LONGEST_CHARACTERS = 4096
REFETCH_SECONDS = 1.0

# What the parsing of hostile bytes can raise in the libraries below; RecursionError from deeply nested JSON.
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Identified:
    """Who is signed in, as a valid token says."""

    person_id: UUID
    roles: frozenset[str]
    session_id: UUID
    expires_at: datetime


class OnlyEdDSA(JWSRegistry):
    """The one algorithm and the one form of header that access tokens have, for making and for reading them."""

    def get_alg(self, name: str) -> Any:
        """EdDSA. Raises UnsupportedAlgorithmError for any other name.

        Overrides the library's, which warns at each token that RFC 9864 prefers the name "Ed25519",
        a name that few readers of tokens know yet; the curve is pinned by the key.
        """
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"Algorithm of '{name}' is not allowed")
        return self.algorithms[ALGORITHM]

    def check_header(self, header: dict[str, Any]) -> None:
        """Raises a JoseError unless it is an access token's, names its key, and asks for nothing special."""
        if header.get("typ") != TYPE or not isinstance(header.get("kid"), str):
            raise InvalidHeaderValueError("no access token with a named key")
        if "crit" in header or "b64" in header:
            raise InvalidHeaderValueError("asks for an extension")
        super().check_header(header)


class Verifier:
    """Checks access tokens against published keys.

    ``jwks`` answers with a JWK set; it is asked again when a token names an unknown key, at most
    once a second, so a new key is known at once and forged tokens cannot flood who publishes.
    Safe to use from several threads.
    """

    def __init__(
        self,
        jwks: Callable[[], Mapping[str, Any]],
        clock: Callable[[], float] = time.time,
        remembered: int = 10_000,
    ) -> None:
        self._jwks = jwks
        self._clock = clock
        self._remembered = remembered
        self._keys: dict[str, OKPKey] = {}
        self._fetched_at: float | None = None
        self._verified: OrderedDict[bytes, Identified] = OrderedDict()
        self._registry = OnlyEdDSA()
        self._lock = Lock()

    def verify(self, token: str) -> Identified:
        """Who the token stands for.

        Raises Unauthenticated for whatever is wrong with it, Unready while no key could be read at all.
        """
        if len(token) > LONGEST_CHARACTERS:
            raise Unauthenticated()
        try:
            digest = sha256(token.encode("ascii")).digest()
            return self._recall(digest) or self._remember(digest, self._read(token))
        except _UNREADABLE as error:
            raise Unauthenticated() from error

    def _read(self, token: str) -> Identified:
        claims = jwt.decode(token, self._key_of, registry=self._registry).claims
        self._claims().validate(claims)
        if not isinstance(claims["roles"], list):
            raise TypeError("roles are a list")
        return Identified(
            person_id=UUID(claims["sub"]),
            roles=frozenset(map(str, claims["roles"])),
            session_id=UUID(claims["sid"]),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )

    def _claims(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
            nbf={"essential": True},
            sid={"essential": True},
            roles={"essential": True, "allow_blank": True},
        )

    def _key_of(self, token: GuestProtocol) -> OKPKey:
        key_id = token.headers()["kid"]
        with self._lock:
            if key_id not in self._keys:
                self._refetch()
            if not self._keys:
                raise Unready()
            return self._keys[key_id]

    def _refetch(self) -> None:
        now = self._clock()
        if self._fetched_at is not None and abs(now - self._fetched_at) < REFETCH_SECONDS:
            return
        self._fetched_at = now
        try:
            keys = _public_keys(self._jwks())
        except Exception:  # noqa: BLE001 - whoever publishes may be down in any way; the known keys still hold
            return
        if keys != self._keys:
            self._keys = keys
            self._verified.clear()  # what a withdrawn key has signed

    def _recall(self, digest: bytes) -> Identified | None:
        with self._lock:
            known = self._verified.get(digest)
            if known is None:
                return None
            if known.expires_at.timestamp() <= self._clock():
                del self._verified[digest]
                return None
            self._verified.move_to_end(digest)
            return known

    def _remember(self, digest: bytes, identified: Identified) -> Identified:
        with self._lock:
            self._verified[digest] = identified
            if len(self._verified) > self._remembered:
                self._verified.popitem(last=False)
        return identified


def _public_keys(jwks: Mapping[str, Any]) -> dict[str, OKPKey]:
    return {
        jwk["kid"]: OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": jwk["x"]})
        for jwk in jwks["keys"]
        if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519" and jwk.get("use", "sig") == "sig"
    }
