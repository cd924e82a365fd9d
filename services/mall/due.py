"""What falls due in the mall: payments and refunds to be asked for, ends of reservations and of return windows,
tickets to be offered, ends of gatherings, paydays, payouts to be sent and asked for, statements of the provider,
invoices and credit notes to be issued.

The subject of a payment is its checkout's id; of a refund, its checkout's id and its own: "CHECKOUT/REFUND".
That of a credit note is the id of its order, and of the refund or dispute: "ORDER/REFUND".
That of a payday is the id of the balance; it is due as long as there is one.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import singledispatch

from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow
from services.mall.domain import (
    checkout_facts,
    dispute_facts,
    order_facts,
    payable_facts,
    payout_facts,
    reconciliation_facts,
)
from services.mall.domain.reconciliation import day_after
from services.mall.domain.seat import Seat
from services.mall.domain.seller import Seller
from services.mall.domain.statement import end_of

REQUEST_PAYMENT, ASK_PAYMENT, EXPIRE = "payment.request", "payment.ask", "checkout.expire"
REQUEST_REFUND, ASK_REFUND = "refund.request", "refund.ask"
ASK_DISPUTE = "dispute.ask"
RELEASE = "order.release"
SEND_PAYOUT, REQUEST_TRANSFER, ASK_TRANSFER = "payout.send", "transfer.request", "transfer.ask"
PAY_DAY = "payable.pay_day"
OFFER_TICKETS, GATHERING_ENDS = "tickets.offer", "gathering.end"
IMPORT_STATEMENT = "statement.import"
ISSUE_INVOICE, ISSUE_CREDIT_NOTE = "invoice.issue", "credit_note.issue"
STATEMENT_AFTER = timedelta(hours=2)
"""How long after its end the statement of a day is asked for."""
ASK_AFTER = timedelta(seconds=5)
"""How long a callback is waited for before the provider is asked: a lost one is found then."""
ASK_DISPUTE_AFTER = timedelta(days=1)
"""The same for the end of a dispute, which takes weeks."""


@singledispatch
def due(fact: Fact) -> Iterable[DueRow]:  # noqa: ARG001 - nothing falls due by most facts
    """The due rows that a fact sets, or clears with None."""
    return ()


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
    for kind in (REQUEST_PAYMENT, ASK_PAYMENT, EXPIRE):
        yield DueRow(kind, str(fact.originator_id), None)


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
    for kind in (REQUEST_REFUND, ASK_REFUND):
        yield DueRow(kind, f"{fact.originator_id}/{fact.refund_id}", None)


@due.register
def _paid(fact: order_facts.Paid) -> Iterable[DueRow]:
    if fact.is_invoiced:
        yield DueRow(ISSUE_INVOICE, str(fact.originator_id), fact.effective_at)


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
    yield DueRow(GATHERING_ENDS, str(fact.originator_id), None)


@due.register(order_facts.Released)
@due.register(order_facts.CancelledPaid)
def _nothing_held(fact: order_facts.Released | order_facts.CancelledPaid) -> Iterable[DueRow]:
    yield DueRow(RELEASE, str(fact.originator_id), None)


@due.register(payable_facts.Credited)
@due.register(payable_facts.Restored)
@due.register(payable_facts.Passed)
def _payday(fact: payable_facts.Credited | payable_facts.Restored | payable_facts.Passed) -> Iterable[DueRow]:
    """One that is set stays where it is."""
    if fact.payday_at is not None:
        yield DueRow(PAY_DAY, str(fact.originator_id), fact.payday_at)


@due.register(payable_facts.Charged)
@due.register(payable_facts.Drawn)
def _less_to_pay(fact: payable_facts.Charged | payable_facts.Drawn) -> Iterable[DueRow]:
    if fact.balance_minor <= 0:
        yield DueRow(PAY_DAY, str(fact.originator_id), None)


@due.register
def _payout_requested(fact: payout_facts.Requested) -> Iterable[DueRow]:
    if not fact.needs_approval:
        yield DueRow(SEND_PAYOUT, str(fact.payout_id), fact.effective_at)


@due.register
def _payout_approved(fact: payout_facts.Approved) -> Iterable[DueRow]:
    if fact.is_last:
        yield DueRow(SEND_PAYOUT, str(fact.originator_id), fact.effective_at)


@due.register
def _payout_cancelled(fact: payout_facts.Cancelled) -> Iterable[DueRow]:
    yield DueRow(SEND_PAYOUT, str(fact.originator_id), None)


@due.register
def _payout_sent(fact: payout_facts.Sent) -> Iterable[DueRow]:
    yield DueRow(SEND_PAYOUT, str(fact.originator_id), None)
    yield DueRow(REQUEST_TRANSFER, str(fact.originator_id), fact.effective_at)
    yield DueRow(ASK_TRANSFER, str(fact.originator_id), fact.effective_at + ASK_AFTER)


@due.register
def _payout_uncertain(fact: payout_facts.Uncertain) -> Iterable[DueRow]:
    yield DueRow(ASK_TRANSFER, str(fact.originator_id), fact.effective_at + ASK_AFTER)


@due.register(payout_facts.Paid)
@due.register(payout_facts.Failed)
def _payout_ended(fact: payout_facts.Paid | payout_facts.Failed) -> Iterable[DueRow]:
    for kind in (REQUEST_TRANSFER, ASK_TRANSFER):
        yield DueRow(kind, str(fact.originator_id), None)


@due.register
def _reconciliation_opened(fact: reconciliation_facts.Opened) -> Iterable[DueRow]:
    yield DueRow(IMPORT_STATEMENT, fact.first_day, fact.effective_at)


@due.register
def _statement_demanded(fact: reconciliation_facts.StatementDemanded) -> Iterable[DueRow]:
    yield DueRow(IMPORT_STATEMENT, fact.day, fact.effective_at)


@due.register
def _day_compared(fact: reconciliation_facts.DayCompared) -> Iterable[DueRow]:
    """The next day follows the first version of this one; another version sets nothing going."""
    if fact.statement_version == 1:
        next_day = day_after(fact.day)
        yield DueRow(IMPORT_STATEMENT, next_day, end_of(next_day) + STATEMENT_AFTER)
