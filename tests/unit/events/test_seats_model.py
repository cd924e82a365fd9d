"""Seats against a naive model: nobody sits twice, nobody overtakes, nobody is lost."""

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.events.domain import Seats
from services.events.domain.refusals import SeatsTaken
from services.events.invariants.seats import SeatsAreNeverOvertaken, WaitlistsKeepTheirOrder
from services.kernel.domain import acting
from tests.support.forging import judged
from tests.support.scenario import context

from .samples import some_seats

PARTIES = st.integers(1, 3)


class Rows(RuleBasedStateMachine):
    """The model is who sits and who waits, in lists."""

    @initialize(capacity=st.integers(1, 6))
    def begin(self, capacity: int) -> None:
        with acting(context()):
            self.seats = some_seats(capacity)
        self.facts = list(self.seats.collect_events())
        self.capacity, self.next = capacity, 1
        self.sitting: dict[UUID, int] = {}
        self.waiting: list[tuple[UUID, int]] = []

    @rule(party=PARTIES)
    def comes(self, party: int) -> None:
        registration_id = UUID(int=self.next)
        self.next += 1
        with acting(context()):
            if self.seats.takes_newcomers(party):
                self.seats.reserve(registration_id, party)
                self.sitting[registration_id] = party
            else:
                self.seats.join_waitlist(registration_id, party)
                self.waiting.append((registration_id, party))
        self.fill("free_seats")

    @rule(data=st.data())
    def goes(self, data: st.DataObject) -> None:
        if self.sitting:
            gone = data.draw(st.sampled_from(sorted(self.sitting, key=str)))
            with acting(context()):
                self.seats.release(gone, self.sitting.pop(gone), "given_back")
            self.fill("given_back")

    @rule(data=st.data())
    def waits_no_longer(self, data: st.DataObject) -> None:
        if self.waiting:
            gone = data.draw(st.sampled_from(self.waiting))
            self.waiting.remove(gone)
            with acting(context()):
                self.seats.leave_waitlist(gone[0])
            self.fill("free_seats")

    @rule(data=st.data())
    def is_put_elsewhere(self, data: st.DataObject) -> None:
        if self.waiting:
            one, position = data.draw(st.sampled_from(self.waiting)), data.draw(st.integers(1, len(self.waiting)))
            with acting(context()):
                self.seats.reorder(one[0], position)
            self.waiting.remove(one)
            self.waiting.insert(position - 1, one)

    @rule(capacity=st.integers(1, 6))
    def has_other_seats(self, capacity: int) -> None:
        with acting(context()):
            try:
                self.seats.change_capacity(capacity)
                self.capacity = capacity
            except SeatsTaken:
                assert capacity < sum(self.sitting.values())
        self.fill("capacity_raised")

    def fill(self, why: str) -> None:
        """As the application does, and as the model would."""
        with acting(context()):
            while (move := self.seats.next_move()) is not None:
                self.seats.move(move, why)
        for one in list(self.waiting):
            if one[1] <= self.capacity - sum(self.sitting.values()):
                self.waiting.remove(one)
                self.sitting[one[0]] = one[1]

    @invariant()
    def agrees_with_the_model(self) -> None:
        self.facts += self.seats.collect_events()
        assert self.seats.taken == sum(self.sitting.values()) <= self.capacity
        assert [(UUID(one["registration_id"]), one["seats"]) for one in self.seats.waiting] == self.waiting

    def teardown(self) -> None:
        for check in (SeatsAreNeverOvertaken(), WaitlistsKeepTheirOrder()):
            assert judged(check, self.facts) is None


def test_whatever_comes_seats_agree_with_the_model() -> None:
    run_state_machine_as_test(Rows, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))


def test_a_stream_replayed_is_the_same_and_small() -> None:
    with acting(context()):
        seats = some_seats(1)
        for number in range(1, 6):
            seats.join_waitlist(UUID(int=number), 1)
    again: Seats | None = None
    for fact in seats.collect_events():
        again = fact.mutate(again)
    assert again is not None
    assert (again.waiting, again.taken, again.joined) == (seats.waiting, 0, 5)
