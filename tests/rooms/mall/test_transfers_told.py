"""What the payment provider says of a transfer is known of its payout, however often and in whichever order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.payout import Payout
from services.mall.domain.refusals import AmountDiffers

from .market import ANNA, Market


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


def requested(market: Market) -> UUID:
    """A payout that the provider was asked for."""
    opened = market.paid(market.listed())
    seller_id = market.orders(opened)[0].seller_id
    market.do("set_payout_account", ANNA, party_id=seller_id, destination="acct_anna", agrees=True)
    market.do("deliver", ANNA, order_id=opened["order_ids"][0])
    for _ in range(15):  # the return window closes, and then a payday comes
        market.pass_time(days=1)
    (transfer_id,) = market.provider.transfers
    return transfer_id


def ended(market: Market, transfer_id: UUID, status: str, **changes: Any) -> int:
    """The provider has come to an end with it, and says so."""
    market.provider.end_transfer(transfer_id, status, "account_closed", **changes)
    return market.callback(f"evt_{status}", f"transfer.{status}", market.provider.transfer_document(transfer_id))


def standing(market: Market, transfer_id: UUID) -> str:
    payout = market.service.store.load(Payout, transfer_id)
    assert payout is not None
    return payout.status


@pytest.mark.parametrize("status", ["paid", "failed", "returned"])
def test_each_outcome_is_told_by_a_callback_and_again_changes_nothing(market: Market, status: str) -> None:
    transfer_id = requested(market)
    assert (ended(market, transfer_id, status), standing(market, transfer_id)) == (204, status)
    position = market.position
    market.provider.transfers[transfer_id]["status"] = status
    again = market.callback("evt_again", f"transfer.{status}", market.provider.transfer_document(transfer_id))
    assert (again, market.position) == (204, position)
    assert market.account("provider") == market.provider.balance_minor


def test_a_payment_that_is_told_after_its_return_changes_nothing(market: Market) -> None:
    transfer_id = requested(market)
    paid = market.provider.transfer_document(transfer_id) | {"status": "paid"}
    assert ended(market, transfer_id, "returned") == 204
    assert (market.callback("evt_paid", "transfer.paid", paid), standing(market, transfer_id)) == (204, "returned")
    assert market.account("provider") == market.provider.balance_minor == 12_000


def test_another_amount_than_was_sent_is_refused_and_waits_for_a_person(market: Market) -> None:
    transfer_id = requested(market)
    with pytest.raises(AmountDiffers):
        ended(market, transfer_id, "paid", amount_minor=1)
    assert standing(market, transfer_id) == "sent"


@pytest.mark.parametrize(("fault", "asked"), [("lost", 1), ("dropped", 2)])
def test_a_lost_answer_is_asked_for_and_nothing_is_sent_twice(market: Market, fault: str, asked: int) -> None:
    market.provider.transferred = "paid"
    market.provider.faults.extend(["", fault])  # the payment, then the transfer
    transfer_id = requested(market)
    assert standing(market, transfer_id) == "paid"
    assert market.provider.requests.count(transfer_id) == asked
    assert market.account("provider") == market.provider.balance_minor
