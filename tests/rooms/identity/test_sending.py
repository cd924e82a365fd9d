"""The letter with the link: sent at least once, again when the server is away, and to nobody who is not there."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from services.identity.domain.password_reset import PAUSES, VALIDITY
from services.identity.due import due
from services.identity.mail.outgoing import outgoing
from services.identity.mail.port import Letter, Mail, MailNotSent, MailRefused
from tests.support.mail_server import mail_server

from .conftest import House
from .resetting import ANNA, ask, take, token_in

STEP = timedelta(seconds=0.25)


@pytest.fixture
def anna(house: House) -> UUID:
    return house.register()


class Failing:
    """Mail that fails so many times, and then keeps what it is given."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.sent = list(failures), list[Letter]()

    def send(self, letter: Letter) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(letter)

    def take_back(self, beginning: str) -> None:
        self.sent = [letter for letter in self.sent if not letter.key.startswith(beginning)]


def with_mail(house: House, mail: Mail) -> None:
    house.service.extras["mail"] = mail  # type: ignore[index]


def test_a_mail_server_that_fails_is_asked_again_with_growing_pauses(house: House, anna: UUID) -> None:
    with_mail(house, mail := Failing(*(MailNotSent("away") for _ in range(4))))
    ask(house)
    steps = []
    while not mail.sent:
        left = len(mail.failures)
        house.clock.advance(STEP)
        house.settle()
        steps.append(left > len(mail.failures) or bool(mail.sent))
    tried = [number for number, was_tried in enumerate(steps) if was_tried]
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == sorted(set(pauses)), "each pause is longer than the one before"
    assert house.service.recorder.due(house.clock.at + VALIDITY, 10) == []
    assert take(house, token_in(mail.sent[0].text)).status_code == 200


def test_a_real_server_takes_it_once_it_is_back(house: House, anna: UUID) -> None:
    with mail_server(answers={"MAIL": "451 later"}) as server:
        with_mail(house, outgoing(server.url, "agora@example.org", house.letters))
        ask(house)
        assert server.taken == []
        server.answers.clear()
        house.clock.advance(PAUSES[0])
        house.settle()
    (message,) = server.taken
    assert take(house, token_in(message.get_content())).status_code == 200
    assert not house.letters.exists()


def test_who_was_forgotten_meanwhile_gets_no_letter(house: House, anna: UUID) -> None:
    with_mail(house, mail := Failing(MailNotSent("away")))
    ask(house)
    forgotten = house.call("POST", "/people/me/forget", house.token_of(anna), json={"person_id": str(anna)})
    assert forgotten.status_code == 200
    house.clock.advance(PAUSES[0])
    house.settle()
    assert mail.sent == []
    assert take(house, house.issuer.reset_token(anna, 1)).json()["code"] == "identity.reset_link_wrong"


def test_a_link_that_has_run_out_meanwhile_is_not_sent(house: House, anna: UUID) -> None:
    with_mail(house, mail := Failing(MailNotSent("away")))
    ask(house)
    house.clock.advance(VALIDITY)
    house.settle()
    assert mail.sent == []
    assert house.service.recorder.due(house.clock.at + timedelta(days=1), 10) == []


def test_an_address_that_is_refused_for_good_is_not_tried_again(house: House, anna: UUID) -> None:
    with_mail(house, mail := Failing(MailRefused("the server refused the address with 550")))
    ask(house)
    assert (mail.sent, house.service.recorder.due(house.clock.at + VALIDITY, 10)) == ([], [])


def test_sent_twice_it_is_the_same_letter(house: House, anna: UUID) -> None:
    with_mail(house, mail := Failing())
    ask(house)
    (row,) = _due_of(house)
    house.service.clockwork._errands[row.kind](row)
    assert mail.sent[0] == mail.sent[1]


def test_failures_tell_no_address_in_the_log(house: House, anna: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    with_mail(house, Failing(MailNotSent("the server answered 451")))
    ask(house)
    said = capsys.readouterr().out
    assert "errand failed" in said
    assert ANNA not in said
    assert "Karenina" not in said


def _due_of(house: House) -> list[Any]:
    stored = house.service.recorder.select_notifications(0, 100)
    facts = [house.service.store.mapper.to_domain_event(one) for one in stored]
    return [row for fact in facts for row in due(fact)]
