"""Settings of mail: what is taken, what is refused without telling a password, where links lead; all are documented."""

from pathlib import Path
from typing import Any

import pytest

from services.settings import BadSetting, Settings, read

RUNNING = Path(__file__).parents[2] / "docs" / "running.md"


@pytest.mark.parametrize(
    ("variable", "told", "takes"),
    [
        ("MAIL_URL", "mail.test", "smtp://"),
        ("MAIL_URL", "http://mail.test", "smtp://"),
        ("MAIL_URL", "smtp://", "smtp://"),
        ("MAIL_URL", "smtp://mail.test:many", "smtp://"),
        ("MAIL_FROM", "", "agora@example.org"),
        ("MAIL_FROM", "agora", "agora@example.org"),
        ("RESET_URL", "agora.test/new", "https://"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    variable: str, told: str, takes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AGORA_{variable}", told)
    with pytest.raises(BadSetting, match=f"^AGORA_{variable} is ") as refused:
        read()
    assert takes in refused.value.detail


def test_a_password_with_a_slash_is_refused_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_MAIL_URL", "smtp://agora:hunter/2@mail.test")
    with pytest.raises(BadSetting) as refused:
        read()
    assert "hunter" not in refused.value.detail


@pytest.mark.parametrize("url", ["smtps://agora:hunter2@mail.test", "smtp://agora:h%40nter2@mail.test:25"])
def test_what_is_shown_holds_no_password(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGORA_MAIL_URL", url)
    settings = read()
    assert settings.mail_url == url
    assert "mail.test" in settings.shown()["mail_url"]
    assert "nter2" not in str(settings.shown())


@pytest.mark.parametrize(
    ("told", "page"),
    [
        ({"reset_url": "https://shop.test/new"}, "https://shop.test/new"),
        ({"public_url": "https://agora.test/"}, "https://agora.test/identity/password/page"),
        ({}, "http://127.0.0.1:8080/identity/password/page"),
    ],
)
def test_a_link_leads_to_a_page_that_is_there(told: dict[str, Any], page: str) -> None:
    assert Settings(**told).reset_page() == page
    listening = Settings(**told).reset_page("http://127.0.0.1:4711")
    assert listening == ("http://127.0.0.1:4711/identity/password/page" if not told else page)


def undocumented(page: str) -> list[str]:
    """The variables that no row of a table names."""
    rows = "".join(line for line in page.splitlines() if line.startswith("| `AGORA_"))
    return [name for name in Settings().shown() if f"`AGORA_{name.upper()}`" not in rows]


def test_every_setting_stands_in_the_document() -> None:
    assert undocumented(RUNNING.read_text()) == []


def test_one_that_is_left_out_would_be_seen() -> None:
    assert undocumented(RUNNING.read_text().replace("`AGORA_MAIL_URL`", "")) == ["mail_url"]
