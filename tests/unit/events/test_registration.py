"""Registrations: they end once, have one ticket, and are checked in once, whoever tells of it in whatever order."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.events.domain import Registration, refusals
from services.events.invariants.registrations import TicketsAreUsedOnce
from services.kernel.domain import acting
from tests.support.forging import judged
from tests.support.scenario import NOON, Scenario, context

from .samples import ORDER, SOON, a_registration, a_ticket

SCANS = st.lists(st.tuples(st.sampled_from(["door-1", "door-2", "door-3"]), st.integers(0, 5)), min_size=1, max_size=8)


def test_seats_are_held_and_then_paid_for() -> None:
    Scenario(Registration).given(a_registration, lambda one: one.hold(2_000, "EUR", SOON)).when(
        lambda one: one.issue_ticket(ORDER, "17")
    ).then((Registration.TicketIssued, {"order_id": ORDER, "line_id": "17", "serial": 1}))


def test_a_registration_ends_once() -> None:
    ended = Scenario(Registration).given(a_ticket, lambda one: one.end("given_back", NOON))
    ended.when(lambda one: one.end("refunded", NOON)).then_refused(refusals.RegistrationOver)


def test_it_has_one_ticket() -> None:
    Scenario(Registration).given(a_ticket).when(lambda one: one.issue_ticket()).then()


def test_without_the_guard_it_has_two_and_the_audit_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registration, "has_ticket", property(lambda _: False))
    with acting(context()):
        twice = a_ticket()
        twice.issue_ticket()
        facts = list(twice.collect_events())
    assert judged(TicketsAreUsedOnce(), facts) == "it has ticket 1, and got 2"


def test_a_refused_ticket_is_told_once() -> None:
    refused = Scenario(Registration).given(a_ticket, lambda one: one.refuse_ticket(ORDER, "17", "paid_twice"))
    refused.when(lambda one: one.refuse_ticket(ORDER, "17", "paid_twice")).then()


def test_a_scan_of_what_is_not_a_ticket_is_kept_with_what_was_known() -> None:
    Scenario(Registration).given(a_registration, lambda one: one.wait()).when(
        lambda one: one.scan("door-1", NOON, 1, was_offline=True)
    ).then((Registration.ScanRefused, {"device_id": "door-1", "at": NOON, "reason": "waiting"}))


def after(told: list[tuple[str, int]]) -> Any:
    """What is known once devices have told of these scans, in this order."""
    with acting(context()):
        registration = a_ticket()
        for device, minute in told:
            registration.scan(device, NOON + timedelta(minutes=minute), 1, was_offline=True)
        facts = list(registration.collect_events())
    assert judged(TicketsAreUsedOnce(), facts) is None
    return registration.check_in, registration.scans


@settings(max_examples=300, deadline=None)
@given(told=SCANS, order=st.randoms(use_true_random=False))
def test_in_whatever_order_devices_tell_of_scans_the_same_is_known(told: list[tuple[str, int]], order: Any) -> None:
    shuffled = [*told, told[0]]
    order.shuffle(shuffled)
    assert after(shuffled) == after(told)
    earliest = min((minute, device) for device, minute in told)
    assert after(told)[0]["device_id"] == earliest[1]
    assert len(after(told)[1]) == len(set(told)), "each is kept once"


def test_a_check_in_by_arrival_would_depend_on_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the rule above: without sorting by the devices' clocks, orders differ."""

    def in_order_of_arrival(scans: list[Any], device_id: str, at: Any, was_offline: bool) -> None:
        scans.append({"device_id": device_id, "at": at.isoformat(), "was_offline": was_offline})

    monkeypatch.setattr("services.events.domain.registration._keep", in_order_of_arrival)
    assert after([("door-1", 1), ("door-2", 0)]) != after([("door-2", 0), ("door-1", 1)])
