"""Listings: their form, their price, their stock."""

from datetime import timedelta
from typing import Any

import pytest

from services.kernel.domain import Refusal
from services.mall.domain import refusals
from services.mall.domain.listing import Listing
from tests.support.scenario import ANNA, NOON, Scenario
from tests.unit.mall.breaches import GATHERING
from tests.unit.mall.samples import CHECKOUT, LISTING, OTHER_CHECKOUT, SELLER, SOON, a_listing


def reserve(listing: Listing, quantity: int = 2) -> None:
    listing.reserve(CHECKOUT, quantity, SOON, NOON)


def withdraw(listing: Listing) -> None:
    listing.withdraw("season_over")


def sell(listing: Listing) -> None:
    listing.sell(CHECKOUT)


def expire(listing: Listing) -> None:
    listing.release(CHECKOUT, "expired")


def test_a_listing_is_offered() -> None:
    expected = {"originator_id": LISTING, "seller_id": SELLER, "price_minor": 12_000, "stock": 3, "tags": ["fishing"]}
    Scenario(Listing).when(lambda _: a_listing()).then((Listing.Listed, expected))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"title": " "}, refusals.TitleNotUsable),
        ({"title": "x" * 201}, refusals.TitleNotUsable),
        ({"price_minor": 0}, refusals.PriceNotPositive),
        ({"currency": "eur"}, refusals.CurrencyNotUsable),
        ({"currency": "EURO"}, refusals.CurrencyNotUsable),
        ({"commission_bps": 5_001}, refusals.CommissionOutOfBounds),
        ({"commission_bps": -1}, refusals.CommissionOutOfBounds),
        ({"stock": -1}, refusals.StockNegative),
    ],
)
def test_refuses_a_listing_of_wrong_form(wrong: dict[str, Any], refusal: type[Refusal]) -> None:
    Scenario(Listing).when(lambda _: a_listing(**wrong)).then_refused(refusal)


def test_reprices() -> None:
    Scenario(Listing).given(a_listing).when(lambda one: one.reprice(9)).then((Listing.Repriced, {"price_minor": 9}))


def test_the_same_price_again_records_nothing() -> None:
    Scenario(Listing).given(a_listing).when(lambda one: one.reprice(12_000)).then_nothing()


def test_refuses_a_price_of_nothing() -> None:
    Scenario(Listing).given(a_listing).when(lambda one: one.reprice(0)).then_refused(refusals.PriceNotPositive)


def test_restocks() -> None:
    Scenario(Listing).given(a_listing).when(lambda one: one.restock(4)).then((Listing.Restocked, {"quantity": 4}))


def test_refuses_to_restock_nothing() -> None:
    Scenario(Listing).given(a_listing).when(lambda one: one.restock(0)).then_refused(refusals.QuantityNotPositive)


def test_is_withdrawn() -> None:
    Scenario(Listing).given(a_listing).when(withdraw).then((Listing.Withdrawn, {"reason": "season_over"}))


@pytest.mark.parametrize("command", [withdraw, reserve, lambda one: one.reprice(1), lambda one: one.restock(1)])
def test_refuses_what_takes_an_offered_listing_once_it_is_withdrawn(command: Any) -> None:
    Scenario(Listing).given(a_listing, withdraw).when(command).then_refused(refusals.ListingWithdrawn)


def test_what_was_reserved_before_can_be_sold_after_the_withdrawal() -> None:
    Scenario(Listing).given(a_listing, reserve, withdraw).when(sell).then((Listing.Sold, {"quantity": 2}))


def test_reserves_what_is_available() -> None:
    expected = {"checkout_id": CHECKOUT, "quantity": 2, "expires_at": SOON}
    scenario = Scenario(Listing).given(a_listing).when(reserve).then((Listing.Reserved, expected))
    assert scenario.root is not None
    assert (scenario.root.available, scenario.root.reserved, scenario.root.on_hand) == (1, 2, 3)


def test_refuses_more_than_is_left_and_says_how_much_that_is() -> None:
    scenario = Scenario(Listing).given(a_listing, reserve)
    scenario.when(lambda one: one.reserve(OTHER_CHECKOUT, 2, SOON, NOON)).then_refused(refusals.SoldOut)
    assert scenario.refusal is not None
    assert scenario.refusal.facts["left"] == 1


def test_refuses_a_second_reservation_of_the_same_checkout() -> None:
    Scenario(Listing).given(a_listing, reserve).when(lambda one: reserve(one, 1)).then_refused(refusals.AlreadyReserved)


