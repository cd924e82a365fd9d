"""Letters, how they lie in files, and the token in the link."""

import os
import stat
import time
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.identity.domain.refusals import ResetLinkWrong
from services.identity.mail.files import KEPT_SECONDS, MailFiles
from services.identity.mail.letters import SUBJECTS, TEXTS, reset_letter
from services.identity.mail.port import Letter, MailNotSent
from services.identity.tokens import TokenIssuer
from services.kernel.doors.tokens import Verifier
from services.kernel.refusals import Unauthenticated

LETTER = Letter("key-1", "anna@example.org", "Hello", "Hello 安娜\n", "zh")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> TokenIssuer:
    return TokenIssuer(tmp_path_factory.mktemp("keys") / "token.key")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_letter_is_in_the_language_that_was_asked_for(language: str) -> None:
    letter = reset_letter("k", "anna@example.org", "Anna", "https://a.test/p#t", "a.test", language)
    assert letter.subject == SUBJECTS[language]
    assert {part in letter.text for part in ("Anna", "https://a.test/p#t", "a.test", "30")} == {True}
    assert "{" not in letter.text


@pytest.mark.parametrize("name", ["Win at evil.example", "http://evil", "write to me@evil", None, ""])
def test_a_name_that_would_be_a_link_is_left_out(name: str | None) -> None:
    text = reset_letter("k", "anna@example.org", name, "https://a.test/p#t", "a.test", "en").text
    assert text.startswith("Hello there,")
    assert "evil" not in text


@pytest.mark.parametrize("name", ["J. R. Smith", "José Luís", "O'Brien-Wang", "林 美"])
def test_other_names_stand_in_the_letter(name: str) -> None:
    text = reset_letter("k", "anna@example.org", name, "https://a.test/p#t", "a.test", "en").text
    assert text.startswith(f"Hello {name},")


def test_every_text_has_its_subject() -> None:
    assert set(SUBJECTS) == set(TEXTS)


def test_a_letter_lies_in_a_file_of_its_own(tmp_path: Path) -> None:
    MailFiles(tmp_path / "mail", "agora@example.org").send(LETTER)
    (file,) = (tmp_path / "mail").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("key-1.eml", 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], message.get_content()) == ("anna@example.org", "Hello 安娜\r\n")
    assert "Hello 安娜" in file.read_text()


def test_the_same_letter_again_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / ".key-1.new").write_bytes(b"half a letter of a process that died")
    for _ in range(2):
        MailFiles(tmp_path, "agora@example.org").send(LETTER)
    assert [file.name for file in tmp_path.iterdir()] == ["key-1.eml"]


def test_a_letter_is_not_kept_for_longer_than_a_day(tmp_path: Path) -> None:
    mail = MailFiles(tmp_path, "agora@example.org")
    mail.send(LETTER)
    os.utime(tmp_path / "key-1.eml", (time.time() - KEPT_SECONDS - 1,) * 2)
    mail.send(replace(LETTER, key="key-2"))
    assert [file.name for file in tmp_path.iterdir()] == ["key-2.eml"]


def test_a_folder_that_cannot_be_written_is_told_without_the_address(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(MailNotSent) as failed:
        MailFiles(tmp_path / "mail", "agora@example.org").send(LETTER)
    assert "anna" not in repr(failed.value)


def test_a_token_tells_whose_link_it_is(issuer: TokenIssuer) -> None:
    person_id = uuid4()
    token = issuer.reset_token(person_id, 7)
    assert issuer.read_reset_token(token) == (person_id, 7)
    assert token.isascii()
    assert len(token) < 200


def test_the_same_link_has_the_same_token(issuer: TokenIssuer) -> None:
    assert issuer.reset_token(UUID(int=1), 1) == issuer.reset_token(UUID(int=1), 1)


@pytest.mark.parametrize("wrong", ["", "abc", "长", "a" * 200, "%%%"])
def test_what_is_no_token_is_refused(issuer: TokenIssuer, wrong: str) -> None:
    with pytest.raises(ResetLinkWrong):
        issuer.read_reset_token(wrong)


@pytest.mark.parametrize("place", range(0, 110, 7))
def test_a_changed_token_is_refused(issuer: TokenIssuer, place: int) -> None:
    token = issuer.reset_token(UUID(int=1), 1)
    changed = token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]
    with pytest.raises(ResetLinkWrong):
        issuer.read_reset_token(changed)


def test_a_token_of_another_platform_is_refused(issuer: TokenIssuer, tmp_path: Path) -> None:
    with pytest.raises(ResetLinkWrong):
        issuer.read_reset_token(TokenIssuer(tmp_path / "other.key").reset_token(UUID(int=1), 1))


def test_neither_kind_of_token_is_taken_for_the_other(issuer: TokenIssuer) -> None:
    access, _ = issuer.issue(uuid4(), (), uuid4())
    with pytest.raises(ResetLinkWrong):
        issuer.read_reset_token(access)
    with pytest.raises(Unauthenticated):
        Verifier(issuer.jwks).verify(issuer.reset_token(uuid4(), 1))
