"""The verifier against everything that a forger, a thief or a broken client could send."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from services.kernel.doors.tokens import Identified, Verifier
from services.kernel.refusals import Unauthenticated, Unready
from tests.support.scenario import ANNA, BORIS

NOW = 1_800_000_000
KEY = OKPKey.generate_key("Ed25519")
OTHER = OKPKey.generate_key("Ed25519")
HEADER: dict[str, Any] = {"alg": "EdDSA", "typ": "at+jwt", "kid": KEY.thumbprint()}
CLAIMS: dict[str, Any] = {
    "iss": "agora", "aud": "agora", "sub": str(ANNA), "sid": str(BORIS), "roles": ["operator"],
    "iat": NOW, "nbf": NOW, "exp": NOW + 600, "jti": "1",
}  # fmt: skip


def published(*keys: OKPKey) -> dict[str, Any]:
    return {"keys": [{**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"} for key in keys]}


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def signed(header: Any = HEADER, claims: Any = CLAIMS, key: Any = KEY, alg: str = "EdDSA") -> str:
    """Signs whatever it is given, as an attacker's own program would."""
    signing = f"{base64url(json.dumps(header).encode())}.{base64url(json.dumps(claims).encode())}"
    return f"{signing}.{base64url(JWSRegistry.algorithms[alg].sign(signing.encode(), key))}"


def hashed_with(secret: bytes) -> str:
    """Signed with what everybody knows, in the hope that the verifier takes its public key for a shared secret."""
    header = base64url(json.dumps(HEADER | {"alg": "HS256"}).encode())
    signing = f"{header}.{base64url(json.dumps(CLAIMS).encode())}"
    return f"{signing}.{base64url(hmac.digest(secret, signing.encode(), 'sha256'))}"


def without(claim: str) -> dict[str, Any]:
    return {name: value for name, value in CLAIMS.items() if name != claim}


def verifier(at: float = NOW, **options: Any) -> Verifier:
    return Verifier(lambda: published(KEY), lambda: at, **options)


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


class Publisher:
    """Publishes keys and counts how often it was asked."""

    def __init__(self, *keys: OKPKey) -> None:
        self.keys = keys
        self.asked = 0
        self.down = False

    def __call__(self) -> dict[str, Any]:
        self.asked += 1
        if self.down:
            raise ConnectionError
        return published(*self.keys)


def test_a_valid_token_identifies() -> None:
    assert verifier().verify(signed()) == Identified(
        person_id=ANNA,
        roles=frozenset({"operator"}),
        session_id=BORIS,
        expires_at=datetime.fromtimestamp(NOW + 600, UTC),
    )


def test_somebody_without_a_role_is_identified_too() -> None:
    assert verifier().verify(signed(claims=CLAIMS | {"roles": []})).roles == frozenset()


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": OTHER.as_dict(private=False)},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/x5"},
    ],
)
def test_a_key_named_in_a_header_is_ignored(header: dict[str, Any]) -> None:
    assert verifier().verify(signed(HEADER | header)).person_id == ANNA
    with pytest.raises(Unauthenticated):
        verifier().verify(signed(HEADER | header, key=OTHER))


