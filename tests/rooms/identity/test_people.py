"""People through the door: registering, signing in, cards, tags, roles."""

import asyncio
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.contracts import identity as messages
from services.identity.domain.refusals import MailTaken
from services.identity.domain.visibility import FIELDS
from services.kernel.doors.tokens import Verifier

from .conftest import PASSWORD, House

ANNA = {"name": "Anna Karenina", "mail": "anna@example.org", "password": PASSWORD}

BEGINNING = [{"field": field, "audience": "groups", "group_ids": []} for field in FIELDS]


def sign_in(house: House, mail: str = "anna@example.org", password: str = PASSWORD) -> tuple[int, dict[str, str]]:
    answer = house.call("POST", "/sessions", json={"mail": mail, "password": password})
    return answer.status_code, answer.json()


def test_a_person_registers_signs_in_and_sees_herself(house: House) -> None:
    person_id = house.register()
    status, session = sign_in(house, mail=" Anna@Example.ORG")
    assert (status, session["token_type"], session["person_id"]) == (200, "Bearer", str(person_id))
    identified = Verifier(house.issuer.jwks).verify(session["token"])
    assert (identified.person_id, identified.roles) == (person_id, frozenset())
    me = house.call("GET", "/people/me", session["token"]).json()
    assert me == {
        "person_id": str(person_id), "name": "Anna Karenina", "mail": "anna@example.org", "tags": [], "roles": [],
        "claims": [], "visibility": BEGINNING,
    }  # fmt: skip
    assert house.messages() == [messages.PersonRegistered(person_id=person_id)]


def test_a_wrong_password_and_an_unknown_mail_look_the_same(house: House) -> None:
    house.register()
    answers = [
        sign_in(house, password="something else"),
        sign_in(house, mail="nobody@example.org"),
        sign_in(house, mail="not a mail"),
    ]
    assert {status for status, _ in answers} == {401}
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1]["code"] == "identity.wrong_credentials"


def test_somebody_recorded_from_elsewhere_cannot_sign_in_with_an_empty_mail(house: House) -> None:
    assert sign_in(house, mail="")[0] == 422


@pytest.mark.parametrize("mail", ["anna@example.org", "ANNA@example.org "])
def test_a_mail_registers_once(house: House, mail: str) -> None:
    house.register()
    answer = house.call("POST", "/people", json={**ANNA, "mail": mail})
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.mail_taken")
    assert house.service.recorder.position() == 1


def test_of_twenty_at_once_with_one_mail_exactly_one_registers(house: House) -> None:
    async def at_once(client):
        return await asyncio.gather(*[client.post("/people", json=ANNA) for _ in range(20)])

    answers = house.run(at_once)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"identity.mail_taken"}
    assert house.service.recorder.position() == 1
    assert sign_in(house)[0] == 200


def test_without_its_side_row_a_mail_registers_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.store.unit.Unit.claim_side", lambda *_: None)
    assert house.register() != house.register()


def test_a_repeated_registration_gets_the_same_answer(house: House) -> None:
    answers = [house.call("POST", "/people", json=ANNA, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert house.service.recorder.position() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short"}, "identity.password_too_short"),
        ({"password": "password123"}, "identity.password_too_common"),
        ({"password": "anna@example.org"}, "identity.password_is_mail"),
        ({"password": "n" * 150 + "o" * 100}, "identity.password_too_long"),
        ({"mail": "anna"}, "identity.mail_malformed"),
        ({"name": "\u200b"}, "identity.name_malformed"),
        ({"name": ""}, "agora.malformed"),
        ({"roles": ["operator"]}, "agora.malformed"),
    ],
)
def test_refuses_to_register(house: House, change: dict[str, object], code: str) -> None:
    answer = house.call("POST", "/people", json={**ANNA, **change})
    assert (answer.status_code in (400, 422), answer.json()["code"]) == (True, code)
    assert house.service.recorder.position() == 0


def test_signing_in_has_a_rate_of_its_own(tmp_path: Path) -> None:
    house = House(tmp_path, rate="1000/minute")
    statuses = [house.call("POST", "/sessions", json={}).status_code for _ in range(21)]
    house.service.stop()
    assert statuses == [422] * 20 + [429]


TOGGLES = ("/people/me/name", "/people/me/tags", "/people/me/tags/remove", "/people/me/visibility")


@pytest.mark.parametrize("path", TOGGLES)
def test_what_can_be_changed_for_ever_has_a_rate_a_person(tmp_path: Path, path: str) -> None:
    house = House(tmp_path, rate="1000/minute")
    one, other = house.token_of(uuid4()), house.token_of(uuid4())
    statuses = [house.call("POST", path, one, json={}).status_code for _ in range(31)]
    assert statuses == [422] * 30 + [429]
    assert house.call("POST", path, other, json={}).status_code == 422
    house.service.stop()


