"""Buckets of stock: filled, drained and sold from by the rules of a listing; where a checkout looks, and what moves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.domain import acting
from services.mall.domain import refusals
from services.mall.domain.listing import Listing
from services.mall.domain.spreading import chosen, moves, stock_ids
from services.mall.domain.stock_bucket import StockBucket
from services.mall.domain.stocked import Stocked
from services.mall.invariants.buckets import StockMovesWhole
from tests.support.forging import judged
from tests.support.scenario import ANNA, NOON, Scenario, context
from tests.unit.mall.breaches import GATHERING
from tests.unit.mall.bucket_breaches import filled, spread_story
from tests.unit.mall.samples import CHECKOUT, LISTING, OTHER_CHECKOUT, SELLER, SOON, a_listing

SPREAD = UUID(int=0x5A)


def a_bucket() -> StockBucket:
    """The first of the listing, with three pieces."""
    bucket = StockBucket(LISTING, 1)
    bucket.fill(SPREAD, 3)
    return bucket


def reserve(stock: Stocked, quantity: int = 2) -> None:
    stock.reserve(CHECKOUT, quantity, SOON, NOON)


def spread(buckets: int, quantity: int = 0) -> Any:
    return lambda one: one.spread(SPREAD, buckets, quantity)


def test_a_bucket_is_opened_empty_and_is_the_same_whenever_it_is_asked_for() -> None:
    scenario = Scenario(StockBucket).when(lambda _: StockBucket(LISTING, 2))
    scenario.then((StockBucket.Opened, {"listing_id": LISTING, "number": 2}))
    ids = {StockBucket.create_id(LISTING, number) for number in range(1, 65)}
    assert len(ids) == 64
    assert StockBucket.create_id(LISTING, 2) in ids


def test_pieces_come_and_go_with_the_move_that_brings_them() -> None:
    told = {"listing_id": LISTING, "spread_id": SPREAD, "quantity": 2}
    scenario = Scenario(StockBucket).given(a_bucket).when(lambda one: one.fill(SPREAD, 2))
    scenario.then((StockBucket.Filled, told))
    scenario = Scenario(StockBucket).given(a_bucket).when(lambda one: one.drain(SPREAD, 2))
    scenario.then((StockBucket.Drained, told))
    assert scenario.root is not None
    assert (scenario.root.on_hand, scenario.root.available) == (1, 1)


@pytest.mark.parametrize("command", [lambda one: one.fill(SPREAD, 0), lambda one: one.drain(SPREAD, 0)])
def test_refuses_to_move_nothing(command: Any) -> None:
    Scenario(StockBucket).given(a_bucket).when(command).then_refused(refusals.QuantityNotPositive)


def test_what_is_reserved_is_not_moved_away() -> None:
    scenario = Scenario(StockBucket).given(a_bucket, reserve)
    scenario.when(lambda one: one.drain(SPREAD, 2)).then_refused(refusals.SoldOut)


def test_a_bucket_reserves_sells_and_releases_as_a_listing_does_and_names_the_listing() -> None:
    told = {"originator_id": StockBucket.create_id(LISTING, 1), "listing_id": LISTING, "checkout_id": CHECKOUT}
    kept = told | {"quantity": 2}
    scenario = Scenario(StockBucket).given(a_bucket).when(reserve)
    scenario.then((StockBucket.Reserved, kept | {"expires_at": SOON}))
    scenario = Scenario(StockBucket).given(a_bucket, reserve).when(lambda one: one.sell(CHECKOUT))
    scenario.then((StockBucket.Sold, kept))
    assert scenario.root is not None
    assert (scenario.root.available, scenario.root.on_hand, scenario.root.sold) == (1, 1, 2)
    scenario = Scenario(StockBucket).given(a_bucket, reserve).when(lambda one: one.release(CHECKOUT, "expired"))
    scenario.then((StockBucket.ReservationReleased, kept | {"reason": "expired"}))
    scenario = Scenario(StockBucket).given(a_bucket).when(lambda one: one.take(CHECKOUT, 2, NOON + timedelta(hours=1)))
    scenario.then((StockBucket.Reserved, kept), (StockBucket.Sold, kept))
    scenario = Scenario(StockBucket).given(a_bucket).when(lambda one: one.restock(4))
    scenario.then((StockBucket.Restocked, {"listing_id": LISTING, "quantity": 4}))


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (lambda one: one.reserve(OTHER_CHECKOUT, 2, SOON, NOON), refusals.SoldOut),
        (lambda one: one.reserve(OTHER_CHECKOUT, 1, NOON, NOON), refusals.ReservationTooShort),
        (lambda one: reserve(one, 1), refusals.AlreadyReserved),
        (lambda one: one.take(OTHER_CHECKOUT, 2, NOON), refusals.SoldOut),
        (lambda one: one.sell(OTHER_CHECKOUT), refusals.NoSuchReservation),
        (lambda one: one.release(OTHER_CHECKOUT, "expired"), refusals.NoSuchReservation),
        (lambda one: one.restock(0), refusals.QuantityNotPositive),
    ],
)
def test_a_bucket_refuses_what_a_listing_refuses_and_speaks_of_the_listing(command: Any, refusal: Any) -> None:
    scenario = Scenario(StockBucket).given(a_bucket, reserve).when(command)
    scenario.then_refused(refusal)
    assert scenario.refusal is not None
    assert scenario.refusal.facts.get("listing_id", LISTING) == LISTING


def test_without_the_guard_of_the_stock_a_bucket_oversells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stocked, "_has", lambda *_: True)
    scenario = Scenario(StockBucket).given(a_bucket).when(lambda one: reserve(one, 4))
    scenario.then((StockBucket.Reserved, {"quantity": 4}))


def test_a_listing_is_sold_from_buckets_and_from_itself_again() -> None:
    scenario = Scenario(Listing).given(a_listing).when(spread(4, 3))
    scenario.then((Listing.StockSpread, {"spread_id": SPREAD, "buckets": 4, "quantity": 3}))
    assert scenario.root is not None
    assert (scenario.root.buckets, scenario.root.opened_buckets, scenario.root.on_hand) == (4, 4, 0)
    scenario = Scenario(Listing).given(a_listing, spread(4, 3)).when(spread(1, -3))
    assert scenario.root is not None
    assert (scenario.root.buckets, scenario.root.opened_buckets, scenario.root.on_hand) == (1, 4, 3)


@pytest.mark.parametrize("buckets", [-1, 0, 65])
def test_stock_lies_in_sixty_four_buckets_at_most(buckets: int) -> None:
    Scenario(Listing).given(a_listing).when(spread(buckets)).then_refused(refusals.BucketsOutOfBounds)


def test_refuses_to_spread_what_is_reserved_withdrawn_or_a_seat() -> None:
    def tickets() -> Listing:
        return Listing.offer_tickets(GATHERING, SELLER, ANNA, 2_500, "EUR", ["lake"])

    Scenario(Listing).given(a_listing, reserve).when(spread(2, 2)).then_refused(refusals.SoldOut)
    withdrawn = Scenario(Listing).given(a_listing, lambda one: one.withdraw("season_over"))
    withdrawn.when(spread(2)).then_refused(refusals.ListingWithdrawn)
    Scenario(Listing).given(tickets).when(spread(2)).then_refused(refusals.TicketFixedByGathering)


def stocks(*free: int, buckets: int, opened: int | None = None) -> tuple[Listing, dict[UUID, Stocked]]:
    """A listing with so many free pieces in itself and in each of its buckets."""
    with acting(context()):
        listing = a_listing(stock=free[0])
        if opened:
            listing.spread(SPREAD, opened, 0)
        listing.spread(SPREAD, buckets, 0)
        found: dict[UUID, Stocked] = {listing.id: listing}
        for number, quantity in enumerate(free[1:], start=1):
            bucket = StockBucket(listing.id, number)
            if quantity:
                bucket.fill(SPREAD, quantity)
            found[bucket.id] = bucket
    return listing, found


def order_of(listing: Listing, found: dict[UUID, Stocked], process: int) -> list[int]:
    """In which order a process looks at them: 0 is the listing."""
    return [list(found).index(one) for one in stock_ids(listing, UUID(int=process))]


def test_a_process_begins_at_a_bucket_of_its_own_and_looks_at_everything_once() -> None:
    spread_stock = stocks(0, 1, 1, 1, buckets=3)
    orders = {tuple(order_of(*spread_stock, process)) for process in range(40)}
    assert orders == {(1, 2, 3, 0), (2, 3, 1, 0), (3, 1, 2, 0)}
    assert order_of(*spread_stock, 5) == order_of(*spread_stock, 5)
    assert order_of(*stocks(3, buckets=1), 5) == [0]


def test_buckets_that_are_not_sold_from_any_more_are_looked_at_last() -> None:
    assert order_of(*stocks(0, 1, 1, 0, buckets=2, opened=3), 1)[2:] == [0, 3]
    assert order_of(*stocks(3, 0, 0, 0, buckets=1, opened=3), 1) == [0, 1, 2, 3]


def parts(found: dict[UUID, Stocked], quantity: int) -> list[tuple[int, int]]:
    """Of which how many are taken."""
    places = list(found)
    return [(places.index(stock.id), part) for stock, part in chosen(found.values(), quantity)]


def test_one_that_has_all_is_taken_before_several() -> None:
    _, found = stocks(0, 1, 3, 2, buckets=3)
    assert parts(found, 1) == [(1, 1)]
    assert parts(found, 2) == [(2, 2)]
    assert parts(found, 4) == [(1, 1), (2, 3)]
    assert parts(found, 6) == [(1, 1), (2, 3), (3, 2)]


def test_nobody_is_told_that_it_is_sold_out_while_pieces_are_left() -> None:
    _, found = stocks(1, 0, 0, 2, buckets=3)
    assert parts(found, 3) == [(0, 1), (3, 2)]
    with pytest.raises(refusals.SoldOut) as refused:
        parts(found, 4)
    assert refused.value.facts == {"left": 3, "listing_id": LISTING}


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.integers(1, 8))
def test_what_is_free_is_spread_in_equal_parts_and_nothing_is_lost(free: list[int], buckets: int) -> None:
    free += [0] * (buckets + 1 - len(free))
    moved = moves(free, buckets)
    after = [have + more for have, more in zip(free, moved, strict=True)]
    sold_from = after[1 : buckets + 1] if buckets > 1 else after[:1]
    assert sum(moved) == 0
    assert min(after) >= 0
    assert sum(after) == sum(sold_from)
    assert max(sold_from) - min(sold_from) <= 1
    assert moves(after, buckets) == [0] * len(after), "what is even stays as it is"


def test_the_audit_finds_pieces_that_came_from_nowhere() -> None:
    assert judged(StockMovesWhole(), spread_story()) is None
    assert "1 more arrived than left" in str(judged(StockMovesWhole(), [*spread_story(), filled(1)]))
