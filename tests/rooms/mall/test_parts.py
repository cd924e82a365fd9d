"""A seller's part of a checkout that fails: refused, or left out; paid too late, it goes back and the others go on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.mall.application import checkouts
from services.mall.domain import refusals
from services.mall.domain.lines import order_line
from services.mall.queries.timeline import page_of_timeline

from .buckets import available
from .crashes import Crashes, StoreCrash
from .gathered import REGISTRATION, TICKETS, Gathered
from .market import ANNA, BORIS, CHEN, DORA, GROUP, Market
from .questioning import ask, line

FREIGHT = 999


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        for seller in (ANNA, CHEN, DORA):
            market.seller(seller)
        yield market


def with_freight(monkeypatch: pytest.MonkeyPatch) -> None:
    def line_with_freight(*told: Any) -> Any:
        before, after = told[:5], told[6:]
        return order_line(*before, FREIGHT, *after)  # type: ignore[call-arg]

    monkeypatch.setattr(checkouts, "order_line", line_with_freight)


def of_three(market: Market) -> list[str]:
    return [
        market.listed(seller, price_minor=price, stock=1)
        for seller, price in ((ANNA, 12_000), (CHEN, 5_001), (DORA, 700))
    ]


def paid_late(market: Market, key: str | None = None) -> tuple[dict[str, Any], list[str]]:
    """Three sellers' parts that expired; meanwhile the goods of the second were sold to somebody else."""
    goods = of_three(market)
    opened = market.bought(*goods, key=key)
    market.settle()
    market.pass_time(minutes=15)
    market.paid(goods[1], buyer_id=ANNA)
    market.provider.capture(opened["payment_id"])
    return opened, goods


