"""Facts about returns that should not be: what the invariant is seen to find."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from services.kernel.domain import acting
from services.mall.domain.order import Order
from tests.support.scenario import NOON, context

from .breaches import Breach, without
from .samples import REFUND, WINDOW_ENDS, an_order, deliver, pay, release

ANSWER_BY = WINDOW_ENDS + timedelta(days=6)


def send_back(order: Order) -> None:
    """One of three, late in the window."""
    order.request_return("1", 1, "too_long", NOON, ANSWER_BY)


def pay_back(order: Order) -> None:
    """The seller does so."""
    order.refund_line(REFUND, "1", 1)


def return_story(*, is_answered: bool = True) -> list[Any]:
    """Boris sends back one of three; it is paid back, and the rest is released."""
    with acting(context()):
        order = an_order()
        pay(order)
        deliver(order)
        send_back(order)
        if is_answered:
            pay_back(order)
            release(order)
    return list(order.collect_events())


def return_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "returns", "has no due row", return_story(is_answered=False)
    yield "returns", "nobody has answered", without(return_story(), Order.LineRefunded)
    yield "returns", "never ordered", without(return_story(), Order.Placed)
