"""A crash before and after each thing that is stored on the way of a dispute: in the end nothing differs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .crashes import Crashes, one_row_at_a_time
from .market import ANNA, BORIS, DORA, Market

EFFECTS = 13


def the_whole_way(market: Market, rod: str, reel: str) -> list[Callable[[], object]]:
    """Bought of two, paid, one delivered; disputed twice, once lost, once won; released: each may be taken again."""
    found: dict[str, Any] = {}
    lines = [{"listing_id": one, "quantity": 1} for one in (rod, reel)]

    def buy() -> None:
        found.update(market.do("open_checkout", BORIS, "buy", lines=lines, payment_method="card"))

    def capture() -> None:
        market.provider.capture(found["payment_id"])
        market.told(found["payment_id"])

    def deliver() -> None:
        market.do("deliver", ANNA, "deliver", order_id=found["order_ids"][0])

    def tell(dispute_id: str, status: Any = None) -> Callable[[], None]:
        def told() -> None:
            if status is None:
                market.provider.disputed.open(dispute_id, found["payment_id"], 3_000)
            else:
                market.provider.disputed.end(dispute_id, status)
            market.told_of_dispute(dispute_id)

        return told

    def wait() -> None:
        market.pass_time(seconds=1)

    def release() -> None:
        market.pass_time(days=8)

    return [
        buy, wait, capture, deliver, tell("dp_1"), tell("dp_2"), tell("dp_1", "lost"), wait, tell("dp_2", "won"),
        release,
    ]  # fmt: skip


def walked(folder: Path, at: int | None, after: bool) -> tuple[dict[str, int], int]:
    """How the books stand at the end, and how often something was stored."""
    with Market(folder) as market, one_row_at_a_time():
        market.seller()
        market.seller(DORA)
        rod, reel = market.listed(), market.listed(DORA, price_minor=3_000)
        market.settle()
        crashes = Crashes(at, after)
        crashes.walk(market, the_whole_way(market, rod, reel))
        market.pass_time(hours=2)
        assert market.account("provider") == market.provider.balance_minor
        accounts: dict[str, int] = {}
        for (account, _), amount in market.books().items():
            accounts[account] = accounts.get(account, 0) + amount
        return accounts, crashes.seen


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    accounts, effects = walked(tmp_path_factory.mktemp("undisturbed"), None, after=False)
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    return accounts


def test_undisturbed_the_parties_bear_the_dispute_that_was_lost(undisturbed: dict[str, int]) -> None:
    assert undisturbed == {
        "provider": 12_000 + 3_000 - 3_000 - 1_500, "processing_fees": 1_500, "seller_available": -9_120,
        "platform_fees": -480, "seller_held": -2_280, "platform_held": -120,
    }  # fmt: skip


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, EFFECTS + 1))
def test_a_crash_at_any_effect_changes_nothing_in_the_end(
    tmp_path: Path, undisturbed: dict[str, int], at: int, after: bool
) -> None:
    accounts, _ = walked(tmp_path, at, after)
    assert accounts == undisturbed
