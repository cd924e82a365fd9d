"""The mall compares its books with the simulated provider, over HTTP, under each difference that can be asked for.

What is to come of each stands in docs/reconciliation.md.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.mall.operations.reconciling import operations
from services.mall.payments.http_provider import HttpProvider
from simulators.payments.running import Running
from simulators.payments.script import STATEMENT_FAULTS
from tests.rooms.mall.market import OPERATOR, Market
from tests.rooms.mall.questioning import ask
from tests.rooms.mall.reconciled import books_of
from tests.support.payments import SECRET

PAGE = (Path(__file__).parents[2] / "docs" / "reconciliation.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| (\w+) \| (-?\d+) \| (\d+) \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
TRIES = 400


class Shop:
    """A mall with the real program beside it; the clock stands at now, so that both mean the same days."""

    def __init__(self, market: Market, direct: httpx.Client) -> None:
        self.market, self.direct = market, direct
        self.today = datetime.now(UTC).date().isoformat()

    def paid(self) -> None:
        """Somebody buys; the provider is asked until it has the money."""
        market = self.market
        opened = market.bought(market.listed())
        for _ in range(TRIES):
            market.pass_time(seconds=1)
            if market.checkout(opened).status == "paid":
                return
        raise AssertionError(f"not paid, last seen: {market.checkout(opened).status}")

    def compare(self, *faults: str) -> list[dict[str, Any]]:
        """Tomorrow, today is compared; what is open of it."""
        assert self.direct.post("/script", json={"faults": faults}).is_success
        while datetime.now(UTC).date().isoformat() == self.market.clock.at.date().isoformat():
            self.market.clock.at = self.market.clock.at.replace(hour=0, minute=0)
            self.market.pass_time(days=1)
        self.market.do("demand_statement", OPERATOR, day=self.today)
        self.market.settle()
        assert books_of(self.market).last_day == self.today
        return self.open()

    def open(self) -> list[dict[str, Any]]:
        return list(ask(self.market, "discrepancies", OPERATOR)["items"])

    def sums(self) -> tuple[int, int, int, int]:
        """Told, stated, booked, and what is open of all of it."""
        (row,) = ask(self.market, "reconciliations", OPERATOR)["items"][0]["compared"]
        return row["told_minor"], row["stated_minor"], row["booked_minor"], row["open_minor"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Running(SECRET) as running, httpx.Client(base_url=running.url, trust_env=False) as direct:
        provider = HttpProvider(running.url)
        with Market(tmp_path, provider=provider, callback_url="http://127.0.0.1:1/nobody") as market:
            market.clock.at = datetime.now(UTC)
            market.seller()
            yield Shop(market, direct)
        provider.close()


def test_a_day_without_differences_matches(shop: Shop) -> None:
    shop.paid()
    assert shop.compare() == []
    assert shop.sums() == (12_000, 12_000, 12_000, 0)


@pytest.mark.parametrize(("fault", "kind", "difference", "told", "stated", "booked"), ROWS)
def test_each_difference_is_found_and_explained_to_the_cent(
    shop: Shop, fault: str, kind: str, difference: str, told: str, stated: str, booked: str
) -> None:
    shop.paid()
    (one,) = shop.compare(fault)
    assert (one["kind"], one["difference_minor"]) == (kind, int(difference))
    assert shop.sums() == (int(told), int(stated), int(booked), int(difference))


def test_the_page_has_every_difference_and_every_operation() -> None:
    assert {row[0] for row in ROWS} == STATEMENT_FAULTS.keys()
    named = {(method, path) for method, path in re.findall(r"`(GET|POST) /mall(/[^`]+)`", PAGE)}
    assert named == {(operation.method, operation.path) for operation in operations}


def test_a_late_line_settles_the_next_day(shop: Shop) -> None:
    shop.paid()
    assert [one["kind"] for one in shop.compare("late_line")] == ["ours"]
    shop.market.pass_time(days=1, hours=3)
    assert shop.open() == []
    assert shop.sums() == (12_000, 12_000, 12_000, 0)


def test_a_statement_that_the_provider_corrects_is_another_version(shop: Shop) -> None:
    shop.paid()
    assert [one["kind"] for one in shop.compare("altered_line")] == ["differing"]
    assert shop.direct.delete("/script").is_success
    assert shop.compare() == []
    (day,) = ask(shop.market, "reconciliations", OPERATOR)["items"]
    assert (day["statement_version"], day["lines"], day["matched"]) == (2, 1, 1)