def test_a_name_is_for_people_who_are_signed_in(house: House) -> None:
    person_id = house.register()
    assert house.call("GET", f"/people/{person_id}").status_code == 401
    card = house.call("GET", f"/people/{person_id}", house.token_of(uuid4()))
    assert card.json() == {
        "person_id": str(person_id), "name": "Anna Karenina", "registered_at": house.clock.at.isoformat(), "claims": [],
        "tags": [],
    }  # fmt: skip
    assert card.headers["ETag"] == '"1"'
    assert house.call("GET", f"/people/{uuid4()}", house.token_of(uuid4())).json()["code"] == "identity.no_such_person"


def test_a_person_renames_herself_and_carries_tags(house: House) -> None:
    token = house.token_of(person_id := house.register())
    city, trade = {"kind": "city", "value": "Tula"}, {"kind": "trade", "value": "writer"}
    assert house.call("POST", "/people/me/name", token, json={"name": "Anna Oblonskaya"}).status_code == 200
    for tag in (city, trade):
        assert house.call("POST", "/people/me/tags", token, json=tag).status_code == 200
    assert house.call("POST", "/people/me/tags/remove", token, json=trade).status_code == 200
    gone = house.call("POST", "/people/me/tags/remove", token, json=trade)
    assert (gone.status_code, gone.json()["code"]) == (404, "identity.no_such_tag")
    me = house.call("GET", "/people/me", token).json()
    assert (me["name"], me["tags"]) == ("Anna Oblonskaya", [city])
    assert house.messages()[1:] == [
        messages.PersonTagged(person_id=person_id, **city),
        messages.PersonTagged(person_id=person_id, **trade),
        messages.PersonUntagged(person_id=person_id, **trade),
    ]


def test_the_first_operator_has_every_role_in_her_token(house: House) -> None:
    olga = house.create_operator()
    _, session = sign_in(house, mail="olga@example.org")
    assert Verifier(house.issuer.jwks).verify(session["token"]).roles == {"operator", "certifier"}
    assert house.call("GET", "/people/me", session["token"]).json()["roles"] == ["operator", "certifier"]
    assert messages.RoleGranted(person_id=olga, role="operator") in house.messages()


def test_somebody_registered_becomes_operator_only_when_that_is_said(house: House) -> None:
    house.register()
    with pytest.raises(MailTaken):
        house.create_operator(mail="anna@example.org")
    assert house.service.recorder.position() == 1


def test_somebody_registered_becomes_operator_and_keeps_her_password(house: House) -> None:
    person_id = house.register()
    assert house.create_operator(mail="anna@example.org", existing=True) == person_id
    assert house.create_operator(mail="anna@example.org", existing=True) == person_id
    assert house.service.recorder.position() == 3
    assert sign_in(house)[0] == 200


def test_operators_give_and_take_roles(house: House) -> None:
    anna, operator = house.register(), house.token_of(house.create_operator(), "operator")
    path = f"/people/{anna}/roles"
    assert house.call("POST", path, house.token_of(anna), json={"role": "operator"}).status_code == 403
    assert house.call("POST", path, operator, json={"role": "certifier"}).status_code == 200
    assert Verifier(house.issuer.jwks).verify(sign_in(house)[1]["token"]).roles == {"certifier"}
    assert house.call("POST", f"{path}/withdraw", operator, json={"role": "certifier"}).status_code == 200
    again = house.call("POST", f"{path}/withdraw", operator, json={"role": "certifier"})
    assert (again.status_code, again.json()["code"]) == (409, "identity.role_not_held")
    assert house.call("POST", f"/people/{uuid4()}/roles", operator, json={"role": "certifier"}).status_code == 404
    assert house.call("POST", path, operator, json={"role": "king"}).status_code == 422


def test_a_role_is_given_only_to_the_version_that_was_seen(house: House) -> None:
    anna, operator = house.register(), house.token_of(house.create_operator(), "operator")
    stale = {"If-Match": '"7"'}
    answer = house.call("POST", f"/people/{anna}/roles", operator, json={"role": "certifier"}, headers=stale)
    assert (answer.status_code, answer.json()["version"]) == (412, 1)


def test_operators_find_a_person_by_mail(house: House) -> None:
    anna, operator = house.register(), house.token_of(house.create_operator(), "operator")
    assert house.call("POST", "/people/find", house.token_of(anna), json={"mail": "x@y.zz"}).status_code == 403
    found = house.call("POST", "/people/find", operator, json={"mail": "Anna@example.org"})
    assert UUID(found.json()["person_id"]) == anna
    assert house.call("POST", "/people/find", operator, json={"mail": "x@example.org"}).status_code == 404


def test_a_hash_of_an_older_strength_is_renewed_at_sign_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = house.register()
    before = house.service.recorder.side("password", str(anna))
    monkeypatch.setattr("services.identity.sessions.needs_rehash", lambda _hash: True)
    session = house.call("POST", "/sessions", json={"mail": "anna@example.org", "password": PASSWORD})
    assert session.status_code == 200
    assert house.service.recorder.side("password", str(anna)) != before
    again = house.call("POST", "/sessions", json={"mail": "anna@example.org", "password": PASSWORD})
    assert again.status_code == 200
