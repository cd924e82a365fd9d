"""What happened elsewhere, what time it is, and what lies in the files."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import openapi_spec_validator
import pytest

from services.kernel.doors.openapi import document
from tests.support.stored import lying_at

from .conftest import PASSWORD, House

PERSON_ID, CLAIM_ID = UUID(int=7), UUID(int=8)
LONG_AGO = "2017-05-06T10:00:00+02:00"
PERSON = {"person_id": str(PERSON_ID), "tags": [{"kind": "city", "value": "Recife"}], "happened_at": LONG_AGO}
CLAIM = {
    "claim_id": str(CLAIM_ID), "person_id": str(PERSON_ID), "kind": "position", "value": "Seller", "level": 1,
    "happened_at": LONG_AGO,
}  # fmt: skip


@pytest.fixture
def operator(house: House) -> str:
    return house.token_of(house.create_operator(), "operator")


def record(house: House, operator: str, what: str, body: dict[str, Any], key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return house.call("POST", f"/records/{what}", operator, json=body, headers=headers)


def test_a_person_from_elsewhere_has_her_historic_time_and_no_name(house: House, operator: str) -> None:
    assert record(house, operator, "people", PERSON).status_code == 201
    card = house.call("GET", f"/people/{PERSON_ID}", operator).json()
    assert (card["name"], card["registered_at"]) == (None, "2017-05-06T08:00:00+00:00")
    me = house.call("GET", "/people/me", house.token_of(PERSON_ID)).json()
    assert (me["mail"], me["tags"]) == (None, PERSON["tags"])


@pytest.mark.parametrize("keys", [("one", "one"), ("one", "two"), (None, None)])
def test_what_is_recorded_twice_is_recorded_once(house: House, operator: str, keys: tuple[str, str]) -> None:
    first = [record(house, operator, what, body, keys[0]) for what, body in (("people", PERSON), ("claims", CLAIM))]
    position = house.service.recorder.position()
    again = [record(house, operator, what, body, keys[1]) for what, body in (("people", PERSON), ("claims", CLAIM))]
    assert house.service.recorder.position() == position
    assert [answer.status_code for answer in first + again] == [201] * 4


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("people", {**PERSON, "tags": []}),
        ("people", {**PERSON, "name": "Ana"}),
        ("claims", {**CLAIM, "level": 2}),
        ("claims", {**CLAIM, "issuer_id": str(uuid4())}),
    ],
)
def test_refuses_to_record_something_else_under_the_same_id(
    house: House, operator: str, what: str, body: dict[str, Any]
) -> None:
    record(house, operator, "people", PERSON)
    record(house, operator, "claims", CLAIM)
    answer = record(house, operator, what, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.recorded_otherwise")


def test_a_claim_from_elsewhere_is_certified_by_the_operator_or_whom_she_names(house: House, operator: str) -> None:
    issuer_id = uuid4()
    record(house, operator, "people", PERSON)
    record(house, operator, "claims", CLAIM)
    record(house, operator, "claims", {**CLAIM, "claim_id": str(uuid4()), "issuer_id": str(issuer_id)})
    claims = house.call("GET", "/people/me", house.token_of(PERSON_ID)).json()["claims"]
    assert {claim["state"] for claim in claims} == {"certified"}
    assert str(issuer_id) in {claim["issuer_id"] for claim in claims}


def test_a_claim_that_was_over_before_it_was_recorded_expires_at_its_own_time(house: House, operator: str) -> None:
    record(house, operator, "people", PERSON)
    record(house, operator, "claims", {**CLAIM, "valid_until": "2018-01-01T00:00:00Z"})
    house.settle()
    claim = house.call("GET", f"/claims/{CLAIM_ID}", house.token_of(PERSON_ID)).json()
    assert claim["state"] == "expired"
    assert house.service.messages(0).messages[-1].effective_at.isoformat() == "2018-01-01T00:00:00+00:00"


@pytest.mark.parametrize("what", ["people", "claims"])
def test_nothing_is_recorded_from_the_future_or_by_others(house: House, operator: str, what: str) -> None:
    body = PERSON if what == "people" else CLAIM
    record(house, operator, "people", PERSON)
    later = (house.clock.at + timedelta(seconds=1)).isoformat()
    future = record(house, operator, what, {**body, "happened_at": later})
    assert (future.status_code, future.json()["code"]) == (400, "agora.not_yet_happened")
    assert record(house, house.token_of(uuid4()), what, body).status_code == 403
    assert record(house, operator, what, {**body, "happened_at": None}).status_code == 422


def test_a_claim_is_recorded_of_somebody_who_is_there(house: House, operator: str) -> None:
    answer = record(house, operator, "claims", CLAIM)
    assert (answer.status_code, answer.json()["code"]) == (404, "identity.no_such_person")


def test_an_operator_moves_the_clock(house: House, operator: str) -> None:
    before = house.clock.at
    assert house.call("POST", "/clock", house.token_of(uuid4()), json={"seconds": 60}).status_code == 403
    moved = house.call("POST", "/clock", operator, json={"seconds": 86_400})
    expected = (before + timedelta(days=1)).isoformat()
    assert moved.json()["now"] == expected
    assert house.call("GET", "/clock").json() == {"now": expected, "is_sandbox": False}


@pytest.mark.parametrize("seconds", [0, -1, 10**30, 1.5, "60", True, None])
def test_refuses_to_move_the_clock_by_what_is_no_time(house: House, operator: str, seconds: object) -> None:
    assert house.call("POST", "/clock", operator, json={"seconds": seconds}).status_code == 422


def test_nothing_personal_lies_readable_in_the_stores(house: House, operator: str, tmp_path: Path) -> None:
    secrets = ["Zelda Quixano", "zelda@example.org", PASSWORD, "Hidalgo of Mancha", "papers 4711", "not a windmill"]
    token = house.token_of(house.register(mail=secrets[1], name=secrets[0]))
    claim = {"kind": "position", "value": secrets[3], "evidence": secrets[4]}
    claim_id = house.call("POST", "/claims", token, json=claim).json()["claim_id"]
    house.call("POST", f"/claims/{claim_id}/refuse", house.token_of(uuid4(), "certifier"), json={"reason": secrets[5]})
    house.call("POST", "/sessions", json={"mail": secrets[1], "password": PASSWORD})
    assert house.call("GET", f"/claims/{claim_id}", token).json()["reason"] == secrets[5]
    lying = lying_at(tmp_path)
    assert all(any(store in name for name in lying) for store in ("facts", "keys", "views"))
    for name, content in lying.items():
        assert [secret for secret in secrets if secret.lower().encode() in content.lower()] == [], name
    assert any("views" in name and str(claim_id).encode() in content for name, content in lying.items()), "it finds"


def test_somebody_forgotten_stays_in_lists_and_messages_without_anything_personal(house: House, operator: str) -> None:
    record(house, operator, "people", {**PERSON, "name": "Ana"})
    record(house, operator, "claims", {**CLAIM, "code": "outdoors"})
    house.service.keys.forget(str(PERSON_ID))
    card = house.card(PERSON_ID, PERSON_ID)
    assert (card["name"], card["claims"]) == ("", [{"kind": "position", "level": 1}])
    claim = house.call("GET", f"/claims/{CLAIM_ID}", house.token_of(PERSON_ID)).json()
    assert (claim["value"], claim["code"]) == ("", "")
    told = house.service.messages(3).messages
    assert [message.type.split(".")[2] for message in told] == ["person_registered", "claim_certified"]
    assert told[-1].data["code"] is None


def test_two_platforms_keep_one_mail_under_different_digests(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    digests = {one.service.keys.blinded("anna@example.org") for one in (house, other)}
    other.service.stop()
    assert len(digests) == 2


def test_the_document_of_the_surface_is_valid(house: House) -> None:
    made = document([house.service])
    openapi_spec_validator.validate(made)
    body = made["paths"]["/sessions"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/identity_SignIn"}


def test_the_public_keys_are_published_without_the_private_part(house: House) -> None:
    (key,) = house.call("GET", "/jwks").json()["keys"]
    assert (key["kty"], "d" in key) == ("OKP", False)
