"""A crash between any two effects of withholding: opened again and gone on with, nothing is lost, nothing moves twice.

An effect is a commit of the store. Each is crashed once before it and once after it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from .attributing import by_way, linked
from .crashes import Crashes, one_row_at_a_time
from .market import ANNA, BORIS, DORA, OPERATOR, Market
from .paying import ensure_sound
from .questioning import buy
from .suspecting import OTHER_OPERATOR, TERMS, WORDS, hold, same_account

EFFECTS = 7


def the_whole_way(market: Market, sold: list[dict[str, Any]]) -> list[Callable[[], object]]:
    """Two are released and suspected; one is appealed against and forfeited, nobody decides on the other."""
    forfeited, _ = sold

    def appeal() -> None:
        market.do("appeal_fraud_hold", DORA, "appeal", hold_id=hold(market, forfeited).id, text="We share a flat.")

    def forfeit(operator_id: UUID) -> None:
        decided = {"hold_id": hold(market, forfeited).id, "decision": "forfeit", **WORDS}
        market.do("decide_fraud_hold", operator_id, f"by {operator_id}", **decided)

    return [
        lambda: market.pass_time(days=8), lambda: market.pass_time(seconds=1), appeal, lambda: forfeit(OPERATOR),
        lambda: forfeit(OTHER_OPERATOR), lambda: market.pass_time(days=TERMS["hold_days"]),
        lambda: market.pass_time(seconds=1),
    ]  # fmt: skip


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """How holds and books stand at the end, and how many effects there were."""
    with Market(folder) as market, one_row_at_a_time():
        market.seller()
        same_account(market)
        rod = market.listed(stock=9)
        sold = [buy(market, BORIS, by_way(rod, link_id=linked(market, rod, DORA))) for _ in range(2)]
        for opened in sold:
            market.do("deliver", ANNA, order_id=opened["order_ids"][0])
        market.settle()
        crashes = Crashes(at, after)
        crashes.walk(market, the_whole_way(market, sold))
        ensure_sound(market)
        accounts = ("member_held", "member_withheld", "member_available", "seller_available")
        return [*(hold(market, one).outcome for one in sold), *map(market.account, accounts)], crashes.seen


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    outcome, effects = walked(tmp_path_factory.mktemp("undisturbed"), None, after=False)
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    return outcome


def test_undisturbed_one_is_the_sellers_and_one_the_earners(undisturbed: Any) -> None:
    assert undisturbed == ["forfeited", "lapsed", 0, 0, -1_200, -(2 * 10_200 + 1_200)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, EFFECTS + 1))
def test_a_crash_at_any_effect_changes_nothing_in_the_end(
    tmp_path: Path, undisturbed: Any, at: int, after: bool
) -> None:
    outcome, _ = walked(tmp_path, at, after)
    assert outcome == undisturbed
