"""Who earned what in a quarter: from the ledger, as it was known at a moment, and what has changed since."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from starlette.requests import Request

from services.kernel.doors.operation import Actor
from services.kernel.refusals import Malformed
from services.mall.domain.filing import SETTLES
from services.mall.domain.refusals import MomentToCome, SinceNotEarlier
from services.mall.projections.sales import sales

from .attributing import linked
from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .questioning import ask, buy, line, put_on_shelf
from .stories import eventful
from .test_statements import recorded_sale

QUARTER = "2026Q1"  # the clock of a market begins on the second of March
Rows = dict[tuple[str, str, str], dict[str, Any]]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def reported(market: Market, quarter: str = QUARTER, **asked: str) -> Rows:
    """By role, party and kind."""
    rows: Rows = {}
    cursor: dict[str, str] = {}
    as_of = settled(market)
    while True:
        given = {"quarter": quarter, "as_of": as_of, "limit": 2, **asked, **cursor}
        page = ask(market, "income", OPERATOR, **given)
        rows |= {(row["role"], row["party_id"], row["kind"]): row for row in page["items"]}
        if page["next"] is None:
            return rows
        cursor = {"cursor": page["next"]}


def settled(market: Market) -> str:
    """The moment of now, once it is over."""
    now = market.clock.at
    market.clock.at += SETTLES
    return now.isoformat()


def amounts(row: dict[str, Any]) -> dict[str, int]:
    return {name.removesuffix("_minor"): value for name, value in row.items() if name.endswith("_minor") and value}


def file(market: Market, **asked: str) -> bytes:
    request = Request({"type": "http", "path_params": {}, "query_string": urlencode(asked).encode(), "headers": []})
    operation = market.service.by_name["income_csv"]
    actor = Actor(OPERATOR, frozenset({"operator"}))
    return bytes(market.runner.run(operation.does(market.service, request, actor)).body)


def test_a_seller_a_member_and_a_community_have_rows_of_their_own(market: Market) -> None:
    market.seller(ANNA)
    rod, lesson = market.listed(stock=9), market.listed(kind="service", stock=9, price_minor=5_000)
    put_on_shelf(market, CHEN, rod)
    order = market.orders(buy(market, BORIS, line(rod, 2, GROUP)))[0]
    buy(market, BORIS, line(lesson))
    buy(market, BORIS, line(rod) | {"link_id": linked(market, rod)})
    market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.settle()
    rows = reported(market)
    assert {key: amounts(row) for key, row in rows.items()} == {
        ("seller", str(ANNA), "goods"): {
            "gross": 36_000, "returned": 12_000, "net": 24_000, "fee": 1_200, "commission": 2_400, "income": 20_400,
        },
        ("seller", str(ANNA), "service"): {"gross": 5_000, "net": 5_000, "fee": 250, "income": 4_750},
        ("community", str(GROUP), "commission"): {"income": 1_200},
        ("member", str(DORA), "commission"): {"income": 1_200},
    }  # fmt: skip


def test_an_order_of_several_kinds_is_told_as_one(market: Market) -> None:
    market.seller(ANNA)
    rod, lesson = market.listed(), market.listed(kind="service", price_minor=5_000)
    buy(market, BORIS, line(rod), line(lesson))
    assert [key[2] for key in reported(market)] == ["mixed"]


def test_the_rows_come_to_what_was_sold_and_what_came_back(market: Market) -> None:
    eventful(market)
    with market.service.views.reading() as connection:
        lines = [row._mapping for row in connection.execute(select(sales).where(sales.c.paid_at.is_not(None)))]
    total = Counter[str]()
    for row in [*reported(market).values(), *reported(market, "2026Q2").values()]:
        assert row["net_minor"] == row["gross_minor"] - row["returned_minor"]
        if row["role"] == "seller":
            total.update({name: row[name] for name in ("gross_minor", "net_minor", "commission_minor", "income_minor")})
        else:
            total["earned_minor"] += row["income_minor"]
    assert total["gross_minor"] == sum(one["gross_minor"] for one in lines)
    left = sum(one["gross_minor"] - one["refunded_minor"] - one["cancelled_minor"] for one in lines)
    assert total["net_minor"] == left
    assert total["income_minor"] == sum(one["seller_minor"] for one in lines)
    assert total["commission_minor"] == total["earned_minor"]


def test_a_correction_is_what_was_recorded_between_two_moments(market: Market) -> None:
    market.seller(ANNA)
    rod = market.listed(stock=9)
    buy(market, BORIS, line(rod))
    filed_at = settled(market)
    first = file(market, quarter=QUARTER, as_of=filed_at)
    market.pass_time(days=90)
    recorded_sale(market, rod, "2026-03-20T12:00:00Z")
    assert file(market, quarter=QUARTER, as_of=filed_at) == first, "what was filed can be made again, byte by byte"
    (row,) = reported(market, since=filed_at).values()
    assert amounts(row) == {"gross": 12_000, "net": 12_000, "income": 12_000}
    (whole,), (then,) = reported(market).values(), reported(market, as_of=filed_at).values()
    assert whole["gross_minor"] == then["gross_minor"] + row["gross_minor"]
    assert reported(market, quarter="2026Q2") == {}


def test_a_quarter_is_one_of_the_calendar_that_is_named(market: Market) -> None:
    market.seller(ANNA)
    rod = market.listed(stock=9)
    recorded_sale(market, rod, "2025-12-31T20:00:00Z")
    assert len(reported(market, quarter="2025Q4")) == 1
    assert reported(market, quarter=QUARTER) == {}
    assert len(reported(market, quarter=QUARTER, time_zone="Asia/Shanghai")) == 1


def test_a_file_has_all_rows(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    eventful(market)
    as_of = settled(market)
    monkeypatch.setattr("services.mall.papers.whole.PAGE_ROWS", 1)
    written = list(csv.DictReader(StringIO(file(market, quarter=QUARTER, as_of=as_of).decode())))
    assert [(row["role"], row["party_id"], row["kind"]) for row in written] == list(reported(market, as_of=as_of))
    assert {(row["quarter"], row["as_of"][:19]) for row in written} == {(QUARTER, as_of[:19])}


def test_a_report_is_of_moments_that_are_over_and_in_order(market: Market) -> None:
    now = settled(market)
    assert reported(market, as_of=now) == {}
    with pytest.raises(MomentToCome):
        reported(market, as_of=(market.clock.at + timedelta(seconds=1)).isoformat())
    with pytest.raises(SinceNotEarlier):
        reported(market, as_of=now, since=now)


def test_what_was_filed_is_listed_and_made_again_byte_by_byte(market: Market) -> None:
    market.seller(ANNA)
    rod = market.listed(stock=9)
    buy(market, BORIS, line(rod))
    report = {"quarter": QUARTER, "time_zone": "Asia/Shanghai", "as_of": settled(market)}
    filing = {**report, "sha256": sha256(file(market, **report)).hexdigest(), "receipt": "No. 7"}
    made = market.do("record_filing", OPERATOR, **filing)
    assert market.do("record_filing", OPERATOR, **filing)["filing_id"] == made["filing_id"]
    buy(market, BORIS, line(rod))
    recorded_sale(market, rod, "2026-02-20T12:00:00Z")
    (seen,) = ask(market, "filings", OPERATOR)["items"]
    again = {name: seen[name] for name in report}
    assert sha256(file(market, **again)).hexdigest() == seen["sha256"]
    assert seen["receipt"] == "No. 7"
    assert sha256(file(market, **(again | {"as_of": settled(market)}))).hexdigest() != seen["sha256"]


@pytest.mark.parametrize("wrong", [{"quarter": "2026Q5"}, {"quarter": "2026"}, {"time_zone": "Mars/North"}])
def test_what_is_no_quarter_or_zone_is_malformed(market: Market, wrong: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        reported(market, **wrong)
    with pytest.raises(Malformed):
        file(market, **({"quarter": QUARTER, "as_of": "2026-01-01T00:00:00Z"} | wrong))
