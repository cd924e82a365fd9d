"""A crash between any two effects of splitting: opened again, nothing is split, pulled back or freed twice, or never.

An effect is a commit of the store or a call on the provider. Each is crashed once before it and once after it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from .attributing import by_way, linked, rod_on_shelf
from .crashes import Crash, Crashes
from .market import ANNA, BORIS, CHEN, GROUP, OPERATOR, Market
from .paying import account, ensure_sound, payable, payouts, terms
from .questioning import buy
from .splits_double import SplitsDouble

EFFECTS = 10


class SplitCrashes(Crashes):
    """Dies at commits, and at what the provider is asked for splits."""

    def watch_splits(self, splits: SplitsDouble) -> None:
        for name in ("split", "pull_back", "unfreeze"):
            setattr(splits, name, self.around(getattr(splits, name), Crash))


def the_whole_way(market: Market, opened: dict[str, Any]) -> list[Callable[[], object]]:
    """Released, split, freed; refunded, pulled back."""
    (order_id,) = opened["order_ids"]
    (line_id,) = market.orders(opened)[0].lines
    found: dict[str, Any] = {}

    def refund() -> None:
        asked = {"order_id": order_id, "line_id": line_id, "quantity": 1}
        found["refund_id"] = market.do("refund_line", OPERATOR, "refund", **asked)["refund_id"]

    def paid_back() -> None:
        market.provider.end_refund(found["refund_id"])
        market.told_of_refund(found["refund_id"])

    def wait() -> None:
        market.pass_time(seconds=30)

    return [lambda: market.pass_time(days=8), wait, wait, refund, wait, paid_back, wait]


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """How balances, payouts, the provider and books stand at the end, and how many effects there were."""
    splits = SplitsDouble()
    with Market(folder) as market:
        market.seller()
        market.provider.splits = splits
        terms(market, schedule="monthly")
        rod = rod_on_shelf(market)
        account(market, GROUP, CHEN, "acct_mch_1900000110")
        opened = buy(market, BORIS, by_way(rod, link_id=linked(market, rod, group_id=GROUP)))
        market.do("deliver", ANNA, order_id=opened["order_ids"][0])
        market.settle()
        crashes = SplitCrashes(at, after)
        crashes.watch_splits(splits)
        crashes.walk(market, the_whole_way(market, opened))
        market.pass_time(hours=3)
        assert market.account("provider") == market.provider.balance_minor - splits.gone_minor
        ensure_sound(market)
        outcome = (
            [(one.status, one.amount_minor, one.pulled_back_minor) for one in payouts(market)],
            payable(market, "community", GROUP).balance_minor, market.account("payouts_due"), len(splits.splits),
            [one.amount_minor for one in splits.pull_backs.values()], splits.unfrozen == [UUID(opened["payment_id"])],
        )  # fmt: skip
        return outcome, crashes.seen


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    outcome, effects = walked(tmp_path_factory.mktemp("undisturbed"), None, after=False)
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    return outcome


def test_undisturbed_it_is_split_freed_and_pulled_back_once(undisturbed: Any) -> None:
    assert undisturbed == ([("paid", 600, 600)], 0, 0, 1, [600], True)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, EFFECTS + 1))
def test_a_crash_at_any_effect_changes_nothing_in_the_end(
    tmp_path: Path, undisturbed: Any, at: int, after: bool
) -> None:
    outcome, _ = walked(tmp_path, at, after)
    assert outcome == undisturbed
