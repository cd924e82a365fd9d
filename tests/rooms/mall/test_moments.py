"""Figures as of a moment: what the facts before it come to, to the cent, whatever came later."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.dialects import sqlite

from services.kernel.domain import Fact
from services.kernel.refusals import Malformed
from services.mall.domain.seller import Seller
from services.mall.projections.sales_tables import MOVED, metadata, moves, sales
from services.mall.queries.moments import Then, then

from .attributing import by_way, linked
from .elsewhere import SALE, captured, ordered, paid_out, record, released
from .market import ANNA, BORIS, CHEN, DORA, GROUP, NOON, OPERATOR, Market
from .paying import account, asked, terms
from .paying import paid_out as paid_out_here
from .questioning import ask, buy, line, person, put_on_shelf, tagged
from .stories import eventful

SELLERS = (Seller.create_id(ANNA), Seller.create_id(DORA))
PARTS = ("seller_minor", "community_minor", "member_minor", "platform_minor")
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with Market(tmp_path_factory.mktemp("mall")) as market:
        eventful(market)
        paid_out(market, released(market), payout_id=UUID(int=0x5F))
        ordered(market, 1, group_id=GROUP)
        captured(market, UUID(int=SALE.int + 0x10000))
        record(market, "settlement", checkout_id=UUID(int=SALE.int + 0x10000))
        record(market, "refund", "2017-12-24T00:00:00Z", checkout_id=UUID(int=SALE.int + 0x10000), reason="lost")
        market.settle()
        yield market


def moments(market: Market) -> list[datetime]:
    """Every time at which something was booked, and the moment after it."""
    booked = {fact.effective_at for fact in market.facts if getattr(fact, "entries", None)}
    return sorted({*booked, *(at + A_MOMENT for at in booked)})


def before(market: Market, moment: datetime) -> list[Fact]:
    return [fact for fact in market.facts if fact.effective_at < moment]


def entered(facts: list[Fact]) -> Counter[tuple[str, str]]:
    """What each account of each party comes to."""
    totals = Counter[tuple[str, str]]()
    for fact in facts:
        for entry in getattr(fact, "entries", []):
            totals[entry["account"], str(entry["party_id"])] += entry["amount_minor"]
    return totals


def nonzero(totals: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    return {key: amount for key, amount in totals.items() if amount}


def test_the_books_of_every_moment_are_what_the_facts_before_it_come_to(market: Market) -> None:
    assert len(moments(market)) > 20
    for moment in moments(market):
        seen = ask(market, "books", OPERATOR, as_of=moment.isoformat())
        assert set(seen["sums"].values()) <= {0}
        told, of_facts = Counter[str](), Counter[str]()
        for row in seen["accounts"]:
            told[row["account"]] += row["balance_minor"]
        for (name, _), amount in entered(before(market, moment)).items():
            of_facts[name] += amount
        assert {**told} == {name: amount for name, amount in of_facts.items() if amount}


def test_at_every_moment_the_statements_of_all_sellers_close_with_the_books(market: Market) -> None:
    for moment in moments(market):
        at = moment.isoformat()
        books = Counter[tuple[str, str]]()
        for row in ask(market, "books", OPERATOR, as_of=at)["accounts"]:
            if row["account"].startswith("seller_"):
                books[row["account"], row["party_id"]] -= row["balance_minor"]
        closed = Counter[tuple[str, str]]()
        for seller_id in SELLERS:
            for row in ask(market, "statement", OPERATOR, party=str(seller_id), to=at)["accounts"]:
                closed[row["account"], str(seller_id)] += row["closing_minor"]
        assert nonzero(closed) == nonzero(books)


def test_what_is_owed_to_a_party_is_what_it_was(market: Market) -> None:
    for moment in moments(market):
        totals = entered(before(market, moment))
        for seller_id in SELLERS:
            (owed,) = ask(market, "account", OPERATOR, party_id=seller_id, as_of=moment.isoformat())["balances"] or [
                {"held_minor": 0, "available_minor": 0}
            ]
            held, available = (totals[f"seller_{name}", str(seller_id)] for name in ("held", "available"))
            assert (owed["held_minor"], owed["available_minor"]) == (-held, -available)
    now = market.clock.at + A_MOMENT
    for seller_id in SELLERS:
        (then,) = ask(market, "account", OPERATOR, party_id=seller_id, as_of=now.isoformat())["balances"]
        (today,) = ask(market, "account", OPERATOR, party_id=seller_id)["balances"]
        assert then | {"not_paid_as": None} == today | {"not_paid_as": None}
        assert today["paid_minor"] > 0 or seller_id == SELLERS[1]


def test_figures_of_every_moment_equal_the_ledger_and_those_of_now_are_the_last(market: Market) -> None:
    """An answer whose sums differ from the ledger's would be an error."""
    listing_ids = [row["listing_id"] for row in ask(market, "listings_sold", OPERATOR)["items"]]
    assert len(listing_ids) == 3
    for moment in moments(market):
        at = moment.isoformat()
        rows = {row["listing_id"]: row for row in ask(market, "listings_sold", OPERATOR, as_of=at)["items"]}
        for listing_id in listing_ids:
            seen = ask(market, "listing_sales", OPERATOR, listing_id=listing_id, as_of=at)
            assert seen["amounts"] == seen["ledger"]
            assert seen["gross_minor"] == rows.get(listing_id, {"gross_minor": 0})["gross_minor"]
        shelf = ask(market, "community_sales", OPERATOR, group_id=GROUP, as_of=at)
        assert shelf["amounts"] == shelf["ledger"]
    for name, of in (("listing_sales", {"listing_id": listing_ids[0]}), ("community_sales", {"group_id": GROUP})):
        at = (market.clock.at + A_MOMENT).isoformat()
        then, now = ask(market, name, OPERATOR, as_of=at, **of), ask(market, name, OPERATOR, **of)
        left_out = ("as_of", "items")
        assert {one: then[one] for one in then if one not in left_out} == {
            one: now[one] for one in now if one not in left_out
        }
    for name in ("listings_sold", "communities_sold"):
        assert ask(market, name, OPERATOR, as_of=at)["items"] == ask(market, name, OPERATOR)["items"]


