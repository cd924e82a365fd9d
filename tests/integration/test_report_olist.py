"""``agora report`` on imported sales: every figure of it is the ledger's, to the cent, also as of a moment."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli.operating import CONSOLE
from services.cli.reporting import app
from services.embedded import Platform
from services.importing.caller import InProcess
from services.importing.olist.taking_in import judge, take_in
from services.reporting import all_books, directory
from services.settings import Settings
from tests.rooms.reporting.test_paper import Read, assert_whole
from tests.support.olist_files import FIXTURE

MOMENTS = [
    "2018-02-01", "2018-03-02", "2018-03-05", "2018-03-09T10:00:00+00:00", "2018-03-13T10:00:00+00:00", "2018-04-01",
    "2018-04-01T00:00:01+00:00",
]  # fmt: skip
SHARES = ("seller_minor", "community_minor", "member_minor", "platform_minor")
MOST = 3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reported") / "data"
    with Platform(Settings(data=folder)) as platform:
        closing = asyncio.run(take_in(judge(FIXTURE, datetime.now(UTC)), InProcess(platform, CONSOLE), lambda *_: None))
        assert closing.unmet == []
        platform.settle()
    return folder


@pytest.fixture(scope="module")
def facts(data: Path) -> list[Any]:
    with Platform(Settings(data=data)) as platform:
        return [recorded.fact for recorded in platform.services["mall"].store.facts(0, 100_000)]


@pytest.fixture(scope="module")
def booked(facts: list[Any]) -> Counter[tuple[str, str]]:
    return entered(facts)


def entered(facts: list[Any], before: str = "9000-01-01") -> Counter[tuple[str, str]]:
    """What each account of each party comes to, added up from the stored facts alone."""
    totals, moment = Counter[tuple[str, str]](), datetime.fromisoformat(before).replace(tzinfo=UTC)
    for fact in facts:
        for entry in getattr(fact, "entries", []) if fact.effective_at < moment else []:
            totals[entry["account"], str(entry["party_id"])] -= entry["amount_minor"]
    return totals


def report(data: Path, *words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*words, "--data", str(data), "--json"])
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def owed(booked: Counter[tuple[str, str]], *accounts: str, party_id: str | None = None) -> int:
    return sum(
        amount for (account, party), amount in booked.items() if account in accounts and party_id in (None, party)
    )  # fmt: skip


def pictures(data: Path, kinds: str, kind: str) -> Iterator[dict[str, Any]]:
    for row in report(data, kinds, "--limit", str(MOST))["items"]:
        yield report(data, kind, row[f"{'group' if kind == 'community' else kind}_id"])


def test_three_listings_and_three_communities_equal_the_ledger_to_the_cent(data: Path) -> None:
    for kinds, kind in (("listings", "listing"), ("communities", "community")):
        found = list(pictures(data, kinds, kind))
        assert len(found) == MOST
        for picture in found:
            assert picture["sold"]
            assert picture["amounts"] == picture["ledger"]
            for row in picture["amounts"]:
                assert row["net_minor"] == sum(row[name] for name in SHARES) > 0


def test_the_share_of_a_community_is_what_its_accounts_come_to(data: Path, booked: Counter[tuple[str, str]]) -> None:
    for picture in pictures(data, "communities", "community"):
        accounts = owed(booked, "community_held", "community_available", party_id=picture["group_id"])
        assert picture["community_minor"] == accounts


def test_all_listings_together_are_all_that_is_owed_to_sellers(data: Path, booked: Counter[tuple[str, str]]) -> None:
    rows = report(data, "listings", "--limit", "1000")["items"]
    paid_out = report(data, "mall")["months"][-1]["paid_out_minor"]
    assert sum(row["seller_minor"] for row in rows) == owed(booked, "seller_held", "seller_available") + paid_out > 0
    assert sum(row["platform_minor"] for row in rows) == owed(booked, "platform_held", "platform_fees")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_books_of_a_moment_are_what_had_happened_before_it(data: Path, facts: list[Any], moment: str) -> None:
    told, then = Counter[str](), entered(facts, moment)
    for row in report(data, "books", "--as-of", moment)["accounts"]:
        told[row["account"]] -= row["balance_minor"]
    accounts = {account for account, _ in then}
    assert {**told} == {one: total for one in accounts if (total := owed(then, one))}


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_was_sold_by_then_is_what_was_owed_to_sellers_and_paid_out_to_them(
    data: Path, facts: list[Any], moment: str
) -> None:
    then, seen = entered(facts, moment), report(data, "mall", "--as-of", moment, "--limit", "1000")
    nothing = dict.fromkeys(("held_minor", "available_minor", "paid_out_minor"), 0)
    last = seen["months"][-1] if seen["months"] else nothing
    assert (last["held_minor"], last["available_minor"]) == (owed(then, "seller_held"), owed(then, "seller_available"))
    net_minor = sum(row["net_minor"] for row in seen["months"])
    assert net_minor == last["held_minor"] + last["available_minor"] + last["paid_out_minor"]
    assert net_minor == sum(row["net_minor"] for row in seen["by_listing"])


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_statements_of_all_sellers_close_with_the_books_of_the_moment(
    data: Path, booked: Counter[tuple[str, str]], moment: str
) -> None:
    at = moment if "T" in moment else f"{moment}T00:00:00+00:00"
    with directory(Settings(data=data), CONSOLE) as desk:
        books = [row for row in all_books(desk, as_of=at)["accounts"] if row["account"].startswith("seller_")]
        sellers = {party for account, party in booked if account.startswith("seller_")}
        closed = {
            (row["account"], party): row["closing_minor"]
            for party in sorted(sellers)
            for row in desk.ask("mall", "statement", party=party, to=at)["accounts"]
            if row["closing_minor"]
        }
    assert closed == {(row["account"], row["party_id"]): -row["balance_minor"] for row in books}


def test_a_statement_tells_sales_refunds_releases_and_payouts_of_then(data: Path, booked: Counter[Any]) -> None:
    north = next(party for account, party in booked if account == "seller_available")
    with directory(Settings(data=data), CONSOLE) as desk:
        told = desk.ask("mall", "statement", party=north)
    causes = {entry["cause"] for entry in told["entries"]}
    assert causes <= {"order_paid", "order_released", "order_cancelled_paid", "payout_elsewhere_recorded"}
    assert {"order_paid", "order_released", "payout_elsewhere_recorded"} <= causes
    assert {entry["effective_at"][:4] for entry in told["entries"]} == {"2018"}


@pytest.mark.parametrize(("language", "sign"), [("en", "R$"), ("zh", "R$")])
def test_the_page_tells_the_figures_of_the_answer(data: Path, tmp_path: Path, language: str, sign: str) -> None:
    file, moment = tmp_path / "mall.html", "2018-04-02"
    words = ["--as-of", moment, "--html", str(file), "--language", language, "--data", str(data)]
    assert CliRunner().invoke(app, words).exit_code == 0
    text, seen = file.read_text(), report(data, "mall", "--as-of", moment)
    assert_whole(text)
    titles = re.findall(r"<g><title>([^<]*)</title>", text)
    told: dict[str, list[int]] = {}
    for one in titles:
        told.setdefault(one.partition(":")[0], []).extend(_minor(shown) for shown in re.findall(r"R\$([\d.,]+)", one))
    last = seen["months"][-1]
    for row in seen["months"]:
        back = row["refunded_minor"] + row["cancelled_minor"]
        lies = [row[f"{name}_minor"] for name in ("held", "available", "paying", "paid_out")]
        assert told[row["month"]] == [row["net_minor"], back, *lies]
    shown = [_minor(one) for one in re.findall(r"R\$([\d.,]+)", Read(text).text)]
    assert {last["given_back_minor"], *(row["net_minor"] for row in seen["by_community"])} <= set(shown)
    assert "2018" in Read(text).text
    assert sign in text


def _minor(shown: str) -> int:
    return round(float(shown.replace(",", "")) * 100)


def test_a_cent_astray_would_be_noticed(data: Path, booked: Counter[tuple[str, str]]) -> None:
    wrong = booked.copy()
    wrong["seller_held", next(party for account, party in booked if account == "seller_held")] += 1
    with pytest.raises(AssertionError):
        test_all_listings_together_are_all_that_is_owed_to_sellers(data, wrong)
