"""The kinds of what falls due, how long is waited for it, and what facts say of it."""

from collections.abc import Iterable
from datetime import timedelta
from functools import singledispatch

from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow
from services.kernel.store.unit import AGAIN

REQUEST_PAYMENT, ASK_PAYMENT, EXPIRE = "payment.request", "payment.ask", "checkout.expire"
REQUEST_REFUND, ASK_REFUND = "refund.request", "refund.ask"
REQUEST_REFUND_AGAIN = f"{AGAIN}{REQUEST_REFUND}"
ASK_DISPUTE = "dispute.ask"
RELEASE = "order.release"
FRAUD_HOLD_LAPSES = "fraud_hold.lapse"
RETURN_UNANSWERED, CASE_DEADLINE = "return.unanswered", "case.deadline"
SEND_PAYOUT, REQUEST_TRANSFER, ASK_TRANSFER = "payout.send", "transfer.request", "transfer.ask"
PAY_DAY = "payable.pay_day"
PULL_BACK, UNFREEZE = "payout.pull_back", "unfreezing.ask"
OFFER_TICKETS, GATHERING_ENDS, TICKET_PAID = "tickets.offer", "gathering.end", "ticket.paid"
IMPORT_STATEMENT = "statement.import"
AGREEMENT_LAPSES = "agreement.lapse"
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
