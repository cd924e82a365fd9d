"""What falls due in the mall: payments and refunds to be asked for, ends of reservations and of return windows,
tickets to be offered, ends of gatherings, paydays, payouts to be sent and asked for, statements of the provider,
invoices and credit notes to be issued, returns that nobody answers, deadlines of cases, ends of agreements and of
fraud holds.

The subject of a payment is its checkout's id; of a refund, its checkout's id and its own: "CHECKOUT/REFUND"; of a
credit note, its order's and that of the refund or dispute; of a return, its order's and its line's.
That of a payday is the id of the balance; it is due as long as there is one. That of a pull-back is the id of its
payout and its own.
"""

from . import agreeing, holding, paying_out, selling  # what they hold is told to due
from .kinds import (
    AGREEMENT_LAPSES,
    ASK_AFTER,
    ASK_DISPUTE,
    ASK_DISPUTE_AFTER,
    ASK_PAYMENT,
    ASK_REFUND,
    ASK_TRANSFER,
    CASE_DEADLINE,
    EXPIRE,
    FRAUD_HOLD_LAPSES,
    GATHERING_ENDS,
    IMPORT_STATEMENT,
    ISSUE_CREDIT_NOTE,
    ISSUE_INVOICE,
    OFFER_TICKETS,
    PAY_DAY,
    PULL_BACK,
    RELEASE,
    REQUEST_PAYMENT,
    REQUEST_REFUND,
    REQUEST_REFUND_AGAIN,
    REQUEST_TRANSFER,
    RETURN_UNANSWERED,
    SEND_PAYOUT,
    STATEMENT_AFTER,
    TICKET_PAID,
    UNFREEZE,
    due,
)

__all__ = [
    "AGREEMENT_LAPSES", "ASK_AFTER", "ASK_DISPUTE", "ASK_DISPUTE_AFTER", "ASK_PAYMENT", "ASK_REFUND", "ASK_TRANSFER",
    "CASE_DEADLINE", "EXPIRE", "FRAUD_HOLD_LAPSES", "GATHERING_ENDS", "IMPORT_STATEMENT", "ISSUE_CREDIT_NOTE",
    "ISSUE_INVOICE", "OFFER_TICKETS", "PAY_DAY", "PULL_BACK", "RELEASE", "REQUEST_PAYMENT", "REQUEST_REFUND",
    "REQUEST_REFUND_AGAIN", "REQUEST_TRANSFER", "RETURN_UNANSWERED", "SEND_PAYOUT", "STATEMENT_AFTER", "TICKET_PAID",
    "UNFREEZE", "agreeing", "due", "holding", "paying_out", "selling",
]  # fmt: skip
