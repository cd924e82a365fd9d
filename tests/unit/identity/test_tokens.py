"""The issuer: its key, its tokens, what it publishes."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from services.identity.tokens import TokenIssuer
from services.kernel.doors.tokens import Verifier
from tests.support.scenario import ANNA, BORIS

NOW = 1_800_000_000.9


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "token.pem"


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    unverified = jws.extract_compact(token.encode())
    return dict(unverified.headers()), json.loads(unverified.payload)


def test_a_token_says_who_and_for_how_long(key_file: Path) -> None:
    token, expires_at = TokenIssuer(key_file, lambda: NOW).issue(ANNA, {"operator", "certifier"}, BORIS)
    header, claims = parts(token)
    assert expires_at == datetime.fromtimestamp(1_800_000_600, UTC)
    assert claims.pop("jti")
    assert claims == {
        "iss": "agora", "aud": "agora", "sub": str(ANNA), "sid": str(BORIS), "roles": ["certifier", "operator"],
        "iat": 1_800_000_000, "nbf": 1_800_000_000, "exp": 1_800_000_600,
    }  # fmt: skip
    assert (header["alg"], header["typ"]) == ("EdDSA", "at+jwt")


def test_every_token_has_an_id_of_its_own(key_file: Path) -> None:
    issuer = TokenIssuer(key_file)
    ids = {parts(issuer.issue(ANNA, [], BORIS)[0])[1]["jti"] for _ in range(3)}
    assert len(ids) == 3


def test_publishes_the_public_key_alone_under_its_thumbprint(key_file: Path) -> None:
    issuer = TokenIssuer(key_file)
    (key,) = issuer.jwks()["keys"]
    header, _ = parts(issuer.issue(ANNA, [], BORIS)[0])
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert key["kid"] == header["kid"] == OKPKey.import_key(key).thumbprint()


def test_the_key_outlives_the_process(key_file: Path) -> None:
    token, _ = TokenIssuer(key_file).issue(ANNA, ["operator"], BORIS)
    assert Verifier(TokenIssuer(key_file).jwks).verify(token).person_id == ANNA


def test_the_key_is_its_owners_alone_and_nothing_is_left_beside_it(key_file: Path) -> None:
    TokenIssuer(key_file)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert list(key_file.parent.iterdir()) == [key_file]


def test_of_many_makers_at_once_one_wins(key_file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sets = list(pool.map(lambda _: TokenIssuer(key_file).jwks(), range(8)))
    assert all(published == sets[0] for published in sets)


def test_refuses_a_file_with_another_key(key_file: Path) -> None:
    key_file.parent.mkdir()
    key_file.write_bytes(OKPKey.generate_key("Ed448").as_pem(private=True))
    with pytest.raises(ValueError, match="holds no Ed25519 private key"):
        TokenIssuer(key_file)


@pytest.mark.parametrize("content", [b"", b"nonsense", ECKey.generate_key("P-256").as_pem(private=True)])
def test_refuses_a_file_without_a_key(key_file: Path, content: bytes) -> None:
    key_file.parent.mkdir()
    key_file.write_bytes(content)
    with pytest.raises(ValueError, match="holds no Ed25519 private key"):
        TokenIssuer(key_file)