def test_of_a_late_payment_each_part_is_sold_or_goes_back_by_itself(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_freight(monkeypatch)
    opened, goods = paid_late(market)
    before = market.books()
    assert market.told(opened["payment_id"], "evt_late") == 204
    market.settle()
    first, second, third = market.orders(opened)
    assert [order.status for order in (first, second, third)] == ["paid", "cancelled", "paid"]
    assert [market.listing(one).sold for one in goods] == [1, 1, 1]
    ((refund_id, refund),) = market.checkout(opened).refunds.items()
    assert (refund["order_id"], refund["amount_minor"]) == (str(second.id), 5_001 + FREIGHT)
    books = market.books()
    assert books.get(("unallocated", opened["checkout_id"]), 0) == 0
    held = {
        order.seller_id: books.get(("seller_held", str(order.seller_id)), 0)
        - before.get(("seller_held", str(order.seller_id)), 0)
        for order in (first, second, third)
    }
    assert held == {first.seller_id: -11_400 - FREIGHT, second.seller_id: 0, third.seller_id: -665 - FREIGHT}
    market.provider.end_refund(refund_id)
    market.told_of_refund(refund_id)
    assert market.account("refunds_due") == 0
    assert market.account("provider") == market.provider.balance_minor


def test_everybody_is_told_of_the_own_part_of_a_late_payment_alone(market: Market) -> None:
    opened, _ = paid_late(market)
    market.told(opened["payment_id"], "evt_late")
    market.settle()
    (refund_id,) = market.checkout(opened).refunds
    market.provider.end_refund(refund_id, "failed", "account_closed")
    market.told_of_refund(refund_id)
    store, (first, second, _) = market.service.store, market.orders(opened)
    pages = {order.id: page_of_timeline(store, order, 100, None) for order in (first, second)}
    told = {order_id: [row["what"] for row in page.rows] for order_id, page in pages.items()}
    assert "paid" in told[first.id]
    assert not any("refund" in what for what in told[first.id])
    assert [what for what in told[second.id] if "refund" in what] == ["refund_demanded", "refund_failed"]
    said = [(one.type.split(".")[2], one.data["order_id"]) for one in market.service.messages(0, 1_000).messages
            if one.type.startswith("agora.mall.order_") and one.data["order_id"] in opened["order_ids"]]  # fmt: skip
    paid = [order_id for what, order_id in said if what == "order_paid"]
    assert paid == [opened["order_ids"][0], opened["order_ids"][2]]
    seen = ask(market, "checkout", BORIS, checkout_id=opened["checkout_id"])
    assert [one["state"] for one in seen["orders"]] == ["paid", "cancelled", "paid"]
    assert [(one["order_id"], one["amount_minor"]) for one in seen["refunds"]] == [(str(second.id), 5_001)]


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_leaves_no_half_of_a_late_payment(tmp_path: Path, after: bool) -> None:
    with Market(tmp_path) as market:
        for seller in (ANNA, CHEN, DORA):
            market.seller(seller)
        opened, goods = paid_late(market)
        crashes = Crashes(1, after)
        crashes.watch_store(market)
        with pytest.raises(StoreCrash):
            market.told(opened["payment_id"], "evt_late")
        market.reopen()
        assert [order.status for order in market.orders(opened)] == (
            ["paid", "cancelled", "paid"] if after else ["cancelled"] * 3
        )
        assert market.told(opened["payment_id"], "evt_late") == 204
        market.settle()
        assert [order.status for order in market.orders(opened)] == ["paid", "cancelled", "paid"]
        assert [one["amount_minor"] for one in market.checkout(opened).refunds.values()] == [5_001]
        assert market.books().get(("unallocated", opened["checkout_id"]), 0) == 0
        assert [market.listing(one).sold for one in goods] == [1, 1, 1]


def sold_out(market: Market, reel: str) -> None:
    market.paid(reel, buyer_id=ANNA)


def withdrawn(market: Market, reel: str) -> None:
    market.do("withdraw_listing", CHEN, listing_id=reel, reason="discontinued")


def suspended(market: Market, reel: str) -> None:
    market.withdraw_claim(CHEN)


FAILS: list[tuple[Callable[[Market, str], None], type[refusals.SoldOut] | Any]] = [
    (sold_out, refusals.SoldOut), (withdrawn, refusals.ListingWithdrawn), (suspended, refusals.SellerSuspended),
]  # fmt: skip


@pytest.mark.parametrize(("fail", "why"), FAILS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_part_that_fails_is_left_out_as_a_whole_where_that_is_asked_for(
    market: Market, fail: Callable[[Market, str], None], why: Any
) -> None:
    rod, reel, spool = market.listed(), market.listed(CHEN, stock=1), market.listed(CHEN)
    fail(market, reel)
    before = market.position
    with pytest.raises(why):
        market.bought(spool, rod, reel)
    assert market.position == before
    opened = market.bought(spool, rod, reel, if_part_fails="leave_out")
    (left_out,) = opened["left_out"]
    seller_id, code = str(market.listing(reel).seller_id), why.code
    assert (left_out["seller_id"], left_out["listing_ids"], left_out["code"]) == (seller_id, [spool, reel], code)
    assert left_out["sentence"].endswith(".")
    assert (len(opened["order_ids"]), opened["total_minor"]) == (1, 12_000)
    assert [market.listing(one).reserved for one in (rod, reel, spool)] == [1, 0, 0]
    assert [one["order_id"] for one in market.checkout(opened).orders] == opened["order_ids"]


def test_a_stock_in_buckets_that_does_not_suffice_fails_its_part_alone(market: Market) -> None:
    rod, reel, spool = market.listed(), market.listed(CHEN, stock=4), market.listed(CHEN)
    market.do("spread_stock", CHEN, listing_id=reel, buckets=3)
    wanted = [line(rod), line(spool), line(reel, 5)]
    opened = market.bought(lines=wanted, if_part_fails="leave_out")
    assert [one["code"] for one in opened["left_out"]] == [refusals.SoldOut.code]
    assert (sum(available(market, reel)), available(market, spool)) == (4, [market.listing(spool).on_hand])
    market.bought(lines=[line(spool), line(reel, 4)], if_part_fails="leave_out")
    assert (sum(available(market, reel)), market.listing(spool).reserved) == (0, 1)


def test_a_way_that_does_not_stand_fails_its_part_alone(market: Market) -> None:
    rod, reel = market.listed(), market.listed(CHEN)
    opened = market.bought(lines=[line(rod), line(reel, 1, GROUP)], if_part_fails="leave_out")
    assert [one["code"] for one in opened["left_out"]] == ["mall.no_such_shelf"]


def test_nobody_orders_of_herself_and_the_others_go_on(market: Market) -> None:
    opened = market.bought(market.listed(), market.listed(CHEN), buyer_id=ANNA, if_part_fails="leave_out")
    assert [one["code"] for one in opened["left_out"]] == ["mall.own_purchase"]


def test_where_nothing_fails_nothing_is_left_out(market: Market) -> None:
    assert market.bought(market.listed(), market.listed(CHEN))["left_out"] == []
    assert market.bought(market.listed(), market.listed(CHEN), if_part_fails="leave_out")["left_out"] == []


def test_a_checkout_of_which_nothing_is_left_is_refused_with_why(market: Market) -> None:
    rod, reel = market.listed(stock=0), market.listed(CHEN)
    withdrawn(market, reel)
    before = market.position
    with pytest.raises(refusals.NoPartLeft) as refused:
        market.bought(rod, reel, if_part_fails="leave_out")
    assert [one["code"] for one in refused.value.facts["left_out"]] == ["mall.sold_out", "mall.listing_withdrawn"]
    assert market.position == before


WRONG: list[tuple[Callable[[str], dict[str, Any]], Any]] = [
    (lambda reel: {"listing_id": str(uuid4()), "quantity": 1}, refusals.NoSuchListing),
    (lambda reel: line(reel) | {"registration_id": UUID(int=1)}, refusals.RegistrationNotNeeded),
]


@pytest.mark.parametrize(("wrong", "why"), WRONG, ids=["nobody's", "no ticket"])
def test_what_is_wrong_in_itself_is_refused_as_a_whole(market: Market, wrong: Any, why: Any) -> None:
    rod, reel = market.listed(), market.listed(CHEN)
    with pytest.raises(why):
        market.bought(lines=[line(rod), wrong(reel)], if_part_fails="leave_out")
    assert market.listing(rod).reserved == 0


def test_currencies_are_not_mixed_by_leaving_one_out(market: Market) -> None:
    with pytest.raises(refusals.MixedCurrencies):
        market.bought(market.listed(), market.listed(CHEN, currency="JPY", stock=0), if_part_fails="leave_out")


def test_asked_again_after_a_crash_the_same_is_left_out(market: Market) -> None:
    rod, reel = market.listed(), market.listed(CHEN, stock=0)
    opened = market.bought(rod, reel, key="buy", if_part_fails="leave_out")
    market.do("restock", CHEN, listing_id=reel, quantity=3)
    market.reopen()
    assert market.bought(rod, reel, key="buy", if_part_fails="leave_out") == opened
    assert market.listing(reel).reserved == 0


def test_seats_that_are_not_there_fail_their_part_alone(market: Market) -> None:
    gathered, reel = Gathered(market), market.listed(CHEN, stock=9)
    gathered.announce()
    gathered.reserve()
    ticket = {"listing_id": TICKETS, "quantity": 1, "registration_id": REGISTRATION}
    twice = market.bought(lines=[ticket, line(reel), ticket], if_part_fails="leave_out")
    assert [one["code"] for one in twice["left_out"]] == ["mall.seat_already_ordered"]
    once = market.bought(lines=[line(reel), ticket], if_part_fails="leave_out")
    assert (len(once["order_ids"]), once["left_out"]) == (2, [])
    again = market.bought(lines=[ticket, line(reel)], if_part_fails="leave_out")
    assert [one["code"] for one in again["left_out"]] == ["mall.seat_already_ordered"]


def test_without_asking_first_a_part_that_fails_fails_the_others(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks before anything is kept is a guard: without it nothing is known of a part until others are kept."""
    rod, reel, spool = market.listed(), market.listed(CHEN, stock=0), market.listed(CHEN)
    with monkeypatch.context() as switched:
        switched.setattr(checkouts.Checkouts, "_that_can_be_had", lambda _, order: order)
        with pytest.raises(refusals.SoldOut):
            market.bought(rod, spool, reel, if_part_fails="leave_out")
    assert market.bought(rod, spool, reel, if_part_fails="leave_out")["left_out"]


def test_one_order_that_is_paid_back_in_full_leaves_the_others_whole(market: Market) -> None:
    rod, reel = market.listed(), market.listed(CHEN, price_minor=5_000)
    opened = market.paid(rod, reel)
    first, second = market.orders(opened)
    back = market.do(
        "refund_line", CHEN, order_id=second.id, line_id=next(iter(second.lines)), quantity=1, with_freight=True
    )
    market.settle()
    market.provider.end_refund(back["refund_id"])
    market.told_of_refund(back["refund_id"])
    market.do("deliver", ANNA, order_id=first.id)
    market.pass_time(days=8)
    books = market.books()
    assert market.orders(opened)[0].status == "released"
    assert {key: amount for key, amount in books.items() if amount} == {
        ("provider", None): 12_000, ("seller_available", str(first.seller_id)): -11_400, ("platform_fees", None): -600,
    }  # fmt: skip
    assert market.orders(opened)[1].left_minor == 0
    assert market.orders(opened)[0].left_minor == 12_000
