"""What falls due by agreements: that one comes to the end that was agreed on."""

from collections.abc import Iterable

from services.kernel.store.recorder import DueRow
from services.mall.domain import agreement_facts as facts

from .kinds import AGREEMENT_LAPSES, due


@due.register
def _accepted(fact: facts.Accepted) -> Iterable[DueRow]:
    """The terms that were accepted last are those that end last; without an end nothing is due."""
    yield DueRow(AGREEMENT_LAPSES, str(fact.originator_id), fact.ends_at)


@due.register
def _end_announced(fact: facts.EndAnnounced) -> Iterable[DueRow]:
    """That it ends is told then."""
    yield DueRow(AGREEMENT_LAPSES, str(fact.originator_id), None)
