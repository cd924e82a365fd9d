"""Tickets in any order: of every captured cent it is known whose seat it pays for, or it is on its way back.

Gatherings are played by a model that hears what the mall says, when it gets round to it, and answers as events would.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.domain import Refusal
from services.mall.application.tickets import Tickets
from services.mall.domain.order import Order
from services.mall.domain.seat import Seat

from .gathered import PRICE, Gathered, ticket
from .market import BORIS, Market

pytestmark = pytest.mark.in_files

Thing = TypeVar("Thing")


class Selling:
    """``holders`` maps a registration to the order that has its ticket; ``over`` are those that have ended.

    Events ``refuses`` what it has no seat for; without that, the mall is on its own.
    """

    refuses = True

    def __init__(self, market: Market) -> None:
        self.market, self.gathered = market, Gathered(market)
        self.market.seller()
        self.gathered.announce()
        self.opened: list[dict[str, Any]] = []
        self.holders: dict[UUID, UUID] = {}
        self.over: dict[UUID, str] = {}
        self.kept: list[UUID] = []
        self.heard, self.told = 0, 0
        self.order_new_seats(0)

    def order_new_seats(self, which: int) -> None:
        self.kept.append(UUID(int=0x4E0 + len(self.kept)))
        self.gathered.reserve(self.kept[-1])
        self.order(which=0)

    def order(self, which: int) -> None:
        try:
            self.opened.append(self.market.bought(lines=[ticket(latest(self.kept, which))]))
        except Refusal:
            return
        self.market.settle()

    def give_up(self, which: int) -> None:
        try:
            self.market.do("cancel_checkout", BORIS, checkout_id=latest(self.opened, which)["checkout_id"])
        except Refusal:
            return

    def pay(self, which: int) -> None:
        """Again and again, if need be, also for what has ended."""
        payment_id = latest(self.opened, which)["payment_id"]
        self.market.provider.capture(payment_id)
        self.told += 1
        assert self.market.told(payment_id, f"evt_{self.told}") == 204
        self.market.settle()

    def wait(self, which: int) -> None:
        self.market.pass_time(minutes=16 if which else 5)

    def events_hears(self, which: int = 0) -> None:
        """It issues one ticket a registration, while that lasts, and refuses all other payments."""
        for said in self.market.service.messages(self.heard, 1000).messages:
            self.heard = said.position
            if "order_paid" in said.type:
                (line,) = said.data["lines"]
                self._hear_of_payment(UUID(line["registration_id"]), said.data["order_id"])
            elif "line_refunded" in said.type:
                self._hear_of_refund(UUID(said.data["registration_id"]), UUID(said.data["order_id"]))

    def end(self, which: int) -> None:
        """It may be told twice."""
        one, reason = latest(self.kept, which), ("given_back", "expired", "gathering_cancelled")[which]
        if one in self.over or (reason == "expired" and one in self.holders):
            return
        self.over[one] = reason
        for _ in range(1 + which % 2):
            self.gathered.end(reason, one)

    def check_in(self, which: int) -> None:
        one = latest(self.kept, which)
        if one in self.holders and one not in self.over:
            self.gathered.check_in(one)

    def provider_pays_back(self, which: int) -> None:
        if refunds := list(self.market.provider.refunds):
            refund_id = latest(refunds, which)
            self.market.provider.end_refund(refund_id)
            self.told += 1
            assert self.market.told_of_refund(refund_id, f"evt_{self.told}") == 204

    def check(self) -> None:
        """What must hold at any moment."""
        orders = [order for opened in self.opened for order in self.market.orders(opened)]
        paying = [one for order in orders if (one := seats_paid_by(order)) is not None]
        assert len(paying) == len(set(paying)), "the same seats are paid for twice"
        for opened in self.opened:
            checkout = self.market.checkout(opened)
            assert len(checkout.refunds) <= 1
            assert checkout.demanded_minor <= checkout.captured_minor

    def finish(self) -> None:
        """Once everybody has heard everything: a valid ticket, or the money back."""
        for _ in range(3):
            self.events_hears()
            self.market.settle()
        self.check()
        assert sum(self.market.books().values()) == 0
        for opened in self.opened:
            checkout, (order,) = self.market.checkout(opened), self.market.orders(opened)
            one = UUID(next(iter(order.lines.values()))["registration_id"])
            has_ticket = self.holders.get(one) == order.id and one not in self.over
            assert checkout.captured_minor - checkout.demanded_minor == (PRICE if has_ticket else 0)

    def _hear_of_payment(self, one: UUID, order_id: str) -> None:
        (opened,) = (each for each in self.opened if each["order_ids"] == [order_id])
        if self.over.get(one) == "expired" and one not in self.holders:
            del self.over[one]  # nobody else wanted the seats
        if one in self.over or str(self.holders.get(one, order_id)) != order_id:
            if self.refuses:
                self.gathered.refuse(opened, one)
        else:
            self.holders[one] = UUID(order_id)
            self.gathered.issue(opened, one)

    def _hear_of_refund(self, one: UUID, order_id: UUID) -> None:
        if self.holders.get(one) == order_id and one not in self.over:
            self.over[one] = "refunded"
            self.gathered.end("refunded", one)


STEPS: tuple[Callable[[Selling, int], None], ...] = (
    Selling.order_new_seats, Selling.order, Selling.give_up, Selling.pay, Selling.pay, Selling.wait,
    Selling.events_hears, Selling.end, Selling.check_in, Selling.provider_pays_back,
)  # fmt: skip
STORIES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2)), min_size=8, max_size=16)


Story = Sequence[tuple[Callable[[Selling, int], None], int]]


def latest(found: Sequence[Thing], which: int) -> Thing:
    """The last, the one before it, and so on."""
    return found[-1 - which % len(found)]


def seats_paid_by(order: Order) -> str | None:
    """The registration whose seats an order still pays for."""
    ((line_id, line),) = order.lines.items()
    return str(line["registration_id"]) if order.is_paid and order.left[line_id]["quantity"] else None


def play(story: Story) -> None:
    """The whole story, on a mall of its own."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with TemporaryDirectory(dir=memory) as folder, Market(Path(folder)) as market:
        selling = Selling(market)
        for step, which in story:
            step(selling, which)
            selling.check()
        selling.finish()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(STORIES)
def test_every_captured_cent_pays_for_a_seat_or_goes_back(story: Story) -> None:
    play(story)


@pytest.mark.parametrize(
    ("owner", "guard", "off", "story"),
    [
        (Seat, "_can_be_ordered", True, [(Selling.order, 0), (Selling.pay, 0), (Selling.pay, 1)]),
        (Tickets, "refund_ticket", None, [(Selling.pay, 0), (Selling.end, 0)]),
        (Tickets, "refund_lost_seats", None, [(Selling.end, 0), (Selling.pay, 0), (Selling.check_in, 0)]),
        (Tickets, "has_its_seats", True, [(Selling.wait, 1), (Selling.order, 0), (Selling.pay, 0), (Selling.pay, 1)]),
    ],
)
def test_without_one_of_its_guards_some_does_not(
    owner: type[Any], guard: str, off: object, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(story)
    monkeypatch.setattr(owner, guard, lambda *_, **__: off)
    monkeypatch.setattr(Selling, "refuses", guard != "refund_lost_seats")
    with pytest.raises(AssertionError):
        play(story)
