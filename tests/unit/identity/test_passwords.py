"""Passwords: what is taken, and how it is kept."""

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError

from services.identity import passwords
from services.identity.domain.refusals import PasswordIsMail, PasswordTooCommon, PasswordTooLong, PasswordTooShort
from services.kernel.refusals import Refusal

MAIL = "anna@example.org"


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("seven77", PasswordTooShort),
        ("", PasswordTooShort),
        ("x1" * 101, PasswordTooLong),
        ("Password123", PasswordTooCommon),
        ("zzzzzzzzzzz", PasswordTooCommon),
        ("ANNA@example.org", PasswordIsMail),
    ],
)
def test_refuses_a_weak_password(password: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        passwords.ensure_acceptable(password, MAIL)


@pytest.mark.parametrize("password", ["eight 8!", "x1" * 100, "пароль на двоих", "correct horse battery staple"])
def test_accepts_a_password_of_any_script(password: str) -> None:
    passwords.ensure_acceptable(password, MAIL)


def test_tells_the_right_password_from_a_wrong_one() -> None:
    kept = passwords.hashed("correct horse")
    assert passwords.verify(kept, "correct horse")
    assert not passwords.verify(kept, "correct horsf")
    assert "correct" not in kept


def test_the_same_password_is_kept_under_another_salt() -> None:
    assert passwords.hashed("correct horse") != passwords.hashed("correct horse")


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password() -> None:
    assert passwords.verify(passwords.hashed("Ame\u0301lie 1234"), "Am\u00e9lie 1234")


def test_a_lone_surrogate_is_a_wrong_password_and_no_error() -> None:
    assert not passwords.verify(passwords.hashed("correct horse"), "\ud800orrect horse")


def test_a_hash_of_other_parameters_is_made_anew() -> None:
    assert not passwords.needs_rehash(passwords.hashed("correct horse"))
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("correct horse"))


def test_what_is_no_hash_is_an_error_not_a_wrong_password() -> None:
    with pytest.raises(InvalidHashError):
        passwords.verify("nonsense", "correct horse")


def test_an_unknown_mail_costs_a_verification_with_the_same_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = passwords.verify

    def noting(kept: str, password: str) -> bool:
        checked.append(kept)
        return real(kept, password)

    monkeypatch.setattr(passwords, "verify", noting)
    passwords.dummy_verify("correct horse")
    assert len(checked) == 1
    assert not passwords.needs_rehash(checked[0])
