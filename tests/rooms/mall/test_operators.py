"""Who operated in a half-year: from when until when, by which claims, as it was known at a moment."""

import csv
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from services.kernel.doors.operation import Actor
from services.kernel.refusals import Malformed
from services.mall.domain.refusals import MomentToCome, SinceNotEarlier

from .attributing import linked
from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .questioning import ask, buy, line, put_on_shelf
from .test_incomes import settled
from .test_statements import recorded_sale

HALF = "2026H1"
Rows = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def listed(market: Market, half: str = HALF, **asked: str) -> Rows:
    """By role and party, page by page."""
    rows: Rows = {}
    cursor: dict[str, str] = {}
    as_of = settled(market)
    while True:
        page = ask(market, "operators", OPERATOR, **{"half": half, "as_of": as_of, "limit": 2, **asked, **cursor})
        rows |= {(row["role"], row["party_id"]): row for row in page["items"]}
        if page["next"] is None:
            return rows
        cursor = {"cursor": page["next"]}


def file(market: Market, **asked: str) -> bytes:
    request = Request({"type": "http", "path_params": {}, "query_string": urlencode(asked).encode(), "headers": []})
    operation = market.service.by_name["operators_csv"]
    actor = Actor(OPERATOR, frozenset({"operator"}))
    return bytes(market.runner.run(operation.does(market.service, request, actor)).body)


def test_sellers_and_those_who_earned_are_listed(market: Market) -> None:
    market.seller(ANNA)
    rod = market.listed(stock=9)
    put_on_shelf(market, CHEN, rod)
    assert set(listed(market)) == {("seller", str(ANNA))}
    buy(market, BORIS, line(rod, 1, GROUP))
    buy(market, BORIS, line(rod) | {"link_id": linked(market, rod)})
    rows = listed(market)
    assert set(rows) == {("seller", str(ANNA)), ("community", str(GROUP)), ("member", str(DORA))}
    seller = rows["seller", str(ANNA)]
    assert (seller["operating_since"], seller["ended_at"], seller["claims"]) == (
        NOON.isoformat(), None, ["real_name:2"],
    )  # fmt: skip
    assert {row["change"] for row in rows.values()} == {None}


def test_who_was_suspended_ended_and_is_no_operator_of_a_later_half_year(market: Market) -> None:
    market.seller(ANNA)
    market.pass_time(days=10)
    at = market.clock.at.isoformat()
    market.withdraw_claim(ANNA)
    (row,) = listed(market).values()
    assert (row["ended_at"][:10], row["ended_as"]) == (at[:10], "claims")
    market.pass_time(days=200)
    assert listed(market, "2026H2") == {}
    market.certify(ANNA)
    (again,) = listed(market, "2026H2").values()
    assert (again["operating_since"], again["ended_at"]) == (row["operating_since"], None)
    assert listed(market, "2025H2") == {}


def test_a_half_year_is_one_of_the_calendar_that_is_named(market: Market) -> None:
    market.seller(ANNA)
    rod = market.listed(stock=9)
    put_on_shelf(market, CHEN, rod)
    recorded_sale(market, rod, "2025-12-31T20:00:00Z")
    assert listed(market, "2025H2", time_zone="Asia/Shanghai") == {}


def test_a_correction_says_what_has_changed_and_what_was_filed_stays(market: Market) -> None:
    market.seller(ANNA)
    market.settle()
    filed_at = settled(market)
    first = file(market, half=HALF, as_of=filed_at)
    market.pass_time(days=1)
    market.seller(DORA)
    market.withdraw_claim(ANNA)
    rows = listed(market, since=filed_at)
    assert {key: row["change"] for key, row in rows.items()} == {
        ("seller", str(ANNA)): "changed", ("seller", str(DORA)): "added",
    }  # fmt: skip
    assert file(market, half=HALF, as_of=filed_at) == first
    (told,) = csv.DictReader(StringIO(first.decode()))
    assert (told["half"], told["party_id"], told["claims"]) == (HALF, str(ANNA), "real_name:2")
    digest = {"sha256": sha256(first).hexdigest(), "receipt": "No. 7"}
    market.do("record_operators_filing", OPERATOR, half=HALF, as_of=filed_at, **digest)
    market.settle()
    assert [one["quarter"] for one in ask(market, "filings", OPERATOR)["items"]] == [HALF]


def test_what_cannot_be_asked_is_refused(market: Market) -> None:
    with pytest.raises(MomentToCome):
        ask(market, "operators", OPERATOR, half=HALF, as_of=market.clock.at.isoformat())
    as_of = settled(market)
    with pytest.raises(SinceNotEarlier):
        ask(market, "operators", OPERATOR, half=HALF, as_of=as_of, since=as_of)
    with pytest.raises(Malformed):
        ask(market, "operators", OPERATOR, half="2026Q1", as_of=as_of)
