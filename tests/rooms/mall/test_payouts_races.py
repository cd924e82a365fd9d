"""Many at once: what is there is drawn once, and the guard that sees to it was seen to be needed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.mall.application.payables import Payables
from services.mall.domain.payable import Payable
from services.mall.domain.refusals import BalanceTooLow

from .market import ANNA, OPERATOR, Market
from .paying import (
    EARNED,
    SELLER,
    account,
    asked,
    ensure_sound,
    paid_out,
    payable,
    payouts,
    refund,
    sold,
    terms,
    unsound,
)

AT_ONCE = 20


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        terms(market)
        account(market)
        sold(market)
        yield market


def all_at_once(market: Market) -> list[Any]:
    """Everything, asked for twenty times at the same moment."""

    async def all_of_them() -> list[Any]:
        wanted = {"party_id": SELLER, "currency": "EUR", "amount_minor": EARNED}
        asked = [market.doing("request_payout", ANNA, **wanted) for _ in range(AT_ONCE)]
        return await asyncio.gather(*asked, return_exceptions=True)

    return market.runner.run(all_of_them())


def test_xboard_860_two_withdrawals_at_once_are_one(market: Market) -> None:
    outcomes = all_at_once(market)
    refused = [one for one in outcomes if not isinstance(one, dict)]
    assert [type(one) for one in refused] == [BalanceTooLow] * (AT_ONCE - 1)
    paid_out(market, payouts(market)[0].id)
    assert (payable(market).balance_minor, market.provider.balance_minor) == (0, 12_000 - EARNED)
    ensure_sound(market)


def test_without_the_guard_of_the_balance_it_is_paid_many_times(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Payable, "_has", lambda *_: True)
    assert all(isinstance(one, dict) for one in all_at_once(market))
    assert payable(market).balance_minor == EARNED * (1 - AT_ONCE)


def test_the_same_withdrawal_asked_for_twice_is_one(market: Market) -> None:
    wanted = {"party_id": SELLER, "currency": "EUR", "amount_minor": 1_000}
    first, again = (market.do("request_payout", ANNA, "a key", **wanted) for _ in range(2))
    assert first["payout_id"] == again["payout_id"]
    assert len(payouts(market)) == 1


def test_a_withdrawal_by_hand_and_the_payday_at_once_draw_it_once(market: Market) -> None:
    terms(market, schedule="daily")
    market.pass_time(days=7)
    sold(market, days=7)
    before = len(payouts(market))
    asked(market)
    market.pass_time(days=1)
    assert [one.amount_minor for one in payouts(market)][before:] == [EARNED]
    ensure_sound(market)


def test_a_refund_and_a_withdrawal_at_once_are_both_booked(market: Market) -> None:
    opened = sold(market)
    (order,) = market.orders(opened)
    part = {"order_id": str(order.id), "line_id": next(iter(order.lines)), "quantity": 1}

    async def both() -> list[Any]:
        wanted = {"party_id": SELLER, "currency": "EUR", "amount_minor": 2 * EARNED}
        return await asyncio.gather(
            market.doing("request_payout", ANNA, **wanted), market.doing("refund_line", OPERATOR, **part),
            return_exceptions=True,
        )  # fmt: skip

    assert all(isinstance(one, dict) for one in market.runner.run(both()))
    assert payable(market).balance_minor == -EARNED
    assert payable(market).debts == [{"order_id": str(order.id), "amount_minor": EARNED}]
    market.settle()
    assert [one.status for one in payouts(market)] == ["cancelled"]
    assert payable(market).balance_minor == EARNED
    ensure_sound(market)


def test_a_balance_that_forgot_a_refund_would_be_found(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = sold(market)
    monkeypatch.setattr(Payables, "_take_in", lambda *_: None)
    refund(market, opened)
    assert "payables" in unsound(market)
