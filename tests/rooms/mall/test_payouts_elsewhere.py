"""What was sold and paid elsewhere is paid out elsewhere; and nobody gets at an account by another's id."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.application.payables import Payables
from services.mall.domain.payable import Payable
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.refusals import BalanceTooLow

from .market import ANNA, BORIS, CHEN, OPERATOR, Market
from .paying import DESTINATION, SELLER, account, asked, ensure_sound, terms, unsound

THEN = "2017-10-02T10:56:33Z"


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        yield market


def sold_elsewhere(market: Market) -> None:
    """Anna sold a tent long ago, for which nobody paid here; nothing of it can be sent back any more."""

    def record(what: str, **fields: Any) -> dict[str, Any]:
        return market.do(f"record_{what}", OPERATOR, happened_at=THEN, **fields)

    seller_id = record("seller", person_id=ANNA, name="Anna")["seller_id"]
    goods, sale, order = UUID(int=0x5A), UUID(int=0x51), UUID(int=0x52)
    listing = {"listing_id": goods, "seller_id": seller_id, "title": "Tent", "price_minor": 1, "currency": "EUR"}
    record("listing", **listing, tags=["camping"], commission_bps=0)
    line = {"line_id": UUID(int=0x70), "listing_id": goods, "quantity": 1, "unit_price_minor": 10_000}
    line |= {"freight_minor": 0, "commission_bps": 0, "platform_fee_bps": 0}
    told = [{"order_id": order, "seller_id": seller_id, "lines": [line]}]
    record("sale", checkout_id=sale, buyer_id=BORIS, currency="EUR", orders=told)
    record("settlement", checkout_id=sale)
    record("delivery", order_id=order)
    market.settle()


def available_minor(market: Market) -> int:
    return -market.books().get(("seller_available", str(SELLER)), 0)


def test_what_was_paid_elsewhere_is_not_paid_out_here(market: Market) -> None:
    sold_elsewhere(market)
    assert available_minor(market) == 10_000
    terms(market)
    account(market)
    with pytest.raises(BalanceTooLow):
        asked(market)
    assert [fact for fact in market.facts if isinstance(fact, Payable.Credited)] == []
    ensure_sound(market)


def test_without_the_guard_what_was_paid_elsewhere_is_paid_out_and_the_audit_finds_it(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Payables, "_is_paid_here", lambda self, root: True)
    sold_elsewhere(market)
    terms(market)
    account(market)
    asked(market)
    assert "payables" in unsound(market)


def test_the_account_of_a_person_is_not_that_of_a_group_with_her_id(market: Market) -> None:
    account(market, ANNA, ANNA)
    market.found_group(CHEN, group_id=ANNA)
    account(market, ANNA, CHEN, "acct_chen")
    mine, theirs = (market.service.store.load(PayoutAccount, PayoutAccount.create_id(role, ANNA))
                    for role in ("member", "community"))  # fmt: skip
    assert mine is not None
    assert theirs is not None
    assert (mine.destination, theirs.destination) == (DESTINATION, "acct_chen")
