"""Stock against a naive model: whatever comes, in whatever order, nothing is oversold."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from services.kernel.domain import Refusal, acting
from services.mall.domain.listing import Listing
from services.mall.domain.refusals import AlreadyReserved, ListingWithdrawn, NoSuchReservation, SoldOut
from services.mall.domain.stocked import Stocked
from tests.support.scenario import NOON, context
from tests.unit.mall.samples import SOON, a_listing, replayed

CHECKOUTS = st.integers(1, 6).map(lambda number: UUID(int=number))
QUANTITIES = st.integers(1, 4)


class Stock(RuleBasedStateMachine):
    """The model is two numbers and a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        with acting(context()):
            self.listing = a_listing(stock=5)
        self.free, self.gone, self.is_withdrawn = 5, 0, False
        self.kept: dict[UUID, int] = {}
        self.facts = list(self.listing.collect_events())

    def attempt(self, refusal: type[Refusal] | None, command: str, *arguments: object) -> bool:
        """Does it; True when it was accepted. The model says which refusal is due, if any."""
        refused: Refusal | None = None
        with acting(context()):
            try:
                getattr(self.listing, command)(*arguments)
            except Refusal as no:
                refused = no
        made = list(self.listing.collect_events())
        self.facts += made
        assert type(refused) is (refusal or type(None))
        assert bool(made) == (refused is None)
        return refused is None

    def obstacle(self, checkout_id: UUID, quantity: int) -> type[Refusal] | None:
        if self.is_withdrawn:
            return ListingWithdrawn
        if checkout_id in self.kept:
            return AlreadyReserved
        return SoldOut if quantity > self.free else None

    @rule(checkout_id=CHECKOUTS, quantity=QUANTITIES)
    def reserve(self, checkout_id: UUID, quantity: int) -> None:
        if self.attempt(self.obstacle(checkout_id, quantity), "reserve", checkout_id, quantity, SOON, NOON):
            self.kept[checkout_id] = quantity
            self.free -= quantity

    @rule(checkout_id=CHECKOUTS, quantity=QUANTITIES)
    def take(self, checkout_id: UUID, quantity: int) -> None:
        if self.attempt(self.obstacle(checkout_id, quantity), "take", checkout_id, quantity, NOON):
            self.free -= quantity
            self.gone += quantity

    @rule(checkout_id=CHECKOUTS, reason=st.sampled_from(["expired", "cancelled"]))
    def release(self, checkout_id: UUID, reason: str) -> None:
        due = None if checkout_id in self.kept else NoSuchReservation
        if self.attempt(due, "release", checkout_id, reason):
            self.free += self.kept.pop(checkout_id)

    @rule(checkout_id=CHECKOUTS)
    def sell(self, checkout_id: UUID) -> None:
        if self.attempt(None if checkout_id in self.kept else NoSuchReservation, "sell", checkout_id):
            self.gone += self.kept.pop(checkout_id)

    @rule(quantity=QUANTITIES)
    def restock(self, quantity: int) -> None:
        if self.attempt(ListingWithdrawn if self.is_withdrawn else None, "restock", quantity):
            self.free += quantity

    @rule(really=st.integers(0, 9))
    def withdraw(self, really: int) -> None:
        if really == 0:
            self.attempt(ListingWithdrawn if self.is_withdrawn else None, "withdraw", "season_over")
            self.is_withdrawn = True

    @invariant()
    def nothing_is_oversold(self) -> None:
        assert self.listing.available >= 0
        assert self.listing.on_hand >= 0

    @invariant()
    def the_listing_agrees_with_the_model(self) -> None:
        assert (self.listing.available, self.listing.sold) == (self.free, self.gone)
        assert self.listing.reserved == sum(self.kept.values())

    @invariant()
    def every_reservation_ended_once_or_is_still_there(self) -> None:
        begun = Counter(fact.checkout_id for fact in self.facts if isinstance(fact, Listing.Reserved))
        endings = (Listing.Sold, Listing.ReservationReleased)
        ended = Counter(fact.checkout_id for fact in self.facts if isinstance(fact, endings))
        assert begun - ended == Counter(self.kept.keys())
        assert not ended - begun

    def teardown(self) -> None:
        again = replayed(self.facts)
        assert (again.available, again.sold) == (self.listing.available, self.listing.sold)


SETTINGS = settings(max_examples=60, stateful_step_count=25)


def test_stock_is_never_oversold_and_every_reservation_ends_once() -> None:
    run_state_machine_as_test(Stock, settings=SETTINGS)


class Counting(Stock):
    """Only watches what the shop has, so that nothing but overselling can break it."""

    def attempt(self, refusal: type[Refusal] | None, command: str, *arguments: object) -> bool:
        with acting(context()):
            try:
                getattr(self.listing, command)(*arguments)
            except Refusal:
                return False
        return True

    def the_listing_agrees_with_the_model(self) -> None:
        """Not asked here."""

    def every_reservation_ended_once_or_is_still_there(self) -> None:
        """Not asked here."""

    def teardown(self) -> None:
        """Nothing was collected."""


def test_without_its_guard_stock_is_oversold(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = settings(SETTINGS, database=None, phases=[Phase.generate], derandomize=True)
    run_state_machine_as_test(Counting, settings=SETTINGS)
    monkeypatch.setattr(Stocked, "_has", lambda *_: True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Counting, settings=broken)
