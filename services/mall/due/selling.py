"""What falls due by checkouts, orders and seats."""

from collections.abc import Iterable
from uuid import UUID

from services.kernel.store.recorder import DueRow
from services.mall.domain import case_facts, checkout_facts, dispute_facts, order_facts
from services.mall.domain.seat import Seat
from services.mall.domain.seller import Seller

from .kinds import (
    ASK_AFTER,
    ASK_DISPUTE,
    ASK_DISPUTE_AFTER,
    ASK_PAYMENT,
    ASK_REFUND,
    CASE_DEADLINE,
    EXPIRE,
    GATHERING_ENDS,
    ISSUE_CREDIT_NOTE,
    ISSUE_INVOICE,
    OFFER_TICKETS,
    RELEASE,
    REQUEST_PAYMENT,
    REQUEST_REFUND,
    REQUEST_REFUND_AGAIN,
    RETURN_UNANSWERED,
    TICKET_PAID,
    due,
)


@due.register
def _opened(fact: checkout_facts.Opened) -> Iterable[DueRow]:
    subject = str(fact.checkout_id)
    if fact.payment_id is not None:
        yield DueRow(REQUEST_PAYMENT, subject, fact.effective_at)
        yield DueRow(ASK_PAYMENT, subject, fact.effective_at + ASK_AFTER)
    if fact.expires_at is not None:
        yield DueRow(EXPIRE, subject, fact.expires_at)


@due.register
def _uncertain(fact: checkout_facts.PaymentUncertain) -> Iterable[DueRow]:
    yield DueRow(ASK_PAYMENT, str(fact.originator_id), fact.effective_at + ASK_AFTER)


@due.register(checkout_facts.PaymentCaptured)
@due.register(checkout_facts.PaymentDeclined)
def _settled(fact: checkout_facts.PaymentCaptured | checkout_facts.PaymentDeclined) -> Iterable[DueRow]:
    subject = str(fact.originator_id)
    for kind in (REQUEST_PAYMENT, ASK_PAYMENT, EXPIRE):
        yield DueRow(kind, subject, None)


@due.register(checkout_facts.Expired)
@due.register(checkout_facts.Cancelled)
def _ended(fact: checkout_facts.Expired | checkout_facts.Cancelled) -> Iterable[DueRow]:
    """Its payment stays due: the provider may have the money all the same."""
    yield DueRow(EXPIRE, str(fact.originator_id), None)


@due.register
def _demanded(fact: checkout_facts.RefundDemanded) -> Iterable[DueRow]:
    subject = f"{fact.originator_id}/{fact.refund_id}"
    yield DueRow(REQUEST_REFUND, subject, fact.effective_at)
    yield DueRow(ASK_REFUND, subject, fact.effective_at + ASK_AFTER)


@due.register(checkout_facts.PaymentRefunded)
@due.register(checkout_facts.RefundFailed)
def _refund_settled(fact: checkout_facts.PaymentRefunded | checkout_facts.RefundFailed) -> Iterable[DueRow]:
    subject = f"{fact.originator_id}/{fact.refund_id}"
    for kind in (REQUEST_REFUND, ASK_REFUND, REQUEST_REFUND_AGAIN):
        yield DueRow(kind, subject, None)


@due.register
def _refund_set_off(fact: checkout_facts.RefundSetOff) -> Iterable[DueRow]:
    """What is left of one that was never sent is asked for under the same id; nothing else is due by itself.

    By recorded time: both rows may be worked off together, and the row of before must not take this one with it.
    """
    subject, is_due = f"{fact.originator_id}/{fact.refund_id}", fact.status == "demanded"
    for kind in (REQUEST_REFUND, REQUEST_REFUND_AGAIN):
        yield DueRow(kind, subject, None)
    yield DueRow(ASK_REFUND, subject, fact.recorded_at + ASK_AFTER if is_due else None)


@due.register
def _paid(fact: order_facts.Paid) -> Iterable[DueRow]:
    """Seats that are paid for after their gathering has ended are delivered all the same, by a row of their own: that
    of the gathering is gone by then."""
    if fact.is_invoiced:
        yield DueRow(ISSUE_INVOICE, str(fact.originator_id), fact.effective_at)
    for line in fact.lines:
        if registration_id := line.get("registration_id"):
            yield DueRow(TICKET_PAID, str(Seat.create_id(UUID(registration_id))), fact.recorded_at)