def test_what_a_member_s_links_sold_by_then_is_what_the_ledger_says_of_her(tmp_path: Any) -> None:
    with Market(tmp_path) as market:
        sold_by_links(market)
        told = []
        for moment in moments(market):
            at, totals = moment.isoformat(), entered(before(market, moment))
            for person_id in (BORIS, DORA):
                seen = ask(market, "my_sales", person_id, as_of=at)
                mine = (totals[f"member_{name}", str(person_id)] for name in ("held", "available"))
                assert seen["member_minor"] == -sum(mine)
                assert seen["amounts"] == seen["ledger"]
                (row,) = ask(market, "account", person_id, party_id=person_id, as_of=at)["balances"] or [{}]
                owed = row.get("held_minor", 0) + row.get("available_minor", 0)
                assert seen["member_minor"] == owed + row.get("paid_minor", 0) + row.get("paying_minor", 0)
                told.append((person_id, seen["orders"], seen["member_minor"]))
        assert {(BORIS, 0, 0), (BORIS, 1, 1_200), (BORIS, 2, 1_200), (DORA, 1, 1_200)} <= set(told)


def sold_by_links(market: Market) -> None:
    """Two sales by the link of one, of which one goes back; one by that of another, with a second line of no link."""
    market.seller()
    rod = market.listed(stock=99)
    links = {one: linked(market, rod, one) for one in (BORIS, DORA)}
    for number, owner in enumerate((BORIS, DORA, BORIS)):
        market.pass_time(minutes=1)
        sold = buy(market, person(number), by_way(rod, link_id=links[owner]), line(market.listed(stock=9)))
        market.pass_time(minutes=1)
        market.do("deliver", ANNA, order_id=sold["order_ids"][0])
    (order,) = market.orders(sold)
    market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.pass_time(days=8)


@pytest.mark.parametrize(
    ("at", "scan"), [(then(NOON, "member_id", str(BORIS)), False), (then(NOON), True)], ids=["of one", "of all"]
)
def test_the_lines_of_a_moment_are_made_of_the_orders_that_are_asked_about(tmp_path: Any, at: Then, scan: bool) -> None:
    """What a database reads for the figures of one member: no line of anybody else. The plan is that of SQLite."""
    asked = select(func.count()).select_from(at.lines).where(at.lines.c.member_id == str(BORIS))
    text = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert any(step.startswith("SCAN sales") for step in plan) is scan, plan


def test_all_listings_of_a_moment_are_all_that_sellers_were_owed_and_had_been_paid(market: Market) -> None:
    for moment in moments(market):
        rows = ask(market, "listings_sold", OPERATOR, as_of=moment.isoformat(), limit=1000)["items"]
        of_orders = [fact for fact in before(market, moment) if type(fact).__qualname__.startswith("Order.")]
        owed = entered(of_orders)
        for part in PARTS:
            party = part.removesuffix("_minor")
            available = "platform_fees" if party == "platform" else f"{party}_available"
            accounts = (f"{party}_held", f"{party}_withheld", available)
            assert sum(row[part] for row in rows) == -sum(owed[key] for key in owed if key[0] in accounts)


