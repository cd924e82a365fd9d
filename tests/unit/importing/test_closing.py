"""The closing report: it reconciles, or says what does not."""

import asyncio
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.importing import refusals
from services.importing.caller import Command, Said
from services.importing.findings import write_odd
from services.importing.olist.closing import Closing
from services.importing.olist.people import CURRENCY
from services.importing.olist.taking_in import Judged, judge, read_books, take_in

from .sets import FIXTURE, NOW, Played, books_of, figures_of, mess, no_watch


def closed(
    judged: Judged, change: Callable[[dict[str, Any]], object] = lambda _books: None, refuses: str = "nothing",
    review: Callable[[dict[str, Any]], object] = lambda _figures: None,
) -> Closing:  # fmt: skip
    books = books_of(judged)
    change(books)
    figures = figures_of(judged)
    review(figures)

    def refuse(one: Command) -> Said | None:
        return Said("mall.no", "No.") if one.key.endswith(refuses) else None

    platform = Played(books=books, figures=figures, refuses=refuse)
    return asyncio.run(take_in(judged, platform, no_watch))


def test_what_was_read_and_what_is_recorded_are_the_same() -> None:
    closing = closed(mess())
    assert closing.unmet == []
    assert closing.files == closing.recorded
    counts = {one.kind: (one.rows, one.twice, one.contrary, one.things, one.recorded) for one in closing.counts}
    assert counts == {
        "orders": (21, 1, 1, 21, 21), "lines": (22, 1, 1, 20, 20), "payments": (22, 1, 1, 20, 20),
        "buyers": (8, 1, 0, 7, 7), "communities": (None, 0, 0, 5, 5), "members": (None, 0, 0, 6, 6),
        "sellers": (4, 0, 0, 5, 5), "listings": (6, 0, 1, 6, 6), "settlements": (None, 0, 0, 16, 16),
        "deliveries": (None, 0, 0, 10, 10), "cancellations": (None, 0, 0, 0, 0),
        "refunds": (None, 0, 0, 4, 4), "payouts": (None, 0, 0, 4, 4),
        "reviews": (10, 1, 1, 6, 6),
    }  # fmt: skip


def test_an_order_that_is_refused_does_not_go_unnoticed() -> None:
    closing = closed(mess(), refuses="o-gap:sale")
    assert "1 commands were refused with mall.no" in closing.unmet
    assert "21 orders in the files, 20 recorded" in closing.unmet
    assert "the sums of what was recorded are not those of the files" in closing.unmet


def test_a_centavo_too_much_on_an_account_does_not_go_unnoticed() -> None:
    def add(books: dict[str, Any]) -> None:
        books["accounts"][0]["balance_minor"] += 1

    assert closed(mess(), add).unmet == ["account provider differs by 1 centavos"]


def test_money_that_nobody_allocated_does_not_go_unnoticed() -> None:
    judged = mess()

    def add(books: dict[str, Any]) -> None:
        books["accounts"].append({**books["accounts"][0], "account": "unallocated", "balance_minor": -5})

    assert closed(judged, add).unmet == ["account unallocated differs by -5 centavos"]


def test_books_that_do_not_sum_to_zero_do_not_go_unnoticed() -> None:
    assert closed(mess(), lambda books: books.update(sums={"BRL": 3})).unmet == ["the books in BRL are off by 3"]


def test_a_review_that_is_missing_does_not_go_unnoticed() -> None:
    closing = closed(mess(), refuses="o-plain:review:r-1")
    assert "6 reviews in the files, 5 recorded" in closing.unmet


def test_points_that_nobody_gave_do_not_go_unnoticed() -> None:
    def add(figures: dict[str, Any]) -> None:
        figures["ratings"][0]["count"] += 1

    assert closed(mess(), review=add).unmet == ["1 reviews of 1 points in the files, 2 on the platform"]


def test_of_an_order_that_was_judged_twice_the_last_counts() -> None:
    ratings = {one.points: (one.files, one.platform) for one in closed(mess()).ratings}
    assert ratings == {1: (1, 1), 2: (0, 0), 3: (1, 1), 4: (2, 2), 5: (1, 1)}


def test_other_currencies_are_not_ours() -> None:
    def add(books: dict[str, Any]) -> None:
        books["accounts"].append({"account": "provider", "party_id": None, "currency": "EUR", "balance_minor": 7})

    assert closed(mess(), add).unmet == []


def page(position: str, following: str | None, *accounts: str) -> dict[str, Any]:
    rows = [{"account": account, "currency": "BRL", "balance_minor": 1} for account in accounts]
    return {"position": position, "sums": {}, "accounts": rows, "next": following}


def test_books_are_read_to_the_last_page_and_again_when_they_moved() -> None:
    pages = [page("mall:1", "x", "a"), page("mall:2", None, "b"), page("mall:2", "x", "a"), page("mall:2", None, "b")]
    books = asyncio.run(read_books(Played(pages=iter(pages))))
    assert [row["account"] for row in books["accounts"]] == ["a", "b"]


def test_books_that_never_hold_still_are_given_up_on() -> None:
    moving = (page(f"mall:{number}", "x" if number % 2 else None) for number in range(1, 100))
    with pytest.raises(refusals.BooksMoving):
        asyncio.run(read_books(Played(pages=moving)))


def test_all_that_is_odd_is_written_to_a_file(tmp_path: Path) -> None:
    judged = mess()
    write_odd(tmp_path / "odd.csv", judged.findings, CURRENCY)
    with (tmp_path / "odd.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(judged.findings)
    (short,) = [row for row in rows if row["cause"] == "underpaid_by_cents"]
    assert (short["id"], short["amount"], short["detail"]) == ("o-short-cents", "-0.02", "delivered")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(refusals.OddFileUnwritable):
        write_odd(tmp_path / "nowhere" / "odd.csv", [], CURRENCY)


def test_nothing_is_recorded_of_files_that_are_refused(tmp_path: Path) -> None:
    for path in FIXTURE.glob("*.csv"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "order_payments.csv").write_text("order_id\n")
    with pytest.raises(refusals.NoSuchColumn):
        judge(tmp_path, NOW)


def test_every_command_that_is_refused_stays_in_the_tally() -> None:
    closing = closed(mess(), refuses=":sale")
    assert len(closing.tally.refused) == 21
    assert all(isinstance(one.command, Command) for one in closing.tally.refused)
