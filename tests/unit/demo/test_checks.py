"""The demo's own arithmetic, and that a figure which is off is always found."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.demo.checks import PARTIES, Checks, Sale, balances, largest_remainder, split, totals
from services.mall.domain.shares import allocate, shares_of_line

GROUP, SELLER = "group", "seller"


def a_sale(**more: Any) -> Sale:
    known = {
        "order_id": "order", "line_id": "line", "listing_id": "lamp", "buyer": "李明", "seller_id": SELLER,
        "group_id": GROUP, "quantity": 2, "unit_price_minor": 3_333, "shares": split(6_666, 750, 500),
    }  # fmt: skip
    return Sale(**{**known, **more})


def the_books(sales: list[Sale]) -> dict[str, Any]:
    rows = [
        {"account": account, "party_id": party, "currency": "CNY", "balance_minor": amount}
        for (account, party), amount in balances(sales).items()
    ]
    return {"accounts": rows, "sums": {"CNY": 0}}


def test_cents_that_do_not_divide_go_to_the_largest_fractions() -> None:
    assert split(6_666, 750, 500) == {"seller": 5_833, "community": 500, "member": 0, "platform": 333}
    assert split(12_990, 1_200, 500) == {"seller": 10_782, "community": 1_559, "member": 0, "platform": 649}


def test_of_equal_fractions_the_earlier_one_gets_the_cent() -> None:
    assert largest_remainder(3_333, [5_833, 500, 333]) == [2_917, 250, 166]


@given(st.integers(1, 10**9), st.integers(0, 5_000), st.integers(0, 3_000), st.integers(0, 10_000))
def test_the_two_ways_to_split_agree(price_minor: int, commission_bps: int, fee_bps: int, member_bps: int) -> None:
    earned = {"community": 10_000 - member_bps, "member": member_bps}
    ours = split(price_minor, commission_bps, fee_bps, earned["community"], earned["member"])
    assert ours == shares_of_line(price_minor, 0, commission_bps, fee_bps, earned)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5).filter(any), st.data())
def test_the_two_ways_to_round_agree(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    assert largest_remainder(amount, weights) == allocate(amount, weights)


def test_refunds_one_by_one_leave_nothing_over() -> None:
    sale = a_sale()
    backs = [sale.refund(1), sale.refund(1)]
    assert [sum(back.values()) for back in backs] == [3_333, 3_333]
    assert sale.left == dict.fromkeys(PARTIES, 0)
    assert balances([sale]) == {}


def test_the_expected_books_sum_to_zero() -> None:
    sales = [a_sale(), a_sale(is_released=True), a_sale(group_id=None, shares=split(6_666, 0, 500))]
    sales[1].refund(1)
    assert sum(balances(sales).values()) == 0
    assert totals(sales)["net_minor"] == balances(sales)["provider", None] == 16_665


def test_finds_nothing_wrong_with_books_that_are_right() -> None:
    checks = Checks()
    checks.books([a_sale()], the_books([a_sale()]), {None, GROUP, SELLER})
    assert checks.wrong == []
    assert len(checks.figures) == 5


def _off_by_a_cent(books: dict[str, Any]) -> None:
    books["accounts"][1]["balance_minor"] += 1


def _account_missing(books: dict[str, Any]) -> None:
    del books["accounts"][2]


def _account_nobody_expects(books: dict[str, Any]) -> None:
    books["accounts"].append({"account": "seller_available", "party_id": SELLER, "balance_minor": 5})


def _on_another_account(books: dict[str, Any]) -> None:
    books["accounts"][1]["account"] = "seller_available"


def _out_of_balance(books: dict[str, Any]) -> None:
    books["sums"]["CNY"] = -1


@pytest.mark.parametrize(
    "alter", [_off_by_a_cent, _account_missing, _account_nobody_expects, _on_another_account, _out_of_balance]
)
def test_finds_books_that_are_off(alter: Callable[[dict[str, Any]], None]) -> None:
    checks, books = Checks(), copy.deepcopy(the_books([a_sale()]))
    alter(books)
    checks.books([a_sale()], books, {None, GROUP, SELLER})
    assert checks.wrong


@pytest.mark.parametrize("party", PARTIES)
def test_finds_a_share_that_is_off_by_a_cent(party: str) -> None:
    checks, expected = Checks(), split(3_333, 750, 500)
    checks.every("shares", expected, expected | {party: expected[party] + 1})
    assert [(figure.expected, figure.seen) for figure in checks.wrong] == [(expected[party], expected[party] + 1)]


def test_finds_a_figure_that_the_platform_does_not_give() -> None:
    checks = Checks()
    checks.every("answer", {"units": 2}, {})
    assert [figure.seen for figure in checks.wrong] == ["missing"]