def test_refuses_to_reserve_nothing() -> None:
    Scenario(Listing).given(a_listing).when(lambda one: reserve(one, 0)).then_refused(refusals.QuantityNotPositive)


def test_refuses_a_reservation_that_ends_at_once() -> None:
    scenario = Scenario(Listing).given(a_listing)
    scenario.when(lambda one: one.reserve(CHECKOUT, 1, NOON, NOON)).then_refused(refusals.ReservationTooShort)


def test_a_released_reservation_can_be_reserved_by_others() -> None:
    expected = {"checkout_id": CHECKOUT, "quantity": 2, "reason": "expired"}
    scenario = Scenario(Listing).given(a_listing, reserve).when(expire).then((Listing.ReservationReleased, expected))
    assert scenario.root is not None
    assert scenario.root.available == 3


def test_a_sale_takes_the_reserved_goods_away() -> None:
    scenario = Scenario(Listing).given(a_listing, reserve).when(sell)
    scenario.then((Listing.Sold, {"checkout_id": CHECKOUT, "quantity": 2}))
    assert scenario.root is not None
    assert (scenario.root.available, scenario.root.on_hand, scenario.root.sold) == (1, 1, 2)


@pytest.mark.parametrize("ending", [sell, expire])
@pytest.mark.parametrize("again", [sell, expire])
def test_refuses_to_end_a_reservation_twice(ending: Any, again: Any) -> None:
    Scenario(Listing).given(a_listing, reserve, ending).when(again).then_refused(refusals.NoSuchReservation)


def test_a_late_payment_takes_what_is_still_available() -> None:
    scenario = Scenario(Listing).given(a_listing, reserve, expire)
    scenario.when(lambda one: one.take(CHECKOUT, 2, NOON + timedelta(hours=1)))
    scenario.then((Listing.Reserved, {"quantity": 2}), (Listing.Sold, {"checkout_id": CHECKOUT, "quantity": 2}))


def test_refuses_a_late_payment_when_the_goods_are_gone() -> None:
    scenario = Scenario(Listing).given(a_listing, reserve, expire, lambda one: one.take(OTHER_CHECKOUT, 2, NOON))
    scenario.when(lambda one: one.take(CHECKOUT, 2, NOON)).then_refused(refusals.SoldOut)


def test_refuses_to_take_beside_a_reservation() -> None:
    scenario = Scenario(Listing).given(a_listing, reserve)
    scenario.when(lambda one: one.take(CHECKOUT, 1, NOON)).then_refused(refusals.AlreadyReserved)


def tickets() -> Listing:
    return Listing.offer_tickets(GATHERING, SELLER, ANNA, 2_500, "EUR", ["lake"])


def test_goods_are_goods_unless_they_are_a_service() -> None:
    Scenario(Listing).when(lambda _: a_listing()).then((Listing.Listed, {"kind": "goods", "gathering_id": None}))
    Scenario(Listing).when(lambda _: a_listing(kind="service")).then((Listing.Listed, {"kind": "service"}))


def test_the_tickets_of_a_gathering_have_no_stock() -> None:
    expected = {"kind": "ticket", "gathering_id": GATHERING, "stock": 0, "commission_bps": 0, "price_minor": 2_500}
    Scenario(Listing).when(lambda _: tickets()).then((Listing.Listed, expected))
    Scenario(Listing).given(tickets).when(reserve).then_refused(refusals.SoldOut)


@pytest.mark.parametrize("change", [lambda one: one.reprice(1), lambda one: one.restock(1), withdraw])
def test_what_its_gathering_decides_is_refused_by_hand(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Scenario(Listing).given(tickets).when(change).then_refused(refusals.TicketFixedByGathering)
    monkeypatch.setattr(Listing, "_check_not_ticket", lambda _: None)
    with pytest.raises(AssertionError):
        Scenario(Listing).given(tickets).when(change).then_nothing()


def test_tickets_are_withdrawn_once_with_their_gathering() -> None:
    def cancel(listing: Listing) -> None:
        listing.withdraw_tickets("gathering_cancelled")

    Scenario(Listing).given(tickets).when(cancel).then((Listing.Withdrawn, {"reason": "gathering_cancelled"}))
    Scenario(Listing).given(tickets, cancel).when(cancel).then_nothing()


def test_a_ticket_stands_on_no_shelf() -> None:
    Scenario(Listing).given(tickets).when(lambda one: one.check_shelvable()).then_refused(refusals.TicketNotShelved)
    Scenario(Listing).given(a_listing).when(lambda one: one.check_shelvable()).then_nothing()
