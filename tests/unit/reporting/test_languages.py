"""Which language the first page speaks: what was asked for, else what the browser likes best."""

import pytest
from starlette.requests import Request

from services.pages.languages import LANGUAGES, language_of, words


def asked(accepted: str | None = None, query: str = "") -> str:
    headers = [] if accepted is None else [(b"accept-language", accepted.encode())]
    return language_of(Request({"type": "http", "headers": headers, "query_string": query.encode()}))


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (None, "en"), ("", "en"), ("zh-CN,zh;q=0.9", "zh"), ("zh-Hans", "zh"), ("de,zh;q=0.4,en;q=0.5", "en"),
        ("en;q=0.2, zh;q=0.3", "zh"), ("fr, de", "en"), ("zh;q=0", "en"), ("zh;q=no, en;q=0.1", "en"), ("*", "en"),
        ("zh,en", "zh"), ("," * 10_000, "en"),
    ],
)  # fmt: skip
def test_the_best_liked_language_that_there_is(accepted: str | None, expected: str) -> None:
    assert asked(accepted) == expected


def test_what_the_address_asks_for_comes_first() -> None:
    assert asked("zh", "language=en") == "en"
    assert asked("zh", "language=<script>") == "zh"


def test_no_word_is_empty() -> None:
    assert all(text.strip() for language in LANGUAGES for text in words(language).values())
