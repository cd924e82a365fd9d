"""A new password by mail, through the door: the link, and that nobody learns who is registered."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.domain.password_reset import PAUSES, VALIDITY, PasswordReset
from services.kernel.doors.tokens import Verifier

from .conftest import PASSWORD, House
from .resetting import ANNA, NEW, ask, letters, take, token_in


def sign_in(house: House, password: str) -> int:
    return house.call("POST", "/sessions", json={"mail": ANNA, "password": password}).status_code


@pytest.fixture
def anna(house: House) -> UUID:
    return house.register()


def test_the_link_in_the_mail_gives_a_new_password(house: House, anna: UUID) -> None:
    assert ask(house, mail=" Anna@Example.ORG").status_code == 202
    ((to, text),) = letters(house)
    assert (to, "Anna Karenina" in text, "agora.example.org" in text) == (ANNA, True, True)
    answer = take(house, token_in(text))
    assert (answer.status_code, answer.json()) == (200, {"person_id": str(anna)})
    assert (sign_in(house, PASSWORD), sign_in(house, NEW)) == (401, 200)


def test_the_letter_is_in_the_language_that_was_asked_for(house: House, anna: UUID) -> None:
    ask(house, language="zh")
    ((_, text),) = letters(house)
    assert "您好" in text
    assert ask(house, language="fr").status_code == 422


def test_it_opens_once(house: House, anna: UUID) -> None:
    ask(house)
    token = token_in(letters(house)[0][1])
    assert take(house, token).status_code == 200
    again = take(house, token, "and another one")
    assert (again.status_code, again.json()["code"]) == (409, "identity.reset_link_used")
    assert sign_in(house, NEW) == 200


def test_of_twenty_at_once_exactly_one_opens_it(house: House, anna: UUID) -> None:
    ask(house)
    token = token_in(letters(house)[0][1])

    async def at_once(client: Any) -> Any:
        bodies = [{"token": token, "password": f"{NEW} {number}"} for number in range(20)]
        return await asyncio.gather(*[client.post("/password", json=body) for body in bodies])

    answers = house.run(at_once)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    won = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
    assert sign_in(house, f"{NEW} {won}") == 200


def test_without_the_guard_it_opens_again(house: House, anna: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PasswordReset, "ensure_opens", lambda *_: None)
    ask(house)
    token = token_in(letters(house)[0][1])
    assert [take(house, token).status_code for _ in range(2)] == [200, 200]


def test_it_runs_out(house: House, anna: UUID) -> None:
    ask(house)
    house.clock.advance(VALIDITY)
    answer = take(house, token_in(letters(house)[0][1]))
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.reset_link_expired")
    assert sign_in(house, PASSWORD) == 200


def test_whoever_asks_in_her_name_makes_no_link_of_hers_useless(house: House, anna: UUID) -> None:
    ask(house)
    older = token_in(letters(house)[0][1])
    house.clock.advance(PAUSES[0])
    ask(house)
    newer = token_in(letters(house)[1][1])
    assert take(house, older).status_code == 200
    answer = take(house, newer)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.reset_link_replaced")


def test_asking_again_at_once_fills_nobodys_letterbox(house: House, anna: UUID) -> None:
    assert [ask(house).status_code for _ in range(5)] == [202] * 5
    assert len(letters(house)) == 1
    assert take(house, token_in(letters(house)[0][1])).status_code == 200


def test_without_the_pause_it_would_be_filled(house: House, anna: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.identity.domain.password_reset.PAUSES", (timedelta(0),) * 5)
    for _ in range(5):
        ask(house)
    assert len(letters(house)) == 5


def test_a_weak_password_does_not_use_the_link_up(house: House, anna: UUID) -> None:
    ask(house)
    token = token_in(letters(house)[0][1])
    codes = [take(house, token, password).json()["code"] for password in ("short", "password123", ANNA)]
    assert codes == ["identity.password_too_short", "identity.password_too_common", "identity.password_is_mail"]
    assert take(house, token).status_code == 200


@pytest.mark.parametrize("token", ["nonsense", "长" * 20, "a" * 112])
def test_what_is_no_link_of_ours_is_refused(house: House, anna: UUID, token: str) -> None:
    answer = take(house, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "identity.reset_link_wrong")


def test_a_link_that_was_never_asked_for_is_refused(house: House, anna: UUID) -> None:
    answer = take(house, house.issuer.reset_token(anna, 1))
    assert (answer.status_code, answer.json()["code"]) == (400, "identity.reset_link_wrong")
    assert take(house, house.issuer.reset_token(uuid4(), 1)).json()["code"] == "identity.reset_link_wrong"


def test_no_refusal_tells_whose_link_it_is(house: House, anna: UUID) -> None:
    ask(house)
    token = token_in(letters(house)[0][1])
    take(house, token)
    for wrong in (take(house, token), take(house, "nonsense")):
        assert str(anna) not in wrong.text
        assert token not in wrong.text


def test_known_or_not_the_answer_and_the_growth_of_the_log_are_the_same(house: House, anna: UUID) -> None:
    looks = []
    for mail in (ANNA, "nobody@example.org", ANNA, "nobody@example.org"):
        before = house.service.recorder.position()
        answer = ask(house, mail=mail)
        body = {name: value for name, value in answer.json().items() if name != "position"}
        looks.append((answer.status_code, body, set(answer.headers), house.service.recorder.position() - before))
        house.clock.advance(max(PAUSES))
    assert looks == [(202, {}, looks[0][2], 1)] * 4
    assert [to for to, _ in letters(house)] == [ANNA, ANNA]


def test_no_address_lies_in_what_an_unknown_one_leaves_behind(house: House) -> None:
    ask(house, mail="secret.admirer@example.org")
    for file in house.folder.rglob("*"):
        assert not file.is_file() or b"secret.admirer" not in file.read_bytes(), file


def test_asking_has_a_rate_of_its_own(tmp_path: Path) -> None:
    house = House(tmp_path, rate="1000/minute")
    statuses = [ask(house, mail=f"{number}@example.org").status_code for number in range(11)]
    house.service.stop()
    assert statuses == [202] * 10 + [429]


def test_a_new_password_is_no_way_to_act_as_somebody(house: House, anna: UUID) -> None:
    ask(house)
    token = token_in(letters(house)[0][1])
    assert house.call("GET", "/people/me", token).status_code == 401
    take(house, token)
    session = house.call("POST", "/sessions", json={"mail": ANNA, "password": NEW}).json()
    assert Verifier(house.issuer.jwks).verify(session["token"]).person_id == anna


def test_the_page_runs_nothing_but_its_own(house: House) -> None:
    page = house.call("GET", "/password/page")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "http" not in page.text
