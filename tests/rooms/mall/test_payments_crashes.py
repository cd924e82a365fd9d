"""A crash between any two effects: whatever died, the platform is opened again and gone on with, and nothing differs.

An effect is a commit of the store or a call on the provider. Each is crashed once before it and once after it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain.listing import Listing

from .crashes import Crashes, one_row_at_a_time
from .market import ANNA, BORIS, DORA, Market
from .questioning import ask

EFFECTS = 13


def the_whole_way(market: Market, rod: str, reel: str) -> list[Callable[[], object]]:
    """Bought, paid, told, delivered, one line refunded, told, released: each step may be taken again."""
    lines = [{"listing_id": rod, "quantity": 2}, {"listing_id": reel, "quantity": 1}]
    found: dict[str, Any] = {}

    def buy() -> None:
        found.update(market.do("open_checkout", BORIS, "buy", lines=lines, payment_method="card"))

    def capture() -> None:
        market.provider.capture(found["payment_id"])
        market.told(found["payment_id"])

    def deliver() -> None:
        market.do("deliver", ANNA, "deliver", order_id=found["order_ids"][0])

    def refund() -> None:
        (line_id,) = market.orders(found)[0].lines
        asked = {"order_id": found["order_ids"][0], "line_id": line_id, "quantity": 1}
        found["refund_id"] = market.do("refund_line", ANNA, "refund", **asked)["refund_id"]

    def paid_back() -> None:
        market.provider.end_refund(found["refund_id"])
        market.told_of_refund(found["refund_id"])

    def wait() -> None:
        market.pass_time(seconds=1)

    def release() -> None:
        market.pass_time(days=8)

    return [buy, wait, capture, wait, deliver, refund, wait, paid_back, wait, release]


def walked(folder: Path, at: int | None, after: bool) -> tuple[Any, int]:
    """How books and stock stand at the end, and how many effects there were."""
    with Market(folder) as market, one_row_at_a_time():
        market.seller()
        market.seller(DORA)
        rod, reel = market.listed(), market.listed(DORA, title="Reel", price_minor=3_333)
        market.settle()
        crashes = Crashes(at, after)
        crashes.watch_provider(market)
        crashes.walk(market, the_whole_way(market, rod, reel))
        market.pass_time(hours=2)
        assert market.account("provider") == market.provider.balance_minor
        return _outcome(market, rod, reel), crashes.seen


def _outcome(market: Market, *listing_ids: str) -> Any:
    accounts: dict[str, int] = {}
    for (account, _), amount in market.books().items():
        accounts[account] = accounts.get(account, 0) + amount
    stock = [_stock(market.service.store.load(Listing, UUID(one))) for one in listing_ids]
    issued = [ask(market, "documents", seller)["items"] for seller in (ANNA, DORA)]
    return accounts, stock, [[(one["kind"], one["number"][-6:]) for one in of_seller] for of_seller in issued]


def _stock(listing: Listing | None) -> tuple[int, int, int]:
    assert listing is not None
    return listing.on_hand, listing.reserved, listing.sold


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    outcome, effects = walked(tmp_path_factory.mktemp("undisturbed"), None, after=False)
    assert effects == EFFECTS, f"there are {effects} effects now: crash at each of them"
    return outcome


def test_undisturbed_the_money_and_the_stock_are_right(undisturbed: Any) -> None:
    accounts, stock, issued = undisturbed
    assert issued == [[("credit_note", "000002"), ("invoice", "000001")], [("invoice", "000001")]]
    assert stock == [(1, 0, 2), (2, 0, 1)]
    assert accounts == {
        "provider": 12_000 + 3_333, "seller_available": -11_400, "seller_held": -3_166, "platform_fees": -600,
        "platform_held": -167,
    }  # fmt: skip


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, EFFECTS + 1))
def test_a_crash_at_any_effect_changes_nothing_in_the_end(
    tmp_path: Path, undisturbed: Any, at: int, after: bool
) -> None:
    outcome, _ = walked(tmp_path, at, after)
    assert outcome == undisturbed
