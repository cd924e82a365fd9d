"""What breaks the invariants about disputes of released shares, and about refunds beside disputes."""

from collections.abc import Iterator
from typing import Any

from services.kernel.domain import acting
from services.mall.domain.checkout import Checkout
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout_account import PayoutAccount
from tests.support.scenario import BORIS, NOON, context

from .breaches import Breach, without
from .dispute_breaches import DISPUTE, doubled, with_fields
from .payout_samples import PAYDAY, PAYOUT, a_payout
from .reconciling_breaches import reconciled_story
from .samples import (
    GROUP,
    ORDER,
    REFUND,
    SELLER,
    TOTAL,
    a_checkout,
    an_order,
    capture,
    deliver,
    pay,
    release,
)  # fmt: skip


def reserved_story(*, ends: bool = False, draws: int = 0) -> list[Any]:
    """A sale is released, and then disputed as a whole."""
    with acting(context()):
        checkout, order = a_checkout(), an_order()
        for step in (pay, deliver, release):
            step(order)
        payables = [Payable("seller", SELLER, "EUR"), Payable("community", GROUP, "EUR")]
        order.dispute(DISPUTE, TOTAL)
        for payable, one in zip(payables, order.at_stake(DISPUTE), strict=True):
            payable.credit(ORDER, 20_000, PAYDAY)
            payable.reserve(DISPUTE, ORDER, one["amount_minor"])
            if draws:
                payable.draw(PAYOUT, draws, NOON)
            if ends:
                payable.free(DISPUTE, ORDER)
        if ends:
            order.win_dispute(DISPUTE)
    return [fact for root in (checkout, order, *payables) for fact in root.collect_events()]


def set_off_story() -> list[Any]:
    """A refund fails, and the bank takes a part of it."""
    with acting(context()):
        checkout = a_checkout()
        capture(checkout)
        checkout.demand_refund(REFUND, None, TOTAL, "overpaid", from_unallocated=True)
        checkout.fail_refund(REFUND, "card_closed")
        checkout.dispute(DISPUTE)
        checkout.end_dispute(DISPUTE, "lost", 500)
        checkout.confirm_refund(checkout.retry_refund(REFUND), TOTAL - 500)
    return list(checkout.collect_events())


def own_account_story() -> list[Any]:
    """Boris says where a group is paid, and approves that it is."""
    with acting(context()):
        account = PayoutAccount.name("community", GROUP, GROUP, "acct_group", 72, NOON, BORIS)
        fields = {"role": "community", "party_id": GROUP, "person_id": None, "requested_by": None, "holder_id": GROUP}
        payout = a_payout(**fields, amount_minor=2_000_000, needs_approval=True)
        payout.approve(BORIS)
    return [fact for root in (account, payout) for fact in root.collect_events()]


def safety_breaches() -> Iterator[Breach]:
    """Name of an invariant, a word of what it says, and facts that break it."""
    yield "disputed shares", "not what is reserved", without(reserved_story(), Payable.Reserved)
    yield "disputed shares", "not what is reserved", without(reserved_story(ends=True), Payable.Freed)
    yield "disputed shares", "not what is reserved", without(reserved_story(ends=True), Order.DisputeEnded)
    yield "disputed shares", "not what is reserved", with_fields(reserved_story(), Payable.Reserved, amount_minor=1)
    yield "disputed shares", "not reserved", doubled(reserved_story(ends=True), Payable.Freed)
    yield "disputed shares", "are drawn", with_fields(reserved_story(draws=5_000), Payable.Drawn, balance_minor=999)
    yield "payments", "more is set off", without(set_off_story(), Checkout.DisputeEnded)
    yield "payments", "of another amount", with_fields(set_off_story(), Checkout.RefundSetOff, left_minor=1)
    yield "approvals", "that she set", own_account_story()
    yield "waiting", "statement.import", reconciled_story()
