"""The whole way of a ticket over both services: kept by events, sold by the mall, and back again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.mall.domain import refusals
from services.mall.domain.listing import Listing
from tests.rooms.events.hall import Hall

from .market import ANNA, BORIS, CHEN, Market


class Together:
    """A hall and a market that hear each other, at one time. Anna gathers, and sells."""

    def __init__(self, folder: Path) -> None:
        self.hall, self.market = Hall(folder / "hall"), Market(folder / "market")
        self.hall.service.hear([self.hall.identity, self.hall.groups, self.market.service])
        self.market.service.hear([self.market.identity, self.market.groups, self.hall.service])
        self.market.seller()
        self.gathering_id = self.hall.paid_gathering(capacity=1)
        self.listing_id = str(Listing.id_of_tickets(UUID(self.gathering_id)))
        self.settle()

    def settle(self) -> None:
        while self.hall.service.settle() or self.market.service.settle():
            pass

    def pass_time(self, **by: float) -> None:
        self.market.clock.at = self.hall.clock.at = self.market.clock.at + timedelta(**by)
        self.settle()

    def registers(self, person_id: Any = BORIS) -> str:
        registration_id = self.hall.comes(self.gathering_id, person_id)
        self.settle()
        return registration_id

    def orders(self, registration_id: str, by: Any = BORIS) -> dict[str, Any]:
        line = {"listing_id": self.listing_id, "quantity": 1, "registration_id": registration_id}
        opened = self.market.bought(buyer_id=by, lines=[line])
        self.settle()
        return opened

    def pays(self, opened: dict[str, Any]) -> None:
        self.market.provider.capture(opened["payment_id"])
        assert self.market.told(opened["payment_id"], f"evt_{opened['payment_id']}") == 204
        self.settle()

    def status(self, registration_id: str) -> str:
        return str(self.hall.registration(registration_id).status)

    def back(self, opened: dict[str, Any]) -> int:
        return self.market.checkout(opened).demanded_minor


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Together]:
    together = Together(tmp_path)
    with together.hall, together.market:
        yield together


def test_a_seat_is_kept_sold_and_delivered_at_the_door(together: Together) -> None:
    registration_id = together.registers()
    assert together.status(registration_id) == "held"
    opened = together.orders(registration_id)
    together.pays(opened)
    assert together.status(registration_id) == "ticketed"
    together.pass_time(days=1, hours=4)
    (order,) = together.market.orders(opened)
    assert (order.status, together.back(opened)) == ("delivered", 0)
    together.pass_time(days=7)
    assert together.market.orders(opened)[0].status == "released"
    assert sum(together.market.books().values()) == 0


def test_a_gathering_that_is_cancelled_pays_its_tickets_back(together: Together) -> None:
    registration_id = together.registers()
    opened = together.orders(registration_id)
    together.pays(opened)
    together.hall.do("cancel_gathering", ANNA, gathering_id=together.gathering_id, reason="Storm")
    together.settle()
    assert (together.status(registration_id), together.back(opened)) == ("ended", 2_000)
    assert together.market.listing(together.listing_id).is_withdrawn


def test_who_gives_the_seat_back_has_the_money_back_and_the_next_one_the_seat(together: Together) -> None:
    first, second = together.registers(BORIS), together.registers(CHEN)
    opened = together.orders(first)
    together.pays(opened)
    assert together.status(second) == "waiting"
    together.hall.do("give_back", BORIS, registration_id=first)
    together.settle()
    assert (together.status(first), together.back(opened)) == ("ended", 2_000)
    assert together.status(second) == "held"
    together.pays(together.orders(second, CHEN))
    assert together.status(second) == "ticketed"


def expired(together: Together, registration_id: str) -> dict[str, Any]:
    """An order that nobody paid while the seat was kept."""
    late = together.orders(registration_id)
    expires_at = together.hall.registration(registration_id).expires_at
    assert expires_at is not None
    together.pass_time(seconds=(expires_at - together.hall.clock.at).total_seconds())
    assert together.status(registration_id) == "ended"
    return late


def test_a_payment_that_comes_after_the_seat_has_gone_to_another_goes_back(together: Together) -> None:
    first, second = together.registers(BORIS), together.registers(CHEN)
    late = expired(together, first)
    assert together.status(second) == "held"
    together.pays(late)
    assert (together.status(first), together.back(late)) == ("ended", 2_000)
    together.pays(together.orders(second, CHEN))
    assert together.status(second) == "ticketed"


def test_a_payment_that_comes_late_has_the_seat_that_nobody_else_wanted(together: Together) -> None:
    registration_id = together.registers()
    late = expired(together, registration_id)
    together.pays(late)
    assert (together.status(registration_id), together.back(late)) == ("ticketed", 0)


def test_what_the_seller_refunds_frees_the_seat(together: Together) -> None:
    registration_id = together.registers()
    opened = together.orders(registration_id)
    together.pays(opened)
    (order,) = together.market.orders(opened)
    (line_id,) = order.lines
    together.market.do("refund_line", ANNA, order_id=str(order.id), line_id=line_id, quantity=1)
    together.settle()
    assert (together.status(registration_id), together.back(opened)) == ("ended", 2_000)
    with pytest.raises(refusals.SeatNotKept):
        together.orders(registration_id)
