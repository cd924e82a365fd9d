"""Pull-backs: only what a split has brought comes back, never more than that, and it is there again at once."""

from collections import defaultdict
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import payable_facts as payables
from services.mall.domain import payout_facts as payouts

Key = tuple[UUID, UUID]
"""Payout and pull-back."""


class PulledBackOfSplits(Invariant):
    """What came from a party by a pull-back must be in its balance, or it has paid twice."""

    name = "pull-backs"
    sentence = "Only of what a split has brought something is pulled back, less than it, and it pays what is owed."

    def __init__(self) -> None:
        super().__init__()
        self._brought: dict[UUID, int] = defaultdict(int)
        self._split: set[UUID] = set()
        self._demanded: dict[Key, int] = {}
        self._came: dict[Key, int] = {}
        self._taken_in: dict[Key, int] = {}

    @when(payouts.Requested)
    def requested(self, _position: int, fact: payouts.Requested) -> None:
        if fact.split is not None:
            self._split.add(fact.payout_id)

    @when(payouts.Paid)
    def paid(self, _position: int, fact: payouts.Paid) -> None:
        self._brought[fact.originator_id] = fact.amount_minor

    @when(payouts.Returned)
    def returned(self, _position: int, fact: payouts.Returned) -> None:
        self._brought[fact.originator_id] -= fact.amount_minor

    @when(payouts.PullBackDemanded)
    def demanded(self, _position: int, fact: payouts.PullBackDemanded) -> None:
        if fact.originator_id not in self._split:
            raise Broken("it went by transfer, and is pulled back")
        self._demanded[fact.originator_id, fact.pull_back_id] = fact.amount_minor

    @when(payouts.PulledBack)
    def pulled_back(self, _position: int, fact: payouts.PulledBack) -> None:
        key = (fact.originator_id, fact.pull_back_id)
        if self._demanded.pop(key, None) != fact.amount_minor:
            raise Broken(f"{fact.amount_minor} came back, which nobody has demanded so")
        self._came[key] = fact.amount_minor
        self._brought[fact.originator_id] -= fact.amount_minor
        if self._brought[fact.originator_id] < 0:
            raise Broken("more came back than it has brought")

    @when(payables.PulledBack)
    def taken_in(self, _position: int, fact: payables.PulledBack) -> None:
        self._taken_in[fact.payout_id, fact.pull_back_id] = fact.amount_minor

    def finish(self) -> None:
        if self._came != self._taken_in:
            raise Broken("what was pulled back is not what parties have in their balances for it")
