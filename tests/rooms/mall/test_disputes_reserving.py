"""Disputes of what was released: it is reserved until they have ended, and nobody is paid it meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.payable import Payable
from services.mall.domain.refusals import BalanceTooLow

from .market import GROUP, Market
from .paying import EARNED, account, asked, ensure_sound, paid_out, payable, payout, sold, terms
from .questioning import ask
from .test_disputes import ANNA, ended, opened_dispute
from .test_payments_refunds import delivered, through_the_shelf


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        terms(market)
        account(market)
        yield market
        market.settle()
        ensure_sound(market)


def free(market: Market, role: str = "seller", **of: Any) -> int:
    return payable(market, role, **of).free_minor


def test_what_is_disputed_after_release_is_not_paid_out(market: Market) -> None:
    opened_dispute(market, sold(market), 6_000)
    assert free(market) == EARNED - 5_700
    with pytest.raises(BalanceTooLow):
        asked(market, EARNED)
    payout_id = asked(market)
    assert payout(market, payout_id).amount_minor == EARNED - 5_700


def test_every_party_that_earned_keeps_its_part(market: Market) -> None:
    opened = through_the_shelf(market)
    delivered(market, opened)
    market.pass_time(days=8)
    opened_dispute(market, opened)
    assert (free(market), free(market, "community", party_id=GROUP)) == (0, 0)
    assert payable(market, "community", GROUP).balance_minor == 1_200
    ended(market, "won")
    assert (free(market), free(market, "community", party_id=GROUP)) == (10_200, 1_200)


def test_lost_it_is_charged_and_no_more_than_that(market: Market) -> None:
    opened_dispute(market, sold(market), 6_000)
    ended(market, "lost")
    assert (free(market), payable(market).reserved) == (EARNED - 5_700, {})


def test_what_was_paid_out_before_is_a_debt_only_when_it_is_lost(market: Market) -> None:
    opened = sold(market)
    paid_out(market, asked(market))
    opened_dispute(market, opened)
    assert (payable(market).balance_minor, payable(market).debts) == (0, [])
    sold(market)
    assert (payable(market).balance_minor, free(market)) == (EARNED, 0)
    ended(market, "lost")
    assert (payable(market).balance_minor, free(market)) == (0, 0)


def test_a_payout_that_is_not_sent_yet_comes_back(market: Market) -> None:
    terms(market, approval_above_minor=0)
    opened = sold(market)
    payout_id = asked(market)
    opened_dispute(market, opened)
    for operator_id in (UUID(int=0xA0), UUID(int=0xA1)):
        market.do("approve_payout", operator_id, payout_id=payout_id)
    market.settle()
    assert (payout(market, payout_id).status, market.provider.transfers) == ("cancelled", {})
    assert (payable(market).balance_minor, free(market)) == (EARNED, 0)


def test_a_payday_pays_what_is_free_and_the_rest_when_it_was_won(market: Market) -> None:
    opened = sold(market)
    opened_dispute(market, opened, 6_000)
    terms(market, schedule="daily")
    market.pass_time(days=9)
    drawn = [fact.amount_minor for fact in market.facts if isinstance(fact, Payable.Drawn)]
    assert drawn == [EARNED - 5_700]
    (balance,) = ask(market, "account", ANNA, party_id=payable(market).party_id)["balances"]
    assert (balance["not_paid_as"], balance["reserved_minor"]) == ("disputed", 5_700)
    ensure_sound(market)
    ended(market, "won")
    market.pass_time(days=2)
    assert payable(market).balance_minor == 0