@due.register
def _line_refunded(fact: order_facts.LineRefunded) -> Iterable[DueRow]:
    """Also of an order without an invoice: nothing comes of it then."""
    yield DueRow(ISSUE_CREDIT_NOTE, f"{fact.originator_id}/{fact.refund_id}", fact.effective_at)


@due.register
def _line_charged_back(fact: order_facts.LineChargedBack) -> Iterable[DueRow]:
    """One for all lines of the order that the dispute took back."""
    yield DueRow(ISSUE_CREDIT_NOTE, f"{fact.originator_id}/{fact.dispute_id}", fact.effective_at)


@due.register
def _delivered(fact: order_facts.Delivered) -> Iterable[DueRow]:
    yield DueRow(RELEASE, str(fact.originator_id), fact.return_window_ends_at)


@due.register
def _disputed(fact: order_facts.Disputed) -> Iterable[DueRow]:
    yield DueRow(RELEASE, str(fact.originator_id), None)


@due.register
def _dispute_ended(fact: order_facts.DisputeEnded) -> Iterable[DueRow]:
    """Never at a time at which it may have come due before: what was done then is not done again."""
    if fact.release_at is not None:
        yield DueRow(RELEASE, str(fact.originator_id), max(fact.release_at, fact.effective_at))


@due.register
def _return_requested(fact: order_facts.ReturnRequested) -> Iterable[DueRow]:
    """Another one of the same line moves it. A release that comes due before it waits, see ``errands``."""
    if fact.answer_by is not None:
        yield DueRow(RETURN_UNANSWERED, f"{fact.originator_id}/{fact.line_id}", fact.answer_by)


@due.register
def _order_in_case(fact: order_facts.CaseOpened) -> Iterable[DueRow]:
    yield DueRow(RELEASE, str(fact.originator_id), None)


@due.register
def _order_out_of_case(fact: order_facts.CaseClosed) -> Iterable[DueRow]:
    """Never at a time at which it may have come due before; deadlines of cases may lie in the past when they are
    worked off, so that is when it was recorded."""
    if fact.release_at is not None:
        yield DueRow(RELEASE, str(fact.originator_id), max(fact.release_at, fact.recorded_at))


@due.register(case_facts.Opened)
@due.register(case_facts.Answered)
@due.register(case_facts.Escalated)
@due.register(case_facts.Overdue)
def _case_waits(
    fact: case_facts.Opened | case_facts.Answered | case_facts.Escalated | case_facts.Overdue
) -> Iterable[DueRow]:  # fmt: skip
    yield DueRow(CASE_DEADLINE, str(fact.originator_id), fact.deadline)


@due.register
def _case_closed(fact: case_facts.Closed) -> Iterable[DueRow]:
    yield DueRow(CASE_DEADLINE, str(fact.originator_id), None)


@due.register
def _dispute_opened(fact: dispute_facts.Opened) -> Iterable[DueRow]:
    yield DueRow(ASK_DISPUTE, str(fact.dispute_id), fact.effective_at + ASK_DISPUTE_AFTER)


@due.register(dispute_facts.Won)
@due.register(dispute_facts.Lost)
def _dispute_closed(fact: dispute_facts.Won | dispute_facts.Lost) -> Iterable[DueRow]:
    yield DueRow(ASK_DISPUTE, str(fact.originator_id), None)


@due.register
def _seller_opened(fact: Seller.Opened) -> Iterable[DueRow]:
    """Gatherings that the person announced before she sold anything."""
    yield DueRow(OFFER_TICKETS, str(fact.originator_id), fact.effective_at)


@due.register(Seat.Ordered)
@due.register(Seat.OrderedAgain)
def _seats_ordered(fact: Seat.Ordered | Seat.OrderedAgain) -> Iterable[DueRow]:
    yield DueRow(GATHERING_ENDS, str(fact.originator_id), fact.ends_at)


@due.register
def _seats_ended(fact: Seat.Ended) -> Iterable[DueRow]:
    for kind in (GATHERING_ENDS, TICKET_PAID):
        yield DueRow(kind, str(fact.originator_id), None)


@due.register(order_facts.Released)
@due.register(order_facts.CancelledPaid)
def _nothing_held(fact: order_facts.Released | order_facts.CancelledPaid) -> Iterable[DueRow]:
    yield DueRow(RELEASE, str(fact.originator_id), None)
