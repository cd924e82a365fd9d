"""What the payment provider says, as commands of the mall."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.mall.application import Mall
from services.mall.domain.dispute import Disputed
from services.mall.payments.disputes import DisputeOutcome
from services.mall.payments.port import Outcome, PaymentOutcome, RefundOutcome
from services.mall.payments.transfers import TransferOutcome

CODE = re.compile(r"[a-z0-9_]{1,64}")
UNSTATED = "unstated"


def tell(mall: Mall, outcome: Outcome, paid_with: str = "") -> dict[str, Any]:
    """Decide what follows from a final outcome. Raises what the command raises."""
    if isinstance(outcome, PaymentOutcome):
        mall.note_reference(outcome.payment_id, outcome.reference)
    match outcome:
        case PaymentOutcome(status="captured"):
            money = (outcome.amount_minor, outcome.currency, outcome.method)
            mall.capture_payment(outcome.payment_id, *money, paid_with)
        case PaymentOutcome(status="declined"):
            mall.decline_payment(outcome.payment_id, as_code(outcome.reason))
        case RefundOutcome(status="succeeded", payment_id=payment_id) if payment_id is not None:
            mall.confirm_refund(outcome.refund_id, payment_id, outcome.amount_minor, outcome.currency)
        case RefundOutcome(status="failed", payment_id=payment_id) if payment_id is not None:
            mall.fail_refund(mall.checkout_of(payment_id).id, outcome.refund_id, as_code(outcome.reason))
        case RefundOutcome(status="returned", payment_id=payment_id) if payment_id is not None:
            told = (outcome.refund_id, payment_id, outcome.amount_minor, outcome.currency)
            mall.return_refund(*told, as_code(outcome.reason))
        case TransferOutcome(status="paid"):
            mall.settle_payout(outcome.transfer_id, outcome.amount_minor, outcome.currency)
        case TransferOutcome(status="failed"):
            mall.fail_payout(outcome.transfer_id, as_code(outcome.reason))
        case TransferOutcome(status="returned"):
            code = as_code(outcome.reason)
            mall.return_payout(outcome.transfer_id, outcome.amount_minor, outcome.currency, code)
        case DisputeOutcome(payment_id=payment_id) if payment_id is not None:
            _tell_of_dispute(mall, outcome, payment_id)
    return {}


def _tell_of_dispute(mall: Mall, outcome: DisputeOutcome, payment_id: UUID) -> None:
    told = Disputed(
        outcome.dispute_id, payment_id, outcome.amount_minor, outcome.fee_minor, outcome.currency
    )  # fmt: skip
    commands: dict[str, Callable[[Disputed, str], object]] = {
        "opened": mall.open_dispute, "won": mall.win_dispute, "lost": mall.lose_dispute,
    }  # fmt: skip
    commands[outcome.status](told, as_code(outcome.reason))


def apart(outcome: Outcome) -> tuple[Outcome, str]:
    """An outcome, and what was paid with, which is kept under its buyer's key alone and stands in no digest."""
    return outcome.apart() if isinstance(outcome, PaymentOutcome) else (outcome, "")


def is_final(outcome: Outcome) -> bool:
    """Whether the provider will say nothing else about it, unless a bank returns what was paid or given back."""
    return outcome.status in ("captured", "declined", "succeeded", "paid", "failed", "returned", "won", "lost")


def as_code(reason: str) -> str:
    """A reason of the provider as facts keep it: a code, never its text, which could name a person."""
    return reason if CODE.fullmatch(reason) else UNSTATED
