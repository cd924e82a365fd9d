"""A sale of elsewhere that was paid out, and what breaks the invariant about that."""

from collections.abc import Iterator
from copy import copy
from typing import Any
from uuid import UUID

from services.kernel.domain import acting
from services.mall.domain.order import Order
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from tests.support.scenario import context

from .samples import (
    ORDER,
    PAYMENT,
    SELLER,
    TOTAL,
    WINDOW_ENDS,
    a_checkout,
    a_line,
    an_order,
    deliver,
    release,
)

PAYOUT = UUID(int=0xE5E)
EARNED = TOTAL - 500


def paid_out_elsewhere(**changes: Any) -> list[Any]:
    """Recorded, paid, delivered and released; then its seller was paid."""
    with acting(context()):
        checkout = a_checkout(recorded=True, **({"expires_at": None, "payment_id": None} | changes))
        order = an_order(a_line(group_id=None, commission_bps=0))
        checkout.capture(PAYMENT, "boleto", TOTAL, recorded=True)
        order.pay(TOTAL, recorded=True)
        deliver(order)
    with acting(context(at=WINDOW_ENDS)):
        release(order)
        earned_minor = order.earned_by("seller", SELLER)
        payout = PayoutElsewhere.record(PAYOUT, "seller", SELLER, [ORDER], earned_minor, "EUR")
    return [fact for root in (checkout, order, payout) for fact in root.collect_events()]


def elsewhere_breaches() -> Iterator[tuple[str, str, list[Any]]]:
    """Name of the invariant, a word of what it says, and facts that break it."""
    yield "payouts elsewhere", "out of 0 that", [*paid_out_elsewhere(), copy(paid_out_elsewhere()[-1])]
    yield "payouts elsewhere", "out of 9999 that", _paid(EARNED + 1)
    yield "payouts elsewhere", "out of 0 that", _without_release()
    yield "payouts elsewhere", "out of 0 that", paid_out_elsewhere(payment_id=PAYMENT)


def _paid(amount_minor: int) -> list[Any]:
    facts = paid_out_elsewhere()
    facts[-1].__dict__["amount_minor"] = amount_minor
    return facts


def _without_release() -> list[Any]:
    return [fact for fact in paid_out_elsewhere() if type(fact) is not Order.Released]