GOOD = signed()
HEAD, BODY, SIGNATURE = GOOD.split(".")
ATTACKS: dict[str, Any] = {
    "alg none without signature": f"{base64url(json.dumps(HEADER | {'alg': 'none'}).encode())}.{BODY}.",
    "alg none with signature": f"{base64url(json.dumps(HEADER | {'alg': 'none'}).encode())}.{BODY}.{SIGNATURE}",
    "alg None in other case": f"{base64url(json.dumps(HEADER | {'alg': 'nOnE'}).encode())}.{BODY}.",
    "HS256 with the public key": hashed_with(KEY.public_key.public_bytes_raw()),
    "HS256 with the public PEM": hashed_with(KEY.as_pem()),
    "HS256 with the public JWK": hashed_with(json.dumps(KEY.as_dict(private=False)).encode()),
    "the curve as alg": signed(HEADER | {"alg": "Ed25519"}, alg="Ed25519"),
    "alg is a list": signed(HEADER | {"alg": ["EdDSA"]}),
    "no alg": signed({name: value for name, value in HEADER.items() if name != "alg"}),
    "forged with another key": signed(key=OTHER),
    "unknown kid": signed(HEADER | {"kid": OTHER.thumbprint()}, key=OTHER),
    "no kid": signed({name: value for name, value in HEADER.items() if name != "kid"}),
    "kid is a number": signed(HEADER | {"kid": 0}),
    "embedded key": signed(HEADER | {"jwk": OTHER.as_dict(private=False), "kid": OTHER.thumbprint()}, key=OTHER),
    "crit": signed(HEADER | {"crit": ["exp"], "exp": NOW + 600}),
    "crit that is understood": signed(HEADER | {"crit": ["b64"], "b64": True}),
    "empty crit": signed(HEADER | {"crit": []}),
    "b64": signed(HEADER | {"b64": False}),
    "an unknown header": signed(HEADER | {"x-evil": "1"}),
    "typ JWT": signed(HEADER | {"typ": "JWT"}),
    "no typ": signed({name: value for name, value in HEADER.items() if name != "typ"}),
    "an encrypted token": f"{HEAD}.{BODY}.{SIGNATURE}.{BODY}.{BODY}",
    "header is a list": signed(["alg", "EdDSA"]),
    "header is a text": signed("alg"),
    "claims are a list": signed(claims=["sub"]),
    "wrong issuer": signed(claims=CLAIMS | {"iss": "agora.example"}),
    "wrong audience": signed(claims=CLAIMS | {"aud": "partners"}),
    "other audiences": signed(claims=CLAIMS | {"aud": ["partners", "shop"]}),
    "expired": signed(claims=CLAIMS | {"exp": NOW - 60}),
    "exp is a text": signed(claims=CLAIMS | {"exp": str(NOW + 600)}),
    "exp is NaN": signed(claims=CLAIMS | {"exp": float("nan")}),
    "exp is endless": signed(claims=CLAIMS | {"exp": float("inf")}),
    "exp beyond all years": signed(claims=CLAIMS | {"exp": 10**300}),
    "not yet valid": signed(claims=CLAIMS | {"nbf": NOW + 61}),
    "issued in the future": signed(claims=CLAIMS | {"iat": NOW + 61}),
    "subject is no id": signed(claims=CLAIMS | {"sub": "root"}),
    "subject is a number": signed(claims=CLAIMS | {"sub": 1}),
    "session is a number": signed(claims=CLAIMS | {"sid": 1}),
    "roles are a text": signed(claims=CLAIMS | {"roles": "operator"}),
    **{f"no {claim}": signed(claims=without(claim)) for claim in CLAIMS if claim not in {"iat", "jti"}},
    "oversize": signed(claims=CLAIMS | {"pad": "x" * 4096}),
    "empty": "",
    "garbage": "garbage",
    "dots": "..",
    "many dots": "." * 4000,
    "not ASCII": GOOD + "é",
    "a lone surrogate": "\ud800",
    "NUL": GOOD + "\0",
    "white space": " " + GOOD,
    "padded": GOOD + "=",
    "deeply nested": f"{base64url(b'[' * 3000)}.{BODY}.{SIGNATURE}",
    "no signature": f"{HEAD}.{BODY}.",
    "signature cut": GOOD[:-4],
    "body cut": f"{HEAD}.{BODY[:-4]}.{SIGNATURE}",
    "claims exchanged": f"{HEAD}.{signed(claims=CLAIMS | {'sub': str(BORIS)}).split('.')[1]}.{SIGNATURE}",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_refuses(attack: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier().verify(ATTACKS[attack])


@given(some.text(max_size=200) | some.lists(some.binary(max_size=60), min_size=3, max_size=3).map(
    lambda parts: ".".join(map(base64url, parts))
))  # fmt: skip
@example(base64url(b'["alg"]') + ".e30.AA")
@example(base64url(b"1") + ".e30.AA")
@example(base64url(b"null") + ".e30.AA")
def test_whatever_comes_is_refused_and_never_an_error(token: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier().verify(token)


@given(some.integers(0, len(GOOD) - 1), some.sampled_from("AZaz09-_.="))
def test_one_changed_character_is_refused(place: int, character: str) -> None:
    forged = GOOD[:place] + character + GOOD[place + 1 :]
    if forged != GOOD:
        with pytest.raises(Unauthenticated):
            verifier().verify(forged)


@pytest.mark.parametrize(("at", "claims"), [(NOW + 659, {}), (NOW - 60, {})])
def test_clocks_may_differ_by_a_minute(at: float, claims: dict[str, Any]) -> None:
    assert verifier(at).verify(signed(claims=CLAIMS | claims)).person_id == ANNA


def test_a_new_key_is_known_at_once() -> None:
    publisher, clock = Publisher(KEY), Clock()
    door = Verifier(publisher, clock)
    door.verify(signed())
    publisher.keys = (KEY, OTHER)
    clock.now += 1
    assert door.verify(signed(HEADER | {"kid": OTHER.thumbprint()}, key=OTHER)).person_id == ANNA
    assert publisher.asked == 2


def test_forged_keys_make_it_ask_once_a_second_at_most() -> None:
    publisher, clock = Publisher(KEY), Clock()
    door = Verifier(publisher, clock)
    for number in range(40):
        clock.now = NOW + number / 10
        with pytest.raises(Unauthenticated):
            door.verify(signed(HEADER | {"kid": f"forged {number}"}, key=OTHER))
    assert publisher.asked == 4


def test_a_token_of_a_withdrawn_key_is_forgotten_with_it() -> None:
    publisher, clock = Publisher(KEY), Clock()
    door = Verifier(publisher, clock)
    door.verify(signed())
    publisher.keys = (OTHER,)
    clock.now += 1
    door.verify(signed(HEADER | {"kid": OTHER.thumbprint()}, key=OTHER))
    with pytest.raises(Unauthenticated):
        door.verify(signed())


def test_the_known_keys_hold_while_the_publisher_is_down() -> None:
    publisher, clock = Publisher(KEY), Clock()
    door = Verifier(publisher, clock)
    door.verify(signed())
    publisher.down = True
    clock.now += 1
    with pytest.raises(Unauthenticated):
        door.verify(signed(HEADER | {"kid": OTHER.thumbprint()}, key=OTHER))
    assert door.verify(signed(claims=CLAIMS | {"jti": "2"})).person_id == ANNA


@pytest.mark.parametrize("answer", [lambda: {"keys": []}, lambda: {}, lambda: {"keys": [{"kty": "RSA"}]}])
def test_without_any_key_it_is_unready_and_recovers(answer: Callable[[], dict[str, Any]]) -> None:
    clock = Clock()
    answers = [answer]
    door = Verifier(lambda: answers[0](), clock)
    with pytest.raises(Unready):
        door.verify(signed())
    answers[0] = lambda: published(KEY)
    clock.now += 1
    assert door.verify(signed()).person_id == ANNA


def test_a_private_or_foreign_key_in_the_set_does_no_harm() -> None:
    rsa: dict[str, Any] = {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}
    sealing = {**published(OTHER)["keys"][0], "use": "enc"}
    door = Verifier(lambda: {"keys": [rsa, sealing, *published(KEY)["keys"]]}, lambda: NOW)
    assert door.verify(signed()).person_id == ANNA
    with pytest.raises(Unauthenticated):
        door.verify(signed(HEADER | {"kid": OTHER.thumbprint()}, key=OTHER))


def test_a_remembered_token_is_not_read_again_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    door = Verifier(lambda: published(KEY), clock)
    reads: list[str] = []
    real = door._read

    def noting(token: str) -> Identified:
        reads.append(token)
        return real(token)

    monkeypatch.setattr(door, "_read", noting)
    first = door.verify(GOOD)
    assert door.verify(GOOD) is first
    assert len(reads) == 1
    clock.now = NOW + 660
    with pytest.raises(Unauthenticated):
        door.verify(GOOD)


def test_remembers_no_more_than_it_is_told_and_drops_the_longest_unused() -> None:
    door = verifier(remembered=2)
    first, second, third = (signed(claims=CLAIMS | {"jti": str(number)}) for number in range(3))
    known = door.verify(first)
    dropped = door.verify(second)
    assert door.verify(first) is known
    door.verify(third)
    assert door.verify(first) is known
    assert door.verify(second) is not dropped
