"""What falls due: the end of seats that are kept for a payment, and of the registrations of a cancelled gathering."""

from collections.abc import Iterable
from functools import singledispatch

from services.events.domain import gathering_facts
from services.events.domain import registration_facts as facts
from services.events.domain.registration import CANCELLED
from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow

EXPIRE, END_CANCELLED = "registration.expire", "gathering.end_registrations"


@singledispatch
def due(fact: Fact) -> Iterable[DueRow]:  # noqa: ARG001 - nothing falls due by most facts
    """The due rows that a fact sets, or clears with None."""
    return ()


@due.register
def _held(fact: facts.SeatsHeld) -> Iterable[DueRow]:
    yield DueRow(EXPIRE, str(fact.originator_id), fact.expires_at)


@due.register
def _ticketed(fact: facts.TicketIssued) -> Iterable[DueRow]:
    yield DueRow(EXPIRE, str(fact.originator_id), None)


@due.register
def _cancelled(fact: gathering_facts.Cancelled) -> Iterable[DueRow]:
    yield DueRow(END_CANCELLED, str(fact.originator_id), fact.effective_at)


@due.register
def _ended(fact: facts.Ended) -> Iterable[DueRow]:
    """Of a cancelled gathering they end in batches: each asks for the next at a time of its own."""
    yield DueRow(EXPIRE, str(fact.originator_id), None)
    if fact.reason == CANCELLED:
        yield DueRow(END_CANCELLED, str(fact.gathering_id), fact.recorded_at)
