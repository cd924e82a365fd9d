"""What falls due by balances, payouts and statements of the provider."""

from collections.abc import Iterable

from services.kernel.store.recorder import DueRow
from services.mall.domain import payable_facts, payout_facts, reconciliation_facts
from services.mall.domain.reconciliation import day_after
from services.mall.domain.statement import end_of
from services.mall.domain.unfreezing import Unfreezing

from .kinds import (
    ASK_AFTER,
    ASK_TRANSFER,
    IMPORT_STATEMENT,
    PAY_DAY,
    PULL_BACK,
    REQUEST_TRANSFER,
    SEND_PAYOUT,
    STATEMENT_AFTER,
    UNFREEZE,
    due,
)


@due.register(payable_facts.Credited)
@due.register(payable_facts.Restored)
@due.register(payable_facts.PulledBack)
@due.register(payable_facts.Passed)
def _payday(
    fact: payable_facts.Credited | payable_facts.Restored | payable_facts.PulledBack | payable_facts.Passed,
) -> Iterable[DueRow]:
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
def _pull_back_demanded(fact: payout_facts.PullBackDemanded) -> Iterable[DueRow]:
    yield DueRow(PULL_BACK, f"{fact.originator_id}/{fact.pull_back_id}", fact.effective_at)


@due.register(payout_facts.PulledBack)
@due.register(payout_facts.PullBackFailed)
def _pull_back_ended(fact: payout_facts.PulledBack | payout_facts.PullBackFailed) -> Iterable[DueRow]:
    yield DueRow(PULL_BACK, f"{fact.originator_id}/{fact.pull_back_id}", None)


@due.register
def _unfreezing_demanded(fact: Unfreezing.Demanded) -> Iterable[DueRow]:
    yield DueRow(UNFREEZE, str(fact.originator_id), fact.effective_at)


@due.register(Unfreezing.Unfrozen)
@due.register(Unfreezing.Failed)
def _unfreezing_ended(fact: Unfreezing.Unfrozen | Unfreezing.Failed) -> Iterable[DueRow]:
    yield DueRow(UNFREEZE, str(fact.originator_id), None)


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
