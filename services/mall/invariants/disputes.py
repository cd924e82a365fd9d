"""Disputes: what the provider took, who bore it, and that nothing of the orders moved meanwhile."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.store.invariants import Broken
from services.mall.domain import dispute_facts as disputes
from services.mall.domain import order_facts as orders
from services.mall.domain.ledger import Account

from .books import OfEntries, entries_of


@dataclass(slots=True)
class _Dispute:
    """``parts`` is how much each order bears if it is lost."""

    amount_minor: int
    fee_minor: int
    parts: dict[UUID, int]
    has_ended: bool = False
    is_lost: bool = False


class DisputesEndOnce(OfEntries):
    """Whatever the provider tells, however often and in whatever order; a dispute and its orders are stored together,
    in streams of their own."""

    name = "disputes"
    sentence = "A dispute ends once; lost, it is borne to the cent, and its orders are not released or refunded before."

    def __init__(self) -> None:
        super().__init__()
        self._disputes: dict[UUID, _Dispute] = {}
        self._borne: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
        self._open: dict[UUID, set[UUID]] = defaultdict(set)
        self._disputed: dict[str, int] = defaultdict(int)

    def see(self, position: int, fact: Fact) -> None:
        super().see(position, fact)
        for entry in entries_of(fact):
            if entry["account"] == Account.DISPUTED:
                self._disputed[entry["party_id"]] += entry["amount_minor"]

    @when(disputes.Opened)
    def opened(self, _position: int, fact: disputes.Opened) -> None:
        parts = {UUID(part["order_id"]): part["amount_minor"] for part in fact.parts}
        if sum(parts.values()) > fact.amount_minor:
            raise Broken("its orders have more of it than there is")
        self._disputes[fact.originator_id] = _Dispute(fact.amount_minor, fact.fee_minor, parts)

    @when(orders.Disputed)
    def disputed(self, _position: int, fact: orders.Disputed) -> None:
        self._open[fact.originator_id].add(fact.dispute_id)

    @when(orders.DisputeEnded)
    def order_goes_on(self, _position: int, fact: orders.DisputeEnded) -> None:
        if fact.dispute_id not in self._open[fact.originator_id]:
            raise Broken(f"dispute {fact.dispute_id} of the order ends a second time, or without a beginning")
        self._open[fact.originator_id].remove(fact.dispute_id)

    @when(orders.LineChargedBack)
    def charged_back(self, _position: int, fact: orders.LineChargedBack) -> None:
        if fact.dispute_id not in self._open[fact.originator_id]:
            raise Broken("something of the order is charged back without an open dispute")
        self._borne[fact.dispute_id][fact.originator_id] += fact.amount_minor

    @when(disputes.Won, disputes.Lost)
    def ended(self, _position: int, fact: Any) -> None:
        dispute = self._disputes.get(fact.originator_id)
        if dispute is None or dispute.has_ended or dispute.amount_minor != fact.amount_minor:
            raise Broken("it ends a second time, without a beginning, or with another amount")
        dispute.has_ended = True
        if isinstance(fact, disputes.Lost):
            dispute.is_lost = True
            if dispute.fee_minor and sum(fee["fee_minor"] for fee in fact.fees) != dispute.fee_minor:
                raise Broken("its fee is not borne, or more than that is")

    @when(orders.Released, orders.LineRefunded, orders.CancelledPaid)
    def moved(self, _position: int, fact: Any) -> None:
        if self._open[fact.originator_id]:
            raise Broken("something of the order is released or paid back while it is disputed")

    def finish(self) -> None:
        for dispute_id, dispute in self._disputes.items():
            wanted = {order_id: part for order_id, part in dispute.parts.items() if part} if dispute.is_lost else {}
            if dict(self._borne[dispute_id]) != wanted:
                raise Broken("its orders have borne another amount than their parts", stream=str(dispute_id))
        still_open = sum(one.amount_minor for one in self._disputes.values() if not one.has_ended)
        if sum(self._disputed.values()) != still_open or min(self._disputed.values(), default=0) < 0:
            raise Broken(f"{sum(self._disputed.values())} are booked as disputed, and {still_open} are")
