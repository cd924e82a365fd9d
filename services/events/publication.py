"""What others may know: a fact of events as the message it leaves as, or None."""

from functools import singledispatch
from uuid import UUID

from services.contracts import events as messages
from services.contracts.floor import told
from services.contracts.message import Message
from services.events.domain import gathering_facts, seats_facts
from services.events.domain import registration_facts as facts
from services.events.domain.registration import DECLINED
from services.kernel.domain import Fact


@singledispatch
def publish(fact: Fact) -> Message | None:  # noqa: ARG001 - words, places, waitlists and devices stay here
    """The message that a fact leaves as."""
    return None


@publish.register
def _announced(fact: gathering_facts.Announced) -> Message:
    return messages.GatheringAnnounced(
        gathering_id=fact.gathering_id, group_id=fact.group_id, organiser_id=fact.organiser_id,
        starts_at=fact.starts_at, ends_at=fact.ends_at, capacity=fact.capacity, price_minor=fact.price_minor,
        currency=fact.currency, listing_ids=fact.listing_ids, tags=fact.tags,
    )  # fmt: skip


@publish.register
def _moved(fact: gathering_facts.Moved) -> Message:
    return messages.GatheringMoved(gathering_id=fact.originator_id, starts_at=fact.starts_at, ends_at=fact.ends_at)


@publish.register
def _capacity_changed(fact: seats_facts.CapacityChanged) -> Message:
    return messages.CapacityChanged(gathering_id=fact.gathering_id, capacity=fact.capacity)


@publish.register
def _cancelled(fact: gathering_facts.Cancelled) -> Message:
    return messages.GatheringCancelled(gathering_id=fact.originator_id)


@publish.register
def _recap_written(fact: gathering_facts.RecapWritten) -> Message:
    return messages.RecapWritten(
        gathering_id=fact.originator_id, group_id=fact.group_id, author_id=fact.author_id, came=told(fact.came),
        listing_ids=fact.listing_ids,
    )  # fmt: skip


@publish.register
def _seats_held(fact: facts.SeatsHeld) -> Message:
    return messages.SeatReserved(
        registration_id=fact.originator_id, gathering_id=fact.gathering_id, person_id=fact.person_id,
        seats=fact.seats, price_minor=fact.price_minor, currency=fact.currency, expires_at=fact.expires_at,
    )  # fmt: skip


@publish.register
def _waited(fact: facts.Waited) -> Message:
    return messages.WaitlistJoined(
        registration_id=fact.originator_id, gathering_id=fact.gathering_id, person_id=fact.person_id, seats=fact.seats
    )


@publish.register
def _ticket_issued(fact: facts.TicketIssued) -> Message:
    return messages.TicketIssued(
        registration_id=fact.originator_id, gathering_id=fact.gathering_id, person_id=fact.person_id,
        seats=fact.seats, order_id=fact.order_id,
    )  # fmt: skip


@publish.register
def _ticket_refused(fact: facts.TicketRefused) -> Message:
    return messages.TicketRefused(
        registration_id=fact.originator_id, gathering_id=fact.gathering_id, person_id=fact.person_id,
        order_id=fact.order_id, line_id=UUID(fact.line_id),
    )  # fmt: skip


@publish.register
def _ended(fact: facts.Ended) -> Message | None:
    """Who declined elsewhere never had a seat, and nobody heard of the registration."""
    if fact.reason == DECLINED:
        return None
    return messages.RegistrationEnded(
        registration_id=fact.originator_id, gathering_id=fact.gathering_id, person_id=fact.person_id,
        reason=fact.reason,
    )  # fmt: skip


@publish.register
def _checked_in(fact: facts.CheckedIn) -> Message:
    return messages.CheckedIn(
        registration_id=fact.originator_id, gathering_id=fact.gathering_id, person_id=fact.person_id, seats=fact.seats
    )
