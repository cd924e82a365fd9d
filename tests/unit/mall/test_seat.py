"""Seats: bought by one order, left to another when that one was cancelled, ended once."""

from datetime import timedelta
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.seat import Seat
from tests.support.scenario import NOON, Scenario

from .breaches import OTHER_ORDER, a_seat

ENDS = NOON + timedelta(days=1)


def order_again(seat: Seat) -> None:
    seat.order_again(OTHER_ORDER, "2", ENDS, is_free=True)


def end(seat: Seat) -> None:
    seat.end("gathering_cancelled")


def test_seats_are_ordered() -> None:
    Scenario(Seat).when(lambda _: a_seat()).then((Seat.Ordered, {"seats": 3, "line_id": "1"}))


def test_the_same_registration_is_always_the_same_seat() -> None:
    assert Seat.create_id(UUID(int=1)) == Seat.create_id(UUID(int=1)) != Seat.create_id(UUID(int=2))


def test_seats_that_were_left_are_ordered_again() -> None:
    expected = {"order_id": OTHER_ORDER, "line_id": "2"}
    Scenario(Seat).given(a_seat).when(order_again).then((Seat.OrderedAgain, expected))


def test_refuses_seats_that_an_order_has() -> None:
    def take(seat: Seat) -> None:
        seat.order_again(OTHER_ORDER, "2", ENDS, is_free=False)

    Scenario(Seat).given(a_seat).when(take).then_refused(refusals.SeatAlreadyOrdered)


def test_refuses_seats_whose_registration_has_ended() -> None:
    Scenario(Seat).given(a_seat, end).when(order_again).then_refused(refusals.SeatAlreadyOrdered)


def test_ends_once() -> None:
    Scenario(Seat).given(a_seat).when(end).then((Seat.Ended, {"reason": "gathering_cancelled"}))
    Scenario(Seat).given(a_seat, end).when(lambda seat: seat.end("given_back")).then_nothing()
