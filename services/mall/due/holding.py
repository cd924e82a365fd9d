"""What falls due by fraud holds: that nobody has decided."""

from collections.abc import Iterable

from services.kernel.store.recorder import DueRow
from services.mall.domain import fraud_hold_facts

from .kinds import FRAUD_HOLD_LAPSES, due


@due.register
def _opened(fact: fraud_hold_facts.Opened) -> Iterable[DueRow]:
    yield DueRow(FRAUD_HOLD_LAPSES, str(fact.hold_id), fact.lets_go_at)


@due.register
def _closed(fact: fraud_hold_facts.Closed) -> Iterable[DueRow]:
    yield DueRow(FRAUD_HOLD_LAPSES, str(fact.originator_id), None)
