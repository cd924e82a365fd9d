"""What falls due in groups: looking once more at an application that something came for.

An approval and a claim may come at the same moment, each before a view knows of the other. The claim's reaction then
does not see the approval, nor the approval the claim; whoever looks a little later sees both.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import singledispatch

from services.groups.domain import application_facts as facts
from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow

LOOK_AGAIN = "application.look_again"
LOOK_AFTER = timedelta(seconds=30)
"""Longer than views usually take; where they take longer, it is put off until they are there."""


@singledispatch
def due(fact: Fact) -> Iterable[DueRow]:  # noqa: ARG001 - nothing falls due by most facts
    """The due rows that a fact sets, or clears with None."""
    return ()


@due.register(facts.Approved)
@due.register(facts.RulesAccepted)
@due.register(facts.FeePaid)
@due.register(facts.Invited)
def _came(fact: Fact) -> Iterable[DueRow]:
    yield DueRow(LOOK_AGAIN, str(fact.originator_id), fact.recorded_at + LOOK_AFTER)


@due.register(facts.Admitted)
@due.register(facts.Refused)
@due.register(facts.Withdrawn)
def _decided(fact: Fact) -> Iterable[DueRow]:
    yield DueRow(LOOK_AGAIN, str(fact.originator_id), None)
