"""Claims through the door: submitted, judged by certifiers, taken back, expired by the clock."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.contracts import identity as messages

from .conftest import House

CLAIM = {"kind": "industry", "value": "Mountain guide of the Caucasus", "code": "outdoors", "evidence": "licence 7"}


@pytest.fixture
def anna(house: House) -> UUID:
    return house.register()


@pytest.fixture
def certifier(house: House) -> str:
    return house.token_of(house.create_operator(), "certifier")


def submit(house: House, person_id: UUID, **change: object) -> str:
    answer = house.call("POST", "/claims", house.token_of(person_id), json={**CLAIM, **change})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["claim_id"])


def test_a_certifier_confirms_and_the_card_says_so_without_the_value(house: House, anna: UUID, certifier: str) -> None:
    claim_id = submit(house, anna)
    answer = house.call("POST", f"/claims/{claim_id}/certify", certifier, json={"level": 2})
    assert answer.status_code == 200
    card = house.card(anna, anna)
    assert card["claims"] == [{"kind": "industry", "level": 2}]
    (told,) = [message for message in house.messages() if isinstance(message, messages.ClaimCertified)]
    assert (told.person_id, told.kind, told.level, told.code) == (anna, "industry", 2, "outdoors")
    mine = house.call("GET", "/people/me", house.token_of(anna)).json()["claims"]
    assert [(claim["claim_id"], claim["state"], claim["value"]) for claim in mine] == [
        (claim_id, "certified", CLAIM["value"])
    ]


@pytest.mark.parametrize(("verb", "body"), [("certify", {"level": 1}), ("refuse", {"reason": "no"})])
def test_only_a_certifier_judges(house: House, anna: UUID, verb: str, body: dict[str, object]) -> None:
    claim_id = submit(house, anna)
    answer = house.call("POST", f"/claims/{claim_id}/{verb}", house.token_of(uuid4(), "operator"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.not_a_certifier")
    assert house.call("POST", f"/claims/{claim_id}/{verb}", json=body).status_code == 401


def test_without_the_guard_anybody_would_judge(house: House, anna: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.identity.application.claims.ensure_certifier", lambda _roles: None)
    claim_id = submit(house, anna)
    answer = house.call("POST", f"/claims/{claim_id}/certify", house.token_of(uuid4()), json={"level": 1})
    assert answer.status_code == 200


def test_nobody_certifies_her_own_claim(house: House, anna: UUID) -> None:
    claim_id = submit(house, anna)
    own = house.token_of(anna, "certifier")
    answer = house.call("POST", f"/claims/{claim_id}/certify", own, json={"level": 3})
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.self_certification")


def test_the_person_reads_why_her_claim_was_refused(house: House, anna: UUID, certifier: str) -> None:
    claim_id = submit(house, anna)
    body = {"reason": "The licence ended in 2024.", "code": "outdated"}
    assert house.call("POST", f"/claims/{claim_id}/refuse", certifier, json=body).status_code == 200
    claim = house.call("GET", f"/claims/{claim_id}", house.token_of(anna)).json()
    assert (claim["state"], claim["reason"]) == ("refused", "The licence ended in 2024.")
    again = house.call("POST", f"/claims/{claim_id}/certify", certifier, json={"level": 1})
    assert (again.status_code, again.json()["code"]) == (409, "identity.claim_not_submitted")


def test_a_claim_is_read_by_its_person_and_by_certifiers(house: House, anna: UUID, certifier: str) -> None:
    claim_id = submit(house, anna)
    for token in (house.token_of(anna), certifier):
        claim = house.call("GET", f"/claims/{claim_id}", token)
        assert claim.json() == {
            "claim_id": claim_id, "person_id": str(anna), "state": "submitted", "issuer_id": None, "level": None,
            "valid_until": None, "reason": None, **CLAIM,
        }  # fmt: skip
        assert claim.headers["ETag"] == '"1"'
    stranger = house.call("GET", f"/claims/{claim_id}", house.token_of(uuid4(), "operator"))
    assert (stranger.status_code, stranger.json()["code"]) == (404, "identity.no_such_claim")


def test_a_claim_is_taken_back_by_its_person_its_issuer_or_a_certifier(house: House, anna: UUID) -> None:
    issuer = uuid4()
    for token in (house.token_of(anna), house.token_of(issuer), house.token_of(uuid4(), "certifier")):
        path = f"/claims/{submit(house, anna)}"
        house.call("POST", f"{path}/certify", house.token_of(issuer, "certifier"), json={"level": 1})
        stranger = house.call("POST", f"{path}/withdraw", house.token_of(uuid4(), "operator"), json={})
        assert (stranger.status_code, stranger.json()["code"]) == (404, "identity.no_such_claim")
        assert house.call("POST", f"{path}/withdraw", token, json={"reason": "moved away"}).status_code == 200
        assert isinstance(house.messages()[-1], messages.ClaimWithdrawn)
    assert house.call("GET", f"/people/{anna}", house.token_of(anna)).json()["claims"] == []


def test_open_claims_come_in_pages_the_oldest_first(house: House, anna: UUID, certifier: str) -> None:
    submitted = []
    for _ in range(5):
        submitted.append(submit(house, anna))
        house.clock.at += timedelta(minutes=1)
    house.call("POST", f"/claims/{submitted.pop(2)}/certify", certifier, json={"level": 1})
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = house.call("GET", "/claims", certifier, params={"limit": 3, **({"cursor": cursor} if cursor else {})})
        found += [row["claim_id"] for row in page.json()["items"]]
        cursor = page.json()["next"]
    assert found == submitted
    certified = house.call("GET", "/claims?state=certified", certifier).json()
    assert (len(certified["items"]), certified["next"]) == (1, None)
    assert house.call("GET", "/claims", house.token_of(anna)).json()["code"] == "identity.not_a_certifier"


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WzFd", "cursor=WyJhIl0=", "cursor=ä", "limit=0", "limit=1001"])
def test_refuses_a_page_that_there_is_not(house: House, query: str) -> None:
    answer = house.call("GET", f"/claims?{query}", house.token_of(uuid4(), "certifier"))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [query.partition("=")[0]])


def test_a_certified_claim_expires_by_itself(house: House, anna: UUID, certifier: str) -> None:
    until = house.clock.at + timedelta(days=30)
    path = f"/claims/{submit(house, anna)}"
    body = {"level": 2, "valid_until": until.astimezone().isoformat()}
    assert house.call("POST", f"{path}/certify", certifier, json=body).status_code == 200
    house.clock.at = until - timedelta(seconds=1)
    house.settle()
    assert house.call("GET", path, certifier).json()["state"] == "certified"
    house.clock.at = until + timedelta(hours=5)
    house.settle()
    assert house.call("GET", path, certifier).json()["state"] == "expired"
    last = house.service.messages(0).messages[-1]
    assert (last.type, last.effective_at) == ("agora.identity.claim_expired.v1", until)
    assert house.service.recorder.due(house.clock.at + timedelta(days=9000), 10) == []


def test_a_card_shows_no_claim_whose_time_is_over_even_before_it_is_worked_off(house: House, anna: UUID) -> None:
    until = house.clock.at + timedelta(days=1)
    body = {"level": 2, "valid_until": until.isoformat()}
    house.call("POST", f"/claims/{submit(house, anna)}/certify", house.token_of(uuid4(), "certifier"), json=body)
    house.clock.at = until
    assert house.run(lambda client: card(client, house, anna)) == []


async def card(client, house: House, person_id: UUID) -> list[object]:
    headers = {"Authorization": f"Bearer {house.token_of(person_id)}"}
    return (await client.get(f"/people/{person_id}", headers=headers)).json()["claims"]


def test_a_claim_taken_back_does_not_expire(house: House, anna: UUID, certifier: str) -> None:
    until = house.clock.at + timedelta(days=30)
    path = f"/claims/{submit(house, anna)}"
    house.call("POST", f"{path}/certify", certifier, json={"level": 2, "valid_until": until.isoformat()})
    house.call("POST", f"{path}/withdraw", house.token_of(anna), json={})
    assert house.service.recorder.due(until, 10) == []


@pytest.mark.parametrize("moment", ["2026-03-02T12:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_refuses_a_validity_that_cannot_be(house: House, anna: UUID, certifier: str, moment: str) -> None:
    body = {"level": 2, "valid_until": moment}
    answer = house.call("POST", f"/claims/{submit(house, anna)}/certify", certifier, json=body)
    assert answer.status_code in (400, 422)


def test_only_somebody_who_is_there_claims(house: House) -> None:
    answer = house.call("POST", "/claims", house.token_of(uuid4()), json=CLAIM)
    assert (answer.status_code, answer.json()["code"]) == (404, "identity.no_such_person")
