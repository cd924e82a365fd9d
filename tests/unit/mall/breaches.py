"""Facts about tickets and reviews that should not be: what the invariants of both are seen to find."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.review import Review
from services.mall.domain.seat import Seat
from tests.support.scenario import CHEN, NOON, context

from .samples import ORDER, REFUND, SOON, a_checkout, a_line, an_order, deliver, pay

REGISTRATION, GATHERING, OTHER_ORDER = UUID(int=0x4E), UUID(int=0x6A), UUID(int=0x0E)
Breach = tuple[str, str, list[Any]]


def a_ticket(line_id: str = "1") -> Any:
    """A line that pays for seats."""
    return a_line(line_id) | {"registration_id": str(REGISTRATION)}


def a_seat(order_id: UUID = ORDER) -> Seat:
    """The seats that it pays for."""
    return Seat(REGISTRATION, GATHERING, order_id, "1", 3, SOON, NOON + timedelta(days=1))


def ticket_story(*, ends: bool = True, goes_back: bool = True) -> list[Any]:
    """A ticket is paid for; its registration ends, and the money goes back."""
    with acting(context()):
        seat, order = a_seat(), an_order(a_ticket())
        pay(order)
        if ends:
            seat.end("gathering_cancelled")
        if goes_back:
            order.refund_line(REFUND, "1", 3, with_freight=True)
    return [fact for root in (order, seat) for fact in root.collect_events()]


def another_order(*, is_paid: bool = True) -> list[Any]:
    """The same seats once more."""
    with acting(context()):
        order = an_order(a_ticket(), order_id=OTHER_ORDER)
        if is_paid:
            pay(order)
    return list(order.collect_events())


def review_story(*, is_delivered: bool = True) -> list[Any]:
    """Something is bought, delivered and judged."""
    with acting(context()):
        checkout, order = a_checkout(), an_order()
        pay(order)
        if is_delivered:
            deliver(order)
    return [fact for root in (checkout, order) for fact in root.collect_events()]


def judged_as(rating: int = 4, **changes: Any) -> list[Any]:
    """A review of it."""
    with acting(context()):
        order = an_order(**changes)
        pay(order)
        deliver(order)
        review = Review.write(order, "1", 4, "", "", NOON)
        review.change(order, 5, "", "", NOON)
    facts = list(review.collect_events())
    for fact in facts:
        fact.__dict__["rating"] = rating
    return facts


def ticket_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "tickets", "ticket without seats", without(ticket_story(), Seat.Ordered)
    yield "tickets", "ticket without seats", [*ticket_story(), *another_order(is_paid=False)]
    yield "tickets", "paid for by another order", [*ticket_story(ends=False, goes_back=False), *another_order()]
    yield "tickets", "did not go back", ticket_story(goes_back=False)
    yield "waiting", "gathering.end", ticket_story(ends=False, goes_back=False)


def review_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "reviews", "bought by another", [*review_story(), *judged_as(buyer_id=CHEN)]
    yield "reviews", "bought by another", [*judged_as(), *review_story()]
    yield "reviews", "was not delivered", [*review_story(is_delivered=False), *judged_as()]
    yield "reviews", "judged before", [*review_story(), *judged_as(), *judged_as()]
    yield "reviews", "6 points", [*review_story(), *judged_as(6)]
    yield "reviews", "0 points", [*review_story(), *judged_as(), *judged_as(0)[1:]]


def without(facts: list[Any], kind: type[Any]) -> list[Any]:
    """The story as if it had never happened."""
    return [fact for fact in facts if type(fact) is not kind]
