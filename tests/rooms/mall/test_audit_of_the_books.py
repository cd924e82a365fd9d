"""One amount that is off by one, in a store whose chain fits: the audit names the entry, the order and the position."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.amounts import money
from services.auditing import audit_directory
from services.kernel.store.audit import Finding
from services.mall.projections.ledger import FactUnbalanced
from tests.support.forging import opened, rechain, tamper

from .market import ANNA, CHEN, GROUP, OPERATOR, Market
from .questioning import ask, line, put_on_shelf
from .stories import eventful

pytestmark = pytest.mark.in_files


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def findings(market: Market) -> list[Finding]:
    """Of the mall; there is nothing beside it."""
    return [one for one in audit_directory(market.folder).findings if one.service == "mall"]


def off_by_one(market: Market, topic: str, account: str) -> tuple[int, str, dict[str, Any]]:
    """The last fact of this topic books one more on an account; its position, its stream, and the entry now."""
    path = market.folder / "mall" / "facts.db"
    with opened(path) as rows:
        position, state = rows.execute(
            "SELECT position, state FROM facts WHERE topic = ? ORDER BY position DESC LIMIT 1", (topic,)
        ).fetchone()
    told = json.loads(state)
    entry = next(one for one in told["entries"] if one["account"] == account)
    entry["amount_minor"] += 1
    tamper(path, "UPDATE facts SET state = ? WHERE position = ?", json.dumps(told).encode(), position)
    rechain(path)
    stream = str(market.service.store.facts(position - 1, 1)[0].fact.originator_id)
    return position, stream, entry


def test_nothing_is_found_in_a_mall_in_which_a_little_of_everything_has_happened(market: Market) -> None:
    eventful(market)
    assert [one for one in findings(market) if one.invariant != "tracking"] == []


@pytest.mark.parametrize("account", ["seller_held", "community_held", "platform_held", "unallocated"])
def test_names_entry_order_and_position_of_an_amount_that_is_off_by_one(market: Market, account: str) -> None:
    market.seller()
    rod = market.listed()
    put_on_shelf(market, CHEN, rod)
    market.paid(lines=[line(rod, 1, GROUP)])
    market.paid(rod)
    market.paid(lines=[line(rod, 1, GROUP)])
    position, order_id, entry = off_by_one(market, "mall:Order.Paid", account)
    (found,) = [one for one in findings(market) if one.invariant == "I-05 entries"]
    assert (found.position, found.about, found.stream) == (position, "order", order_id)
    assert "off by 0.01 EUR" in found.what
    amount = money(entry["amount_minor"], "EUR")
    assert f"{account} of {entry['party_id'] or 'nobody'} {amount}" in found.what
    if account != "unallocated":
        (owed,) = [one for one in findings(market) if one.invariant == "I-07 commission"]
        assert (owed.position, owed.stream) == (position, order_id)
        named = f"{entry['amount_minor']} on {account} of {entry['party_id'] or 'nobody'}"
        assert f"{named}, where {entry['amount_minor'] - 1} is due" in owed.what


def test_the_reader_stops_before_a_fact_that_does_not_sum_to_zero_and_says_which(market: Market) -> None:
    market.seller()
    (order,) = market.orders(market.paid(market.listed()))
    market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    before = ask(market, "books", OPERATOR, limit=100)
    position, order_id, _ = off_by_one(market, "mall:Order.LineRefunded", "seller_held")
    with pytest.raises(FactUnbalanced) as stopped:
        market.settle()
    assert f"mall:Order.LineRefunded of {order_id} at position {position} are off by 0.01 EUR" in str(stopped.value)
    assert ask(market, "books", OPERATOR, limit=100) == before, "nothing of it was booked, nor of what came after"
