"""Mail by real SMTP over a socket: with TLS from the beginning, by STARTTLS, without; what fails tells no address."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from services.identity.mail import smtp
from services.identity.mail.letters import reset_letter
from services.identity.mail.outgoing import outgoing
from services.identity.mail.port import Letter, MailNotSent, MailRefused
from services.identity.mail.smtp import SmtpMail
from tests.support.mail_server import MailServer, certified, mail_server

LETTER = reset_letter("reset-1", "anna@example.org", "安娜", "https://agora.test/p#abc", "agora.test", "zh")
SECRET = {"user": "agora", "password": "p@ss w/rd"}
URL_SECRET = "agora:p%40ss%20w%2Frd@"


@pytest.fixture
def trust(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certified(tmp_path)


def mail_to(server: MailServer, trust: ssl.SSLContext | None = None) -> SmtpMail:
    url = server.url.replace(f"{server.user}:{server.password}@", URL_SECRET)
    return SmtpMail(smtp.MailServer.at(url), "agora@example.org", trust)


def send(letter: Letter = LETTER, trust: ssl.SSLContext | None = None, **more: Any) -> MailServer:
    with mail_server(**more) as server:
        mail_to(server, trust).send(letter)
    return server


def test_a_letter_arrives_as_it_was_written() -> None:
    server = send()
    (message,) = server.taken
    assert server.recipients == ["anna@example.org"]
    assert (message["From"], message["To"], message["Subject"]) == (
        "agora@example.org", "anna@example.org", "设置新密码",
    )  # fmt: skip
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<reset-1@example.org>", "auto-generated")
    assert message["Content-Language"] == "zh"


def test_the_settings_lead_to_the_server_or_to_files(tmp_path: Path) -> None:
    with mail_server() as server:
        outgoing(server.url, "agora@example.org", tmp_path / "mail").send(LETTER)
        assert len(server.taken) == 1
        assert not (tmp_path / "mail").exists()
        outgoing("", "agora@example.org", tmp_path / "mail").send(LETTER)
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["reset-1.eml"]
    assert len(server.taken) == 1


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "smtps"])
def test_a_password_goes_through_tls_alone(trust: tuple[ssl.SSLContext, ssl.SSLContext], at_once: bool) -> None:
    server = send(trust=trust[1], tls=trust[0], is_tls_from_the_beginning=at_once, **SECRET)
    assert len(server.taken) == 1
    assert [line for line in server.in_the_open if not line.startswith(("EHLO", "ehlo", "STARTTLS"))] == []


def test_without_tls_no_password_is_sent() -> None:
    with mail_server(**SECRET) as server, pytest.raises(MailNotSent, match="SMTPNotSupportedError"):
        mail_to(server).send(LETTER)
    assert [line for line in server.in_the_open if line.upper().startswith("AUTH")] == []


def test_a_server_whose_certificate_nobody_trusts_gets_nothing(trust: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with mail_server(tls=trust[0], **SECRET) as server, pytest.raises(MailNotSent, match="SSLCertVerificationError"):
        mail_to(server).send(LETTER)
    assert server.taken == []


def test_an_address_that_is_refused_for_good_is_told_apart() -> None:
    with pytest.raises(MailRefused) as refused:
        send(answers={"RCPT": "550 anna@example.org is not here"})
    assert "anna" not in repr(refused.value)
    with pytest.raises(MailNotSent):
        send(answers={"RCPT": "450 anna@example.org: later"})


@pytest.mark.parametrize("answers", [{"EHLO": "421 anna"}, {"MAIL": "451 anna"}, {"DATA": "554 anna"}])
def test_whatever_the_server_says_is_not_repeated(answers: dict[str, str]) -> None:
    with pytest.raises(MailNotSent) as failed:
        send(answers=answers)
    assert "anna" not in repr(failed.value)
    assert failed.value.__suppress_context__


def test_a_wrong_password_is_not_told(trust: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with mail_server(tls=trust[0], user="agora", password="other") as server, pytest.raises(MailNotSent) as failed:
        SmtpMail(smtp.MailServer.at(f"smtp://agora:wrong@127.0.0.1:{server.port}"), "a@b.cc", trust[1]).send(LETTER)
    assert str(failed.value) == "the server answered 535"


def test_a_server_that_is_not_there_is_asked_again_later() -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        server = MailServer(port=nobody_listens.getsockname()[1])
        with pytest.raises(MailNotSent, match="ConnectionRefusedError"):
            mail_to(server).send(LETTER)


@pytest.mark.parametrize(
    ("to", "arrives_at"),
    [("anna@bücher.example", "anna@xn--bcher-kva.example"), ("安娜@例子.中国", "安娜@xn--fsqu00a.xn--fiqs8s")],
)
def test_addresses_of_all_scripts_are_reached(to: str, arrives_at: str) -> None:
    assert send(Letter("key", to, "Hello", "Hello\n", "en")).recipients == [arrives_at]


def test_lines_that_begin_with_a_dot_arrive() -> None:
    (message,) = send(Letter("key", "a@example.org", "Hello", ".\n..hidden\n", "en")).taken
    assert message.get_content().replace("\r\n", "\n") == ".\n..hidden\n"


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://mail.test", 587), ("smtps://mail.test", 465), ("smtp://mail.test:25", 25)]
)
def test_each_scheme_has_its_usual_port(url: str, port: int) -> None:
    assert smtp.MailServer.at(url).port == port