def test_moves_of_a_line_come_to_what_the_line_is(market: Market) -> None:
    with market.service.views.reading() as connection:
        lines = [dict(row) for row in connection.execute(select(sales).where(sales.c.paid_at.is_not(None))).mappings()]
        moved = [dict(row) for row in connection.execute(select(moves)).mappings()]
    for row in lines:
        mine = [one for one in moved if (one["order_id"], one["line_id"]) == (row["order_id"], row["line_id"])]
        come_to = {name: sum(one[name] for one in mine) for name in MOVED}
        assert come_to == {name: row["quantity" if name == "units" else name] for name in MOVED}


def test_months_come_to_the_books_and_to_the_sales(market: Market) -> None:
    for moment in [*moments(market)[::7], None]:
        at: dict[str, Any] = {} if moment is None else {"as_of": moment.isoformat()}
        rows = ask(market, "months_sold", OPERATOR, **at)["items"]
        sold_then = ask(market, "listings_sold", OPERATOR, limit=1000, **at)["items"]
        for name in ("gross_minor", "refunded_minor", "cancelled_minor", "net_minor", "units", *PARTS):
            assert sum(row[name] for row in rows) == sum(row[name] for row in sold_then)
        books = Counter[str]()
        for row in ask(market, "books", OPERATOR, **at)["accounts"]:
            books[row["account"]] -= row["balance_minor"]
        if rows:
            held = sum(books[f"{one}_held"] + books[f"{one}_withheld"] for one in _PARTIES)
            assert rows[-1]["held_minor"] == held
            available = sum(books[f"{one}_available"] for one in _PARTIES[:3]) + books["platform_fees"]
            assert (rows[-1]["available_minor"], rows[-1]["paying_minor"]) == (available, books["payouts_due"])
    assert [row["month"] for row in rows] == sorted({f"{one:%Y-%m}" for one in moments(market)[::2]})
    assert rows[0]["month"] == "2017-10"
    assert next(row for row in rows if row["month"] == "2017-11")["paid_out_minor"] == 10_000
    assert next(row for row in rows if row["month"] == "2017-12")["given_back_minor"] == 10_000


def test_months_that_were_added_up_as_it_happened_are_those_of_everything_that_happened(market: Market) -> None:
    after_all = (max(moments(market)) + timedelta(days=1)).isoformat()
    added_up = ask(market, "months_sold", OPERATOR)["items"]
    assert len(added_up) > 3
    assert added_up == ask(market, "months_sold", OPERATOR, as_of=after_all)["items"]


_PARTIES = ("seller", "community", "member", "platform")


def test_a_line_is_shown_in_the_state_that_it_had(market: Market) -> None:
    goods = next(row["listing_id"] for row in ask(market, "listings_sold", OPERATOR)["items"] if row["title"] == "Tent")
    states = {
        at: sorted(one["state"] for one in ask(market, "listing_sales", OPERATOR, listing_id=goods, as_of=at)["items"])
        for at in ("2017-10-02T00:00:00Z", "2017-10-04T00:00:00Z", "2017-10-06T00:00:00Z", "2018-01-01T00:00:00Z")
    }
    assert list(states.values()) == [[], ["paid", "paid"], ["delivered", "paid"], ["cancelled", "released"]]


def test_who_bought_by_then_is_told_in_the_same_fives(tmp_path: Any) -> None:
    with Market(tmp_path) as market:
        market.seller()
        rod = market.listed(stock=99)
        market.settle()
        bought_at = []
        for number in range(11):
            tagged(market, "city", "Rome", person(number))
            buy(market, person(number), line(rod))
            bought_at.append(market.clock.at)
            market.pass_time(minutes=1)
        told = []
        for at in bought_at:
            buyers = ask(market, "listing_sales", OPERATOR, listing_id=rod, as_of=(at + A_MOMENT).isoformat())["buyers"]
            told.append((buyers["count"], [cell["buyers"] for cell in buyers["by"]]))
        assert told == [*[(None, [])] * 4, *[(count, [5]) for count in range(5, 10)], (10, [10]), (11, [10])]


def test_a_payout_to_a_community_takes_nothing_from_what_it_earned(tmp_path: Any) -> None:
    with Market(tmp_path) as market:
        market.seller()
        rod = market.listed(stock=9)
        put_on_shelf(market, CHEN, rod)
        market.do("deliver", ANNA, order_id=buy(market, BORIS, line(rod, 1, GROUP))["order_ids"][0])
        market.pass_time(days=8)
        terms(market)
        account(market, GROUP, CHEN, "acct_chen")
        paid_out_here(market, asked(market, None, CHEN, GROUP))
        market.settle()
        seen = ask(market, "community_sales", CHEN, group_id=GROUP)
        assert (seen["community_minor"], seen["ledger"]) == (1_200, seen["amounts"])


def test_a_moment_that_is_none_is_refused(market: Market) -> None:
    with pytest.raises(Malformed):
        ask(market, "books", OPERATOR, as_of="2018-01-01")
