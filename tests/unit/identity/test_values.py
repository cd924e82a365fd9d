"""Names of every language survive; mail addresses have one form."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.identity.domain.refusals import CodeMalformed, MailMalformed, NameMalformed
from services.identity.domain.values import checked_code, normalised_mail, normalised_name


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Minh Khai",
        "王小明",
        "علی\u200cرضا",
        "ശ്രീ",
        "क्\u200dष",
        "O'Neill-Åström",
        "👩\u200d🚀 Ada",
        "李",
        "🦊",
    ],
)
def test_names_of_every_language_survive(name: str) -> None:
    assert normalised_name(f"  {name}\t") == normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u200d",
        "\u200b\u2060",
        "a\0b",
        "a\nb",
        "a\u2028b",
        "a\u202eb",
        "a\u2066b",
        "\ud800",
        "x" * 101,
        "\x7f",
    ],
)
def test_refuses_names_that_cannot_be_shown(name: str) -> None:
    with pytest.raises(NameMalformed):
        normalised_name(name)


def test_counts_a_name_after_it_is_composed() -> None:
    assert normalised_name("e\u0301" * 100) == "é" * 100


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        (" Anna.Smith+agora@Example.ORG\n", "anna.smith+agora@example.org"),
        ("\uff21nna@example.org", "anna@example.org"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("अजय@उदाहरण.भारत", "अजय@उदाहरण.भारत"),
        ("a@xn--bcher-kva.de", "a@xn--bcher-kva.de"),
        ("o'neill@sub.example.co.uk", "o'neill@sub.example.co.uk"),
    ],
)
def test_a_mail_address_has_one_form(given_as: str, kept: str) -> None:
    assert normalised_mail(given_as) == kept


@pytest.mark.parametrize(
    "mail",
    ["", "anna", "@", "a@", "@b.org", "a@b", "a@@b.org", "a@b@c.org", "a b@c.org", "a@b c.org", ".a@b.org", "a.@b.org",
     "a..b@c.org", "a@-b.org", "a@b-.org", "a@b..org", "a@.org", "a@b.org.", "a@1.2.3.4", "a\0@b.org", "<a@b.org>",
     "a,b@c.org", "a\n@b.org", "a@b_c.org", "\ud800@b.org", "x" * 65 + "@b.org", "a@" + "x" * 64 + ".org",
     "a@" + "b." * 126 + "org", "a\u200b@b.org", "=?utf-8?q?b=40c.org?=@b.org",
     "＝？x@b.org"],
)  # fmt: skip
def test_refuses_what_is_no_mail_address(mail: str) -> None:
    with pytest.raises(MailMalformed):
        normalised_mail(mail)


@given(some.text(max_size=20), some.text(max_size=20))
def test_the_form_of_a_mail_address_is_final(local_part: str, domain: str) -> None:
    try:
        kept = normalised_mail(f"{local_part}@{domain}.org")
    except MailMalformed:
        return
    assert normalised_mail(kept) == kept


@given(some.text(max_size=120))
def test_the_form_of_a_name_is_final_and_can_be_written(name: str) -> None:
    try:
        kept = normalised_name(name)
    except NameMalformed:
        return
    assert normalised_name(kept) == kept
    assert kept.encode()


@pytest.mark.parametrize("code", ["", "A", "a b", "-a", "x" * 61, "ä", "a\n"])
def test_refuses_a_malformed_code(code: str) -> None:
    with pytest.raises(CodeMalformed):
        checked_code(code)


def test_keeps_a_code_as_it_is() -> None:
    assert checked_code("beleza_saude-2.b") == "beleza_saude-2.b"
