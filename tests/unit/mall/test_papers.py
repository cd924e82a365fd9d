"""How papers speak: every account and cause has a word, and what has none is told by its code."""

import csv
from io import StringIO
from typing import Any

import pytest

from services.mall.domain.ledger import Account
from services.mall.papers.statements import account_row, entry_row, pdf_of
from services.mall.papers.tables import csv_of
from services.mall.papers.words import Wording, words
from services.mall.projections.ledger import LedgerView
from services.mall.queries.statements import cause_of
from services.pages.languages import LANGUAGES

AT = "2026-03-02T12:00:00+00:00"
ACCOUNT: dict[str, Any] = {
    "account": "seller_held", "currency": "JPY", "opening_minor": 5, "added_minor": 1_200, "taken_minor": 0,
    "closing_minor": 1_205, "entries": 1,
}  # fmt: skip
ENTRY: dict[str, Any] = {
    "position": 7, "number": 0, "effective_at": AT, "recorded_at": AT, "cause": "order_paid", "order_id": "1",
    "checkout_id": None, "line_id": None, "refund_id": None, "payout_id": None, "account": "seller_held",
    "currency": "JPY", "amount_minor": 1_200,
}  # fmt: skip
STATEMENT: dict[str, Any] = {
    "position": "mall:7", "party": "2", "name": "渔具店", "from": AT, "to": None, "as_of": AT, "accounts": [ACCOUNT],
    "entries": [ENTRY], "next": None,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_account_and_every_cause_has_a_word(language: str) -> None:
    booking: list[Any] = list(LedgerView._methods)
    causes = {cause_of(kind.TOPIC) for kind in booking}
    assert {f"account_{one.value}" for one in Account} | {f"cause_{one}" for one in causes} <= words(language).keys()


def test_both_languages_have_the_same_texts() -> None:
    english, chinese = (words(language) for language in LANGUAGES)
    assert english.keys() == chinese.keys()


def test_what_has_no_word_is_told_by_its_code() -> None:
    assert Wording("zh").named("account", "of_tomorrow") == "of tomorrow"


def test_amounts_and_times_are_written_as_the_language_has_them() -> None:
    assert account_row(ACCOUNT, Wording("en")) == ["Sales, held", "JP¥5", "JP¥1,200", "JP¥0", "JP¥1,205"]
    assert entry_row(ENTRY, Wording("zh")) == ["2026/3/2 12:00", "销售", "订单 1", "销售款，暂存", "JP¥1,200"]
    assert Wording("zh").money(-1_250, "CNY") == "-¥12.50"


def test_values_for_programs_have_the_digits_of_their_currency() -> None:
    rows = list(csv.DictReader(StringIO(csv_of(STATEMENT).decode())))
    assert [(row["row"], row["amount"], row["amount_minor"]) for row in rows] == [
        ("opening", "5", "5"), ("entry", "1200", "1200"), ("closing", "1205", "1205"),
    ]  # fmt: skip
    assert [row["effective_at"] for row in rows] == [AT, AT, ""]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_names_in_any_script_and_is_the_same_bytes_again(language: str) -> None:
    made = pdf_of(STATEMENT, language)
    assert made == pdf_of(STATEMENT, language)
    assert b"STSong-Light" in made


def test_a_long_statement_goes_over_pages() -> None:
    made = pdf_of(STATEMENT | {"entries": [ENTRY] * 200}, "en")
    assert made.count(b"/Type /Page\n") > 3
    assert pdf_of(STATEMENT | {"entries": []}, "en")
