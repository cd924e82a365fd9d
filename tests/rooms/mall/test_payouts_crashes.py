"""A crash between any two effects of paying out: opened again and gone on with, no payout is lost, none is made twice.

An effect is a commit of the store or a call on the provider. Each is crashed once before it and once after it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from .crashes import Crash, Crashes
from .market import ANNA, DORA, OPERATOR, Market
from .paying import EARNED, SELLER, account, account_of, ensure_sound, payable, payouts, sold, terms, told

EFFECTS = 16


class TransferCrashes(Crashes):
    """Dies at commits, and at what the provider is asked for payouts."""

    def watch_transfers(self, market: Market) -> None:
        market.provider.request_transfer = self.around(market.provider.request_transfer, Crash)  # type: ignore[method-assign]


def the_whole_way(market: Market) -> list[Callable[[], object]]:
    """Asked for by hand, approved, paid, returned by the bank, set anew, and paid on the payday."""
    found: dict[str, UUID] = {}

    def ask() -> None:
        wanted = {"party_id": SELLER, "currency": "EUR", "amount_minor": EARNED}
        found["payout_id"] = UUID(market.do("request_payout", ANNA, "ask", **wanted)["payout_id"])

    def approve(operator_id: UUID) -> Callable[[], object]:
        return lambda: market.do("approve_payout", operator_id, f"approve {operator_id}", payout_id=found["payout_id"])

    def end(payout_id: UUID, status: str) -> None:
        market.provider.end_transfer(payout_id, status, "account_closed" if status == "returned" else "")
        told(market, payout_id, f"evt_{status}_{payout_id}")

    def set_anew() -> None:
        set_to = {"party_id": SELLER, "destination": "acct_other", "agrees": True}
        market.do("set_payout_account", ANNA, "set", **set_to)

    def end_latest() -> None:
        end(payouts(market)[-1].id, "paid")

    # What dies at a commit of the clock is tried again a moment later, in the same process.
    wait, payday = lambda: market.pass_time(seconds=1), lambda: market.pass_time(days=7)
    return [
        ask, approve(OPERATOR), approve(DORA), wait, wait, lambda: end(found["payout_id"], "paid"),
        lambda: end(found["payout_id"], "returned"), set_anew, payday, wait, approve_latest(market, OPERATOR),
        approve_latest(market, DORA), wait, wait, end_latest,
    ]  # fmt: skip


def approve_latest(market: Market, operator_id: UUID) -> Callable[[], object]:
    """The payout of the payday."""
    return lambda: market.do(
        "approve_payout", operator_id, f"second {operator_id}", payout_id=payouts(market)[-1].id
    )  # fmt: skip


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """How balances, payouts and books stand at the end, and how many effects there were."""
    with Market(folder) as market:
        market.seller()
        terms(market, schedule="weekly", approval_above_minor=0, least_minor=EARNED)
        account(market)
        sold(market, days=7)
        market.settle()
        crashes = TransferCrashes(at, after)
        crashes.watch_transfers(market)
        crashes.walk(market, the_whole_way(market))
        market.pass_time(hours=2)
        assert market.account("provider") == market.provider.balance_minor
        ensure_sound(market)
        outcome = (
            [(one.status, one.amount_minor) for one in payouts(market)], payable(market).balance_minor,
            account_of(market).refused_as, market.account("payouts_due"), len(market.provider.transfers),
        )  # fmt: skip
        return outcome, crashes.seen


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    outcome, effects = walked(tmp_path_factory.mktemp("undisturbed"), None, after=False)
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    return outcome


def test_undisturbed_it_is_paid_once_after_it_had_come_back(undisturbed: Any) -> None:
    assert undisturbed == ([("returned", EARNED), ("paid", EARNED)], 0, None, 0, 2)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, EFFECTS + 1))
def test_a_crash_at_any_effect_changes_nothing_in_the_end(
    tmp_path: Path, undisturbed: Any, at: int, after: bool
) -> None:
    outcome, _ = walked(tmp_path, at, after)
    assert outcome == undisturbed
