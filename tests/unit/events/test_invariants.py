"""Every invariant of events is seen broken by a history that no command made."""

from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest

from services.events.domain import gathering_facts as gatherings
from services.events.domain import registration_facts as registrations
from services.events.domain import seats_facts as seats
from services.events.invariants import invariants
from services.kernel.domain import acting
from services.kernel.store.invariants import Invariant
from tests.support.forging import forged, judged
from tests.support.scenario import BORIS, NOON, context

from .samples import GATHERING, SOON, a_registration, some_seats

ONE, TWO, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)


def named(name: str) -> Invariant:
    """The invariant of this name, over a store in which nothing is due."""
    return next(one for one in invariants(Mock(due_rows=dict)) if one.name == name)


def seats_with(*told: tuple[type[Any], dict[str, Any]], capacity: int = 1) -> list[Any]:
    """Seats, and what is said of them."""
    with acting(context()):
        birth = list(some_seats(capacity).collect_events())
    return birth + [forged(kind, birth[0].originator_id, **fields) for kind, fields in told]


def registered(*told: tuple[type[Any], dict[str, Any]]) -> list[Any]:
    """A registration, and what is said of it."""
    with acting(context()):
        birth = list(a_registration().collect_events())
    return birth + [forged(kind, birth[0].originator_id, gathering_id=GATHERING, **fields) for kind, fields in told]


def joined(number: int, seats_wanted: int = 1) -> tuple[type[Any], dict[str, Any]]:
    return seats.WaitlistJoined, {"registration_id": UUID(int=number), "seats": seats_wanted, "number": number}


def moved(number: int, free: int = 1, passed_over: list[int] | None = None) -> tuple[type[Any], dict[str, Any]]:
    fields = {"registration_id": UUID(int=number), "number": number, "seats": 1, "free": free, "why": "expired"}
    return seats.WaitlistMoved, fields | {"passed_over": passed_over or []}


RESERVED = (seats.Reserved, {"registration_id": ONE, "seats": 1})
TICKET = (registrations.TicketIssued, {"seats": 1, "serial": 1})
CHECKED_IN = (registrations.CheckedIn, {"device_id": "door-1", "at": NOON})
ENDED = (registrations.Ended, {"reason": "expired"})
HELD = (registrations.SeatsHeld, {"seats": 1, "expires_at": SOON})
CANCELLED = forged(gatherings.Cancelled, GATHERING, cancelled_by=BORIS, reason="rain")
BROKEN: dict[str, tuple[str, list[Any]]] = {
    "more seats than there are": (
        "seats", seats_with(RESERVED, (seats.Reserved, {"registration_id": TWO, "seats": 1}))
    ),
    "fewer seats than are taken": (
        "seats", seats_with(RESERVED, (seats.CapacityChanged, {"gathering_id": GATHERING, "capacity": 0}))
    ),
    "seats twice": ("seats", seats_with(RESERVED, RESERVED, capacity=9)),
    "freed by another": (
        "seats", seats_with(RESERVED, (seats.Freed, {"registration_id": TWO, "seats": 1, "reason": "expired"}))
    ),
    "overtaken": ("waitlists", seats_with(joined(1), joined(2), moved(2, passed_over=[1]))),
    "passed over and not named": ("waitlists", seats_with(joined(1, 2), joined(2), moved(2))),
    "moved from nowhere": ("waitlists", seats_with(moved(1))),
    "left from nowhere": ("waitlists", seats_with((seats.WaitlistLeft, {"registration_id": ONE, "number": 1}))),
    "ended twice": ("registrations", registered(ENDED, ENDED)),
    "two at a time": (
        "registrations",
        [*registered(), forged(registrations.Registered, OTHER, version=1, gathering_id=GATHERING, person_id=BORIS)],
    ),
    "two tickets": ("tickets", registered(TICKET, TICKET)),
    "came without a ticket": ("tickets", registered(CHECKED_IN)),
    "came twice": ("tickets", registered(TICKET, CHECKED_IN, CHECKED_IN)),
    "kept for ever": ("waiting", registered(HELD)),
    "never let go": ("waiting", [*registered(), CANCELLED]),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_an_invariant_finds_what_is_wrong(what: str) -> None:
    name, facts = BROKEN[what]
    assert judged(named(name), facts)


def test_every_invariant_was_seen_broken() -> None:
    assert {one.name for one in invariants(Mock(due_rows=dict))} == {name for name, _ in BROKEN.values()}


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "seats",
            seats_with(RESERVED, (seats.Freed, {"registration_id": ONE, "seats": 1, "reason": "expired"}), RESERVED),
        ),
        ("waitlists", seats_with(joined(1, 2), joined(2), moved(2, passed_over=[1]))),
        ("registrations", registered(ENDED, TICKET)),
        ("tickets", registered(TICKET, ENDED, TICKET, CHECKED_IN)),
        ("waiting", registered(HELD, TICKET)),
        ("waiting", [*registered(ENDED), CANCELLED]),
    ],
)
def test_what_is_right_is_not_found_wrong(name: str, facts: list[Any]) -> None:
    assert judged(named(name), facts) is None
