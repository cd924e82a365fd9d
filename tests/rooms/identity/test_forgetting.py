"""Forgetting a person in identity: nothing of her can be read, and she cannot come in."""

from uuid import UUID

import pytest

from services.identity.application import Identity
from services.identity.domain.person import Person
from services.kernel.store.unit import FORGOTTEN_SIDE, TO_FORGET
from tests.support.stored import lying_at

from .conftest import PASSWORD, House

NAME, MAIL = "Anna Arkadjewna Karenina", "anna.karenina@example.org"


def forget_me(house: House, person_id: UUID) -> None:
    answer = house.call("POST", "/people/me/forget", house.token_of(person_id), json={"person_id": str(person_id)})
    assert answer.status_code == 200, answer.text


def sign_in(house: House, mail: str = MAIL) -> int:
    return house.call("POST", "/sessions", json={"mail": mail, "password": PASSWORD}).status_code


def said(house: House) -> list[str]:
    return [message.NAME for message in house.messages()]


def test_who_is_forgotten_is_not_there_any_more(house: House) -> None:
    anna, ben = house.register(MAIL, NAME), house.register("ben@example.org", "Ben")
    forget_me(house, anna)
    assert house.call("GET", f"/people/{anna}", house.token_of(ben)).status_code == 404
    assert house.call("GET", "/people/me", house.token_of(anna)).status_code == 404
    assert house.call("GET", f"/people/{ben}", house.token_of(ben)).status_code == 200


def test_nothing_of_her_lies_anywhere_and_what_is_others_does(house: House) -> None:
    anna, ben = house.register(MAIL, NAME), house.register("ben@example.org", "Ben")
    token = house.token_of(anna)
    house.call("POST", "/people/me/name", token, json={"name": "Frau Wronskaja"})
    house.call("POST", "/people/me/tags", token, json={"kind": "city", "value": "Oblonskoje"})
    forget_me(house, anna)
    person = house.service.store.load(Person, anna)
    assert person is not None
    assert (person.is_forgotten, person.name, person.mail, person.tags) == (True, None, None, {})
    assert house.service.keys.key(str(anna)) is None
    assert house.service.keys.key(str(ben)) is not None
    for content in lying_at(house.folder).values():
        assert not any(word.encode() in content for word in (NAME, MAIL, "Wronskaja", "Oblonskoje"))


def test_she_cannot_sign_in_and_her_address_is_free_again(house: House) -> None:
    anna = house.register(MAIL, NAME)
    assert sign_in(house) == 200
    forget_me(house, anna)
    assert sign_in(house) == 401
    assert house.register(MAIL, NAME) != anna
    assert sign_in(house) == 200


def test_a_token_that_still_holds_opens_nothing(house: House) -> None:
    anna = house.register(MAIL, NAME)
    token = house.token_of(anna)
    forget_me(house, anna)
    answer = house.call("POST", "/people/me/name", token, json={"name": "Anna again"})
    assert (answer.status_code, answer.json()["code"]) == (401, "agora.forgotten_actor")


def test_it_is_told_once_and_her_words_never_again(house: House) -> None:
    anna = house.register(MAIL, NAME)
    house.call("POST", "/people/me/tags", house.token_of(anna), json={"kind": "city", "value": "Oblonskoje"})
    assert said(house) == ["person_registered", "person_tagged"]
    operator = house.create_operator()
    forget_me(house, anna)
    again = house.call("POST", f"/people/{anna}/forget", house.token_of(operator, "operator"), json={"reason": "law"})
    assert again.status_code == 200
    assert said(house).count("person_forgotten") == 1
    assert "person_tagged" not in said(house)


def test_who_names_somebody_else_forgets_nobody(house: House) -> None:
    anna, ben = house.register(MAIL, NAME), house.register("ben@example.org", "Ben")
    answer = house.call("POST", "/people/me/forget", house.token_of(anna), json={"person_id": str(ben)})
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.not_yourself")
    assert "person_forgotten" not in said(house)


def test_an_operator_forgets_somebody_for_a_reason_that_is_known(house: House) -> None:
    anna, operator = house.register(MAIL, NAME), house.create_operator()
    token = house.token_of(operator, "operator")
    wrong = house.call("POST", f"/people/{anna}/forget", token, json={"reason": "I do not like her"})
    assert wrong.status_code == 422
    assert house.call("POST", f"/people/{anna}/forget", token, json={"reason": "deceased"}).status_code == 200
    assert house.call("GET", f"/people/{anna}", token).status_code == 404


def test_who_runs_the_platform_hands_that_over_first(house: House) -> None:
    operator = house.create_operator()
    token = house.token_of(operator, "operator")
    answer = house.call("POST", "/people/me/forget", token, json={"person_id": str(operator)})
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.holds_role")
    for role in ("operator", "certifier"):
        house.call("POST", f"/people/{operator}/roles/withdraw", token, json={"role": role})
    forget_me(house, operator)


def test_her_claims_are_gone_and_nobody_judges_them(house: House) -> None:
    anna, certifier = house.register(MAIL, NAME), house.create_operator()
    token = house.token_of(certifier, "certifier")
    claimed = {"kind": "position", "value": "Bergführerin in Tirol", "evidence": "Ausweis 4711"}
    claim_id = house.call("POST", "/claims", house.token_of(anna), json=claimed).json()["claim_id"]
    forget_me(house, anna)
    assert house.call("GET", f"/claims/{claim_id}", token).status_code == 404
    assert house.call("GET", "/claims", token, params={"state": "submitted"}).json()["items"] == []
    assert house.call("POST", f"/claims/{claim_id}/certify", token, json={"level": 1}).status_code == 404


def test_recording_her_once_more_brings_nothing_back(house: House) -> None:
    operator, person_id = house.create_operator(), "00000000-0000-4000-8000-0000000000aa"
    token = house.token_of(operator, "operator")
    told = {"person_id": person_id, "name": NAME, "tags": [], "happened_at": "2020-01-01T00:00:00Z"}
    for _ in range(2):
        assert house.call("POST", "/records/people", token, json=told).status_code == 201
    assert house.call("POST", f"/people/{person_id}/forget", token, json={"reason": "asked"}).status_code == 200
    before = house.service.recorder.position()
    assert house.call("POST", "/records/people", token, json=told).status_code == 201
    assert house.service.recorder.position() == before


def test_what_is_to_be_done_is_stored_with_the_fact_and_done_once(house: House) -> None:
    anna = house.register(MAIL, NAME)
    headers, body = {"Authorization": f"Bearer {house.token_of(anna)}"}, {"person_id": str(anna)}
    house.run(lambda client: client.post("/people/me/forget", headers=headers, json=body))
    recorder = house.service.recorder
    assert list(recorder.sides(TO_FORGET)) == [str(anna)]
    assert house.service.keys.key(str(anna)) is not None
    house.settle()
    assert (list(recorder.sides(TO_FORGET)), list(recorder.sides(FORGOTTEN_SIDE))) == ([], [str(anna)])
    assert house.service.forgetting.step() == 0


def test_with_the_destruction_switched_off_her_name_is_still_there(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Identity, "_drop_beside", lambda *_: None)
    monkeypatch.setattr(house.service.keys, "forget", lambda *_: None)
    anna = house.register(MAIL, NAME)
    forget_me(house, anna)
    facts = [recorded.fact for recorded in house.service.store.facts(0, 100)]
    assert any(getattr(fact, "name", None) == NAME for fact in facts)
    assert sign_in(house) == 200
