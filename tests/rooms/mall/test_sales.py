"""Sold or not: the figures of sellers and communities, and that they are the ledger's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kernel.flow.views import tracking
from services.mall.domain.order_facts import Paid
from services.mall.domain.refusals import FiguresNotReady, NoSuchListing, NoSuchShelf
from services.mall.projections.ledger import LedgerView, balances, booked_in_month, entries
from services.mall.projections.sales_tables import sales, sold_in_month
from services.mall.queries.sums import FiguresApart

from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .paying import account, terms
from .questioning import OTHER_GROUP, ask, buy, line, person, put_on_shelf, recorded
from .stories import eventful
from .totals import ensure_totals


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


def figures(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: answer[name] for name in names}


def test_what_was_never_ordered_was_not_sold(market: Market) -> None:
    rod = market.listed()
    market.settle()
    seen = ask(market, "listing_sales", ANNA, listing_id=rod)
    assert figures(seen, "sold", "orders", "gross_minor", "currency", "ledger", "equal") == {
        "sold": False, "orders": 0, "gross_minor": 0, "currency": "EUR", "ledger": [], "equal": True,
    }  # fmt: skip


def test_what_is_ordered_and_not_paid_is_listed_and_not_counted(market: Market) -> None:
    rod = market.listed()
    market.bought(rod)
    market.settle()
    seen = ask(market, "listing_sales", ANNA, listing_id=rod)
    assert (seen["sold"], seen["gross_minor"]) == (False, 0)
    assert [item["state"] for item in seen["items"]] == ["placed"]


def test_the_seller_sees_sums_shares_and_communities(market: Market) -> None:
    rod = market.listed(stock=9)
    put_on_shelf(market, CHEN, rod)
    buy(market, BORIS, line(rod, 2, GROUP))
    buy(market, DORA, line(rod))
    seen = ask(market, "listing_sales", ANNA, listing_id=rod)
    assert figures(seen, "sold", "orders", "units", "gross_minor", "refunded_minor", "net_minor") == {
        "sold": True, "orders": 2, "units": 3, "gross_minor": 36_000, "refunded_minor": 0, "net_minor": 36_000,
    }  # fmt: skip
    assert figures(seen, "seller_minor", "community_minor", "platform_minor") == {
        "seller_minor": 31_800, "community_minor": 2_400, "platform_minor": 1_800,
    }  # fmt: skip
    assert seen["ledger"] == seen["amounts"]
    assert [(row["group_id"], row["units"], row["gross_minor"]) for row in seen["by_community"]] == [
        (str(GROUP), 2, 24_000), (None, 1, 12_000),
    ]  # fmt: skip


def test_a_refund_is_taken_off_every_share(market: Market) -> None:
    rod = market.listed(stock=9)
    put_on_shelf(market, CHEN, rod)
    order = market.orders(buy(market, BORIS, line(rod, 2, GROUP)))[0]
    market.do("refund_line", ANNA, order_id=order.id, line_id=next(iter(order.lines)), quantity=1)
    market.settle()
    wanted = {
        "units": 2, "returned": 1, "gross_minor": 24_000, "refunded_minor": 12_000, "net_minor": 12_000,
        "seller_minor": 10_200, "community_minor": 1_200, "platform_minor": 600, "sold": True,
    }  # fmt: skip
    assert figures(ask(market, "listing_sales", ANNA, listing_id=rod), *wanted) == wanted
    assert figures(ask(market, "community_sales", CHEN, group_id=GROUP), *wanted) == wanted
    ensure_totals(market)


def test_orders_that_mix_listings_and_shelves_are_told_apart(market: Market) -> None:
    rod, lamp = market.listed(stock=9), market.listed(stock=9, price_minor=3_333, commission_bps=750)
    put_on_shelf(market, CHEN, rod, lamp)
    put_on_shelf(market, DORA, rod, lamp, group_id=OTHER_GROUP)
    for number in range(3):
        buy(market, person(number), line(rod, 1, GROUP), line(lamp, 2, OTHER_GROUP))
    buy(market, person(3), line(lamp))
    of_lamp = ask(market, "listing_sales", ANNA, listing_id=lamp)
    assert figures(of_lamp, "orders", "units", "gross_minor", "community_minor") == {
        "orders": 4, "units": 7, "gross_minor": 23_331, "community_minor": 1_500,
    }  # fmt: skip
    assert of_lamp["ledger"] == of_lamp["amounts"]
    of_group = ask(market, "community_sales", DORA, group_id=OTHER_GROUP)
    assert figures(of_group, "orders", "gross_minor", "community_minor") == {
        "orders": 3, "gross_minor": 19_998, "community_minor": 1_500,
    }  # fmt: skip
    assert of_group["ledger"] == of_group["amounts"]
    assert [(row["listing_id"], row["units"]) for row in of_group["by_listing"]] == [(lamp, 6)]
    ensure_totals(market)


def test_a_sale_that_was_cancelled_when_it_was_paid_stands_as_cancelled(market: Market) -> None:
    rod = market.listed()
    checkout, _ = recorded(market, rod, 2)
    market.do("record_cancellation", OPERATOR, **checkout, reason="unavailable")
    market.settle()
    wanted = {
        "gross_minor": 1_900, "cancelled_minor": 1_900, "refunded_minor": 0, "net_minor": 0, "seller_minor": 0,
        "orders": 1, "units": 2, "cancelled": 2,
    }  # fmt: skip
    assert figures(ask(market, "listing_sales", ANNA, listing_id=rod), *wanted) == wanted
    assert ask(market, "listing", BORIS, listing_id=rod)["sold"] == 0
    ensure_totals(market)


def test_of_a_sale_that_was_cancelled_nothing_counts_as_sold_whatever_came_back_before(market: Market) -> None:
    rod = market.listed(stock=9)
    (_, kept), (checkout, cancelled) = recorded(market, rod, 4), recorded(market, rod, 2)
    for line_of in (kept, cancelled):
        market.do("refund_line", ANNA, **line_of, quantity=1)
    market.settle()
    assert ask(market, "listing", BORIS, listing_id=rod)["sold"] == 6
    market.do("record_cancellation", OPERATOR, **checkout, reason="unavailable")
    market.settle()
    seen = ask(market, "listing_sales", ANNA, listing_id=rod)
    assert figures(seen, "units", "returned", "cancelled") == {"units": 6, "returned": 2, "cancelled": 1}
    assert ask(market, "listing", BORIS, listing_id=rod)["sold"] == 4, "and not what was neither returned nor cancelled"
    assert [row["sold"] for row in ask(market, "listings", BORIS)["items"]] == [4]
    ensure_totals(market)


def test_sums_of_several_currencies_are_not_added_up(market: Market) -> None:
    rod, pot = market.listed(), market.listed(currency="CNY", price_minor=501)
    put_on_shelf(market, CHEN, rod, pot)
    buy(market, BORIS, line(rod, 1, GROUP))
    buy(market, BORIS, line(pot, 1, GROUP))
    seen = ask(market, "community_sales", CHEN, group_id=GROUP)
    assert (seen["currency"], seen["gross_minor"], seen["orders"]) == (None, None, 2)
    assert [(row["currency"], row["gross_minor"]) for row in seen["amounts"]] == [("CNY", 501), ("EUR", 12_000)]
    ensure_totals(market)


def test_only_the_seller_of_a_listing_and_operators_get_its_sales(market: Market) -> None:
    rod = market.listed()
    market.settle()
    assert ask(market, "listing_sales", OPERATOR, listing_id=rod)["sold"] is False
    with pytest.raises(NoSuchListing):
        ask(market, "listing_sales", BORIS, listing_id=rod)


def test_only_owner_leaders_and_operators_get_the_sales_of_a_community(market: Market) -> None:
    market.found_group(CHEN, DORA)
    for allowed in (CHEN, DORA, OPERATOR):
        assert ask(market, "community_sales", allowed, group_id=GROUP)["sold"] is False
    with pytest.raises(NoSuchShelf):
        ask(market, "community_sales", BORIS, group_id=GROUP)


def test_lines_come_in_pages_the_latest_first(market: Market) -> None:
    rod = market.listed(stock=9)
    bought = [buy(market, person(number), line(rod))["order_ids"][0] for number in range(5)]
    asked: dict[str, Any] = {"listing_id": rod, "limit": 2}
    pages = [ask(market, "listing_sales", ANNA, **asked)]
    while pages[-1]["next"]:
        pages.append(ask(market, "listing_sales", ANNA, **asked, cursor=pages[-1]["next"]))
    assert [item["order_id"] for page in pages for item in page["items"]] == bought[::-1]
    assert len(pages) == 3
    assert {page["orders"] for page in pages} == {5}


def test_operators_see_what_sold_most(market: Market) -> None:
    rod, lamp = market.listed(stock=9), market.listed(stock=9, title="Lamp", price_minor=20_000)
    put_on_shelf(market, CHEN, rod)
    buy(market, BORIS, line(rod, 3, GROUP), line(lamp))
    listings = ask(market, "listings_sold", OPERATOR)
    assert [(row["title"], row["gross_minor"]) for row in listings["items"]] == [("Rod", 36_000), ("Lamp", 20_000)]
    groups = ask(market, "communities_sold", OPERATOR)
    assert [(row["group_id"], row["gross_minor"]) for row in groups["items"]] == [(str(GROUP), 36_000)]


def test_after_everything_that_can_happen_sales_and_ledger_agree(tmp_path: Path) -> None:
    with Market(tmp_path) as market:
        eventful(market)
        for row in ask(market, "listings_sold", OPERATOR)["items"]:
            seen = ask(market, "listing_sales", OPERATOR, listing_id=row["listing_id"])
            assert seen["ledger"] == seen["amounts"]
            assert seen["position"] == f"mall:{market.position}"
        assert ask(market, "community_sales", CHEN, group_id=GROUP)["equal"]


OF_GROUP = sales.update().where(sales.c.group_id == str(GROUP))
OF_ACCOUNT = balances.update().where(balances.c.account == "community_held")
TAMPERINGS = [
    OF_GROUP.values(gross_minor=sales.c.gross_minor + 1),
    OF_GROUP.values(refunded_minor=1, seller_minor=sales.c.seller_minor - 1),
    OF_GROUP.values(platform_minor=sales.c.platform_minor + 1, seller_minor=sales.c.seller_minor - 1),
    OF_GROUP.values(community_minor=sales.c.community_minor - 1, seller_minor=sales.c.seller_minor + 1),
    OF_GROUP.values(group_id=str(OTHER_GROUP)),
    sales.delete().where(sales.c.group_id == str(GROUP)),
    sales.delete().where(sales.c.group_id.is_(None)),
    entries.update().where(entries.c.account == "seller_held").values(amount_minor=entries.c.amount_minor - 1),
    entries.delete().where(entries.c.account == "platform_held"),
    OF_ACCOUNT.values(balance_minor=balances.c.balance_minor - 1),
    OF_ACCOUNT.values(party_id=str(OTHER_GROUP)),
]


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=range(len(TAMPERINGS)))
def test_figures_that_differ_from_the_ledger_are_an_error_and_no_answer(market: Market, tampering: Any) -> None:
    rod, lamp = market.listed(), market.listed()
    put_on_shelf(market, CHEN, rod)
    buy(market, BORIS, line(rod, 1, GROUP), line(lamp))
    assert ask(market, "community_sales", CHEN, group_id=GROUP)["equal"]
    with market.service.views.writing() as connection:
        connection.execute(tampering)
    with pytest.raises(FiguresApart):
        ask(market, "community_sales", CHEN, group_id=GROUP)


OF_MONTHS = [
    sold_in_month.update().values(gross_minor=sold_in_month.c.gross_minor + 1),
    sold_in_month.update().values(platform_minor=sold_in_month.c.platform_minor - 1),
    sold_in_month.delete(),
    booked_in_month.update().where(booked_in_month.c.account == "seller_held").values(amount_minor=0),
    booked_in_month.delete().where(booked_in_month.c.topic == Paid.TOPIC),
]


@pytest.mark.parametrize("tampering", OF_MONTHS, ids=range(len(OF_MONTHS)))
def test_months_that_differ_from_the_ledger_are_an_error_and_no_answer(market: Market, tampering: Any) -> None:
    buy(market, BORIS, line(market.listed(), 1))
    assert ask(market, "months_sold", OPERATOR)["items"]
    with market.service.views.writing() as connection:
        connection.execute(tampering)
    with pytest.raises(FiguresApart):
        ask(market, "months_sold", OPERATOR)


def test_there_are_no_figures_while_one_of_the_views_is_made_again(market: Market) -> None:
    rod = market.listed()
    market.settle()
    with market.service.views.writing() as connection:
        mine = tracking.c.view == LedgerView().tracking_name
        connection.execute(tracking.update().where(mine).values(position=1))
    with pytest.raises(FiguresNotReady):
        ask(market, "listing_sales", ANNA, listing_id=rod)


def test_what_was_paid_out_changes_no_share_of_what_was_sold(market: Market) -> None:
    rod = market.listed()
    put_on_shelf(market, CHEN, rod)
    terms(market, schedule="weekly")
    account(market, GROUP, CHEN, "acct_group")
    opened = buy(market, BORIS, line(rod, 1, GROUP))
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    for _ in ("released", "paid out"):
        market.pass_time(days=8)
    seen = ask(market, "community_sales", CHEN, group_id=GROUP)
    assert (seen["community_minor"], seen["equal"]) == (1_200, True)
    report = ask(market, "shelf_report", CHEN, group_id=GROUP)
    (row,), (balance,) = report["by_listing"], report["balances"]
    assert (row["gross_minor"], row["community_minor"]) == (12_000, 1_200)
    stands = [balance[f"{name}_minor"] for name in ("held", "available", "paying", "paid", "debt")]
    assert stands == [0, 0, 1_200, 0, 0]


def test_only_owners_and_operators_read_what_became_of_the_shares(market: Market) -> None:
    market.found_group(CHEN, DORA)
    for allowed in (CHEN, OPERATOR):
        seen = ask(market, "shelf_report", allowed, group_id=GROUP)
        assert (seen["by_listing"], seen["balances"]) == ([], [])
    for actor, group_id in ((DORA, GROUP), (BORIS, GROUP), (BORIS, BORIS), (OPERATOR, BORIS)):
        with pytest.raises(NoSuchShelf):
            ask(market, "shelf_report", actor, group_id=group_id)
