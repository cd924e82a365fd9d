"""``agora report`` on imported sales: every figure of it is the ledger's, to the cent."""

import asyncio
import json
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
from services.settings import Settings
from tests.support.olist_files import FIXTURE

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
def booked(data: Path) -> Counter[tuple[str, str]]:
    """What each account of each party comes to, added up from the stored facts alone."""
    totals = Counter[tuple[str, str]]()
    with Platform(Settings(data=data)) as platform:
        for recorded in platform.services["mall"].store.facts(0, 100_000):
            for entry in getattr(recorded.fact, "entries", []):
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
    assert sum(row["seller_minor"] for row in rows) == owed(booked, "seller_held", "seller_available") > 0
    assert sum(row["platform_minor"] for row in rows) == owed(booked, "platform_held", "platform_fees")


def test_a_cent_astray_would_be_noticed(data: Path, booked: Counter[tuple[str, str]]) -> None:
    wrong = booked.copy()
    wrong["seller_held", next(party for account, party in booked if account == "seller_held")] += 1
    with pytest.raises(AssertionError):
        test_all_listings_together_are_all_that_is_owed_to_sellers(data, wrong)
