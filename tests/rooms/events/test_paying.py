"""Paid gatherings: seats are kept for a while, the mall says that they were paid for, or paid back."""

from datetime import timedelta

import pytest

from services.contracts.events import RegistrationEnded, SeatReserved, TicketIssued, TicketRefused
from services.events.domain import registration_facts
from services.events.domain.refusals import AlreadyRegistered, CheckedInAlready, NoTicket, RegistrationOver

from .hall import ANNA, BORIS, CHEN, DORA, Hall


def refused(hall: Hall) -> list[str]:
    """Why tickets were refused."""
    return [fact.reason for fact in hall.facts if isinstance(fact, registration_facts.TicketRefused)]


def test_seats_are_kept_until_they_are_paid_for_and_then_are_the_persons(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(most_seats=2)
    told = hall.do("register", BORIS, gathering_id=gathering_id, seats=2)
    assert (told["state"], told["position_on_waitlist"]) == ("held", None)
    assert told["expires_at"] == (hall.clock.at + timedelta(minutes=15)).isoformat()
    with pytest.raises(NoTicket, match="held"):
        hall.ask("ticket", BORIS, registration_id=told["registration_id"])
    order_id = hall.pays(told["registration_id"])
    kept, issued = hall.said("seat_reserved", "ticket_issued")
    assert isinstance(kept, SeatReserved)
    assert (kept.seats, kept.price_minor, kept.currency) == (2, 2_000, "EUR")
    assert isinstance(issued, TicketIssued)
    assert (issued.order_id, issued.seats, issued.person_id) == (order_id, 2, BORIS)
    hall.pass_time(hours=1)
    assert hall.states(told["registration_id"]) == ["ticketed"]


def test_an_offer_that_is_not_paid_in_time_ends_and_the_next_one_moves_with_time_of_its_own(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=1)
    first, second, third = (hall.comes(gathering_id, person) for person in (BORIS, CHEN, DORA))
    hall.pass_time(minutes=15)
    assert hall.states(first, second, third) == ["expired", "held", "waiting"]
    assert hall.registration(second).expires_at == hall.clock.at + timedelta(minutes=15)
    hall.pass_time(minutes=14)
    assert hall.states(second, third) == ["held", "waiting"]
    hall.pass_time(minutes=1)
    assert hall.states(second, third) == ["expired", "held"]


def test_an_offer_after_a_standstill_has_its_whole_time(hall: Hall) -> None:
    """What was due while nobody worked is worked off late; who moves then gets no offer that is over already."""
    gathering_id = hall.paid_gathering(capacity=1)
    hall.comes(gathering_id, BORIS)
    second = hall.comes(gathering_id, CHEN)
    hall.pass_time(hours=3)
    assert hall.registration(second).expires_at == hall.clock.at + timedelta(minutes=15)


def test_a_late_payment_is_used_when_the_seats_are_free_and_nobody_waits(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=1)
    late = hall.comes(gathering_id, BORIS)
    hall.pass_time(minutes=15)
    assert hall.states(late) == ["expired"]
    hall.pays(late)
    assert hall.states(late) == ["ticketed"]
    assert hall.seats(gathering_id).free == 0


def test_a_late_payment_for_seats_that_others_have_is_refused_once(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=1)
    late, other = hall.comes(gathering_id, BORIS), hall.comes(gathering_id, CHEN)
    hall.pass_time(minutes=15)
    hall.pays(other, 2)
    for _ in range(2):
        order_id = hall.pays(late, 1)
    assert hall.states(late, other) == ["expired", "ticketed"]
    (no,) = hall.said("ticket_refused")
    assert isinstance(no, TicketRefused)
    assert (no.order_id, no.registration_id, no.person_id) == (order_id, hall.registration(late).id, BORIS)
    assert refused(hall) == ["seats_gone"]


def test_a_late_payment_overtakes_nobody_who_waits(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=2, most_seats=2)
    late, other = hall.comes(gathering_id, BORIS), hall.comes(gathering_id, CHEN)
    hall.pays(other, 2)
    hall.pass_time(minutes=15)
    pair = hall.comes(gathering_id, DORA, 2)
    assert hall.states(late, pair) == ["expired", "waiting"]
    assert hall.seats(gathering_id).free == 1
    hall.pays(late, 1)
    assert (hall.states(late), refused(hall)) == (["expired"], ["seats_gone"])


def test_a_late_payment_does_not_count_when_its_person_has_registered_again(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=3)
    late = hall.comes(gathering_id, BORIS)
    hall.pass_time(minutes=15)
    again = hall.comes(gathering_id, BORIS)
    hall.pays(late, 1)
    hall.pays(again, 2)
    assert hall.states(late, again) == ["expired", "ticketed"]
    assert refused(hall) == ["seats_gone"]


def test_a_second_payment_and_one_for_other_seats_are_refused(hall: Hall) -> None:
    registration_id = hall.comes(hall.paid_gathering(capacity=3, most_seats=3), BORIS, 2)
    hall.pays(registration_id, 1, quantity=1)
    assert hall.states(registration_id) == ["held"]
    hall.pays(registration_id, 2)
    hall.pays(registration_id, 2)
    hall.pays(registration_id, 3)
    assert refused(hall) == ["other_seats", "paid_twice"]
    assert len(hall.said("ticket_issued")) == 1


def test_a_refund_ends_the_registration_and_the_next_one_moves(hall: Hall) -> None:
    gathering_id = hall.paid_gathering(capacity=1)
    first, second = hall.comes(gathering_id, BORIS), hall.comes(gathering_id, CHEN)
    order_id = hall.pays(first)
    hall.is_paid_back(first, order_id, quantity=0)
    assert hall.states(first) == ["ticketed"]
    for _ in range(2):
        hall.is_paid_back(first, order_id)
    assert hall.states(first, second) == ["refunded", "held"]
    assert hall.seats(gathering_id).free == 0


def test_who_gives_a_paid_ticket_back_ends_it_and_the_refund_that_follows_changes_nothing(hall: Hall) -> None:
    gathering_id = hall.paid_gathering()
    registration_id = hall.comes(gathering_id, BORIS)
    order_id = hall.pays(registration_id)
    for _ in range(2):
        hall.do("give_back", BORIS, registration_id=registration_id)
    hall.is_paid_back(registration_id, order_id)
    (ended,) = hall.said("registration_ended")
    assert isinstance(ended, RegistrationEnded)
    assert ended.reason == "given_back"
    assert hall.seats(gathering_id).free == 2


def test_a_person_has_one_registration_at_a_time(hall: Hall) -> None:
    gathering_id = hall.announced()
    first = hall.comes(gathering_id, BORIS)
    with pytest.raises(AlreadyRegistered, match=first):
        hall.comes(gathering_id, BORIS)
    hall.do("give_back", BORIS, registration_id=first)
    assert hall.comes(gathering_id, BORIS) != first


def test_what_ended_or_was_used_cannot_be_given_back(hall: Hall) -> None:
    gathering_id = hall.paid_gathering()
    expired = hall.comes(gathering_id, BORIS)
    hall.pass_time(minutes=15)
    with pytest.raises(RegistrationOver, match="expired"):
        hall.do("give_back", BORIS, registration_id=expired)
    free = hall.announced()
    used = hall.comes(free, BORIS)
    hall.pass_time(hours=20)
    hall.do("check_in", ANNA, gathering_id=free, code=hall.code(used), device_id="door-1")
    with pytest.raises(CheckedInAlready):
        hall.do("give_back", BORIS, registration_id=used)
