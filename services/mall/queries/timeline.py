"""Everything that happened to an order, in its order: what each fact tells of it to those who take part in a case.

A fact tells what stands here and nothing else: no address, no share, nothing of other sellers' orders of a checkout.
What is told is bounded: a buyer opens so many cases about an order, each side says so much in one. It is told by pages.
"""

from collections.abc import Iterator
from typing import Any, TypeGuard
from uuid import UUID

from services.kernel.domain import Fact
from services.kernel.flow.paging import Page
from services.kernel.store.eventstore import EventStore
from services.mall.domain import case_facts, checkout_facts, order_facts
from services.mall.domain.order import Order
from services.mall.domain.seat import Seat
from services.mall.domain.tickets import ticket_lines

NOTHING: dict[str, None] = dict.fromkeys(
    ("text", "sha256", "line_id", "quantity", "amount_minor", "reason", "outcome", "refund_id", "dispute_id", "case_id")
)
TOLD: dict[type[Fact], tuple[str, tuple[str, ...]]] = {
    order_facts.Placed: ("placed", ()),
    order_facts.Paid: ("paid", ()),
    order_facts.Delivered: ("delivered", ()),
    order_facts.ReturnRequested: ("return_requested", ("line_id", "quantity", "reason")),
    order_facts.LineRefunded: ("line_refunded", ("refund_id", "line_id", "quantity", "amount_minor")),
    order_facts.Disputed: ("disputed", ("dispute_id", "amount_minor")),
    order_facts.LineChargedBack: ("line_charged_back", ("dispute_id", "line_id", "amount_minor")),
    order_facts.DisputeEnded: ("dispute_ended", ("dispute_id", "outcome")),
    order_facts.Released: ("released", ()),
    order_facts.Cancelled: ("cancelled", ("reason",)),
    order_facts.CancelledPaid: ("cancelled", ("reason", "refund_id", "amount_minor")),
    checkout_facts.PaymentCaptured: ("payment_captured", ()),
    checkout_facts.PaymentDeclined: ("payment_declined", ("reason",)),
    checkout_facts.RefundDemanded: ("refund_demanded", ("refund_id", "amount_minor", "reason")),
    checkout_facts.PaymentRefunded: ("refund_paid", ("refund_id", "amount_minor")),
    checkout_facts.RefundFailed: ("refund_failed", ("refund_id", "reason")),
    checkout_facts.RefundReturned: ("refund_returned", ("refund_id", "amount_minor", "reason")),
    checkout_facts.RefundPaidElsewhere: ("refund_paid_elsewhere", ("refund_id", "amount_minor")),
    Seat.Ended: ("registration_ended", ("reason",)),
    case_facts.Opened: ("case_opened", ("case_id", "reason", "line_id", "dispute_id", "text")),
    case_facts.Answered: ("case_answered", ("text",)),
    case_facts.Said: ("case_said", ("text", "sha256")),
    case_facts.Escalated: ("case_escalated", ("text",)),
    case_facts.Overdue: ("case_overdue", ()),
    case_facts.Decided: ("case_decided", ("reason", "amount_minor", "text")),
    case_facts.Closed: ("case_closed", ("outcome", "amount_minor")),
}
"""What a kind of fact is called in a timeline, and which of its fields are told."""
BY_TOPIC = {kind.TOPIC: told for kind, told in TOLD.items()}  # type: ignore[attr-defined]
"""The library derives a class of its own from each of them."""


def page_of_timeline(store: EventStore, order: Order, limit: int, cursor: list[str] | None) -> Page:
    """What is told of an order, the earliest first; what was stored together, by how it hangs together.

    What happens later is told at the end, so a cursor is how much was told before; one that is made up begins anew.
    """
    facts = (fact for fact in _facts(store, order) if _topic(fact) in BY_TOPIC)
    told = sorted(facts, key=lambda fact: fact.recorded_at)
    begin = int(cursor[0]) if cursor and cursor[0].isascii() and cursor[0].isdecimal() and len(cursor[0]) < 9 else 0
    rows = [_row(fact, order) for fact in told[begin : begin + limit]]
    return Page(rows, [str(begin + limit)] if begin + limit < len(told) else None)


def _facts(store: EventStore, order: Order) -> Iterator[Fact]:
    of_order, of_checkout = store.history_of(order.id), store.history_of(order.checkout_id)
    refunds = {str(one.refund_id) for one in of_checkout if _is_demanded_of(one, order)}
    yield from (fact for fact in of_checkout if _is_of(fact, order, refunds))
    yield from of_order
    for _, registration_id in ticket_lines(order):
        yield from store.history_of(Seat.create_id(registration_id))
    for fact in of_order:
        if isinstance(fact, order_facts.CaseOpened):
            yield from store.history_of(fact.case_id)


def _is_demanded_of(fact: Fact, order: Order) -> TypeGuard[checkout_facts.RefundDemanded]:
    """Also what was paid too late and could not be sold any more: of that the order itself knows no refund."""
    return isinstance(fact, checkout_facts.RefundDemanded) and fact.order_id == order.id


def _is_of(fact: Fact, order: Order, refunds: set[str]) -> bool:
    """Of a checkout over several sellers, each is told of her own refunds alone."""
    if isinstance(fact, checkout_facts.RefundFailed):
        return str(fact.refund_id) in refunds
    return getattr(fact, "order_id", order.id) == order.id


def _row(fact: Fact, order: Order) -> dict[str, Any]:
    what, fields = BY_TOPIC[_topic(fact)]
    told = {name: _value(getattr(fact, name)) for name in fields}
    return {
        **NOTHING, **told, "what": what, "by": _side(fact, order), "happened_at": fact.effective_at,
        "recorded_at": fact.recorded_at,
    }  # fmt: skip


def _topic(fact: Fact) -> str:
    return str(getattr(fact, "TOPIC", ""))


def _value(value: Any) -> Any:
    """What somebody wrote who is forgotten reads None."""
    return value if value or value == 0 else None


def _side(fact: Fact, order: Order) -> str:
    """Who did it, as far as it is one of the two; the platform is also its clock and its provider."""
    sides: dict[UUID, str] = {order.buyer_id: "buyer", order.seller_person_id: "seller"}
    return sides.get(fact.actor_id, "platform")
