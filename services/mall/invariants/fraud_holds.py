"""Fraud holds: what is withheld is under one, each ends by a clock that will come, and nothing is taken in silence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Broken, Invariant
from services.mall import due
from services.mall.domain import fraud_hold_facts as holds
from services.mall.domain import order_facts as orders
from services.mall.domain.fraud_hold import FORFEIT, FORFEITED, LAPSED

Share = tuple[UUID, str, UUID, UUID]
"""Order, role, party, hold."""


@dataclass(slots=True)
class _Hold:
    """As its facts leave it."""

    share: Share
    concerned: frozenset[UUID]
    position: int
    appeal_until: datetime
    lets_go_at: datetime
    is_appealed: bool = False
    proposed_by: UUID | None = None
    decision: str | None = None


class FraudHoldsAreKept(Invariant):
    """A hold without an end is theft by delay; a forfeiture that nobody could answer is theft."""

    name = "fraud holds"
    sentence = (
        "What is withheld is under one fraud hold with evidence, which ends once, by itself at last; forfeited is "
        "only what two decided who have nothing of it, after an appeal or the time for one."
    )

    def __init__(self, store: StoreAtRest) -> None:
        super().__init__()
        self._store = store
        self._open: dict[UUID, _Hold] = {}
        self._withheld: dict[Share, int] = {}
        self._closed: dict[Share, tuple[bool, int]] = {}
        self._moved: dict[Share, tuple[bool, int]] = {}

    @when(holds.Opened)
    def opened(self, position: int, fact: holds.Opened) -> None:
        if not fact.evidence or fact.appeal_until >= fact.lets_go_at:
            raise Broken("it has no evidence, or lets nobody decide after the time for an appeal")
        share = (fact.order_id, fact.role, fact.party_id, fact.hold_id)
        concerned = frozenset({fact.buyer_id, fact.seller_person_id, fact.party_id})
        self._open[fact.hold_id] = _Hold(share, concerned, position, fact.appeal_until, fact.lets_go_at)

    @when(holds.Appealed)
    def appealed(self, _position: int, fact: holds.Appealed) -> None:
        hold = self._hold(fact)
        hold.is_appealed, hold.proposed_by = True, None

    @when(holds.ForfeitureProposed)
    def proposed(self, _position: int, fact: holds.ForfeitureProposed) -> None:
        hold = self._hold(fact)
        self._check_judge(hold, fact.proposed_by, fact.effective_at, forfeits=True)
        hold.proposed_by = fact.proposed_by

    @when(holds.Decided)
    def decided(self, _position: int, fact: holds.Decided) -> None:
        hold = self._hold(fact)
        self._check_judge(hold, fact.decided_by, fact.effective_at, forfeits=fact.decision == FORFEIT)
        if fact.decision == FORFEIT and hold.proposed_by in (None, fact.decided_by):
            raise Broken("one alone has forfeited it")
        hold.decision = fact.decision

    @when(holds.Closed)
    def closed(self, _position: int, fact: holds.Closed) -> None:
        hold = self._hold(fact)
        if fact.outcome == LAPSED and min(fact.effective_at, fact.recorded_at) < hold.lets_go_at:
            raise Broken("it lapses before its time")
        if fact.outcome != {None: LAPSED, FORFEIT: FORFEITED}.get(hold.decision, hold.decision):
            raise Broken("it ends otherwise than was decided")
        self._closed[hold.share] = fact.outcome == FORFEITED, fact.amount_minor
        del self._open[fact.originator_id]

    @when(orders.ShareWithheld)
    def withheld(self, _position: int, fact: orders.ShareWithheld) -> None:
        self._withheld[_share(fact)] = fact.amount_minor

    @when(orders.ShareLetGo, orders.ShareForfeited)
    def moved(self, _position: int, fact: Any) -> None:
        if not fact.amount_minor <= self._withheld.pop(_share(fact), -1):
            raise Broken("it moves what was not withheld, or more")
        self._moved[_share(fact)] = isinstance(fact, orders.ShareForfeited), fact.amount_minor

    def _hold(self, fact: Any) -> _Hold:
        hold = self._open.get(fact.originator_id)
        if hold is None:
            raise Broken("it goes on after its end, or without a beginning")
        return hold

    @staticmethod
    def _check_judge(hold: _Hold, operator_id: UUID, at: datetime, *, forfeits: bool) -> None:
        if operator_id in hold.concerned:
            raise Broken("who bought, sold or earns by it decided about it")
        if forfeits and not hold.is_appealed and at < hold.appeal_until:
            raise Broken("it is forfeited while its earner may still appeal")

    def finish(self) -> None:
        if {hold.share for hold in self._open.values()} != self._withheld.keys():
            raise Broken("orders and fraud holds do not know of one another")
        if self._closed != self._moved:
            raise Broken("an order has moved another amount than its fraud hold says, or elsewhere")
        rows = self._store.due_rows()
        for hold_id, hold in self._open.items():
            if (due.FRAUD_HOLD_LAPSES, str(hold_id)) not in rows:
                raise Broken("its end will never come: it has no due row", hold.position, str(hold_id))


def _share(fact: Any) -> Share:
    return fact.originator_id, fact.role, fact.party_id, fact.hold_id
