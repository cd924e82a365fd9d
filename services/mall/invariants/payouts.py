"""Payouts: what was drawn goes out once, comes back at most once, and above the limit two operators have seen it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import payable_facts as payables
from services.mall.domain import payout_facts as payouts
from services.mall.domain.payout import APPROVALS
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import DEFAULT_PAYOUT_TERMS, PayoutTerms

HERE, OUT, BACK = "here", "out", "back"
"""Where the money of a payout is: due, at the bank of the party, or available again."""


class PayoutsMoveOnce(Invariant):
    """Whatever provider and bank tell, however often and in whatever order."""

    name = "payouts"
    sentence = "A payout is of what was drawn for it; its money goes out once, comes back at most once, all of it."

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[UUID, int] = {}
        self._amounts: dict[UUID, int] = {}
        self._where: dict[UUID, str] = {}
        self._is_sent: dict[UUID, bool] = {}
        self._restored: dict[UUID, int] = {}

    @when(payables.Drawn)
    def drawn(self, _position: int, fact: payables.Drawn) -> None:
        if fact.payout_id in self._drawn:
            raise Broken(f"payout {fact.payout_id} draws a second time")
        self._drawn[fact.payout_id] = fact.amount_minor

    @when(payouts.Requested)
    def requested(self, _position: int, fact: payouts.Requested) -> None:
        self._amounts[fact.payout_id], self._where[fact.payout_id] = fact.amount_minor, HERE

    @when(payouts.Sent)
    def sent(self, _position: int, fact: payouts.Sent) -> None:
        self._is_sent[fact.originator_id] = True

    @when(payouts.Paid)
    def paid(self, _position: int, fact: payouts.Paid) -> None:
        if not self._is_sent.get(fact.originator_id):
            raise Broken("it was paid, and was never sent")
        self._move(fact, HERE, OUT)

    @when(payouts.Rejected, payouts.Cancelled, payouts.Failed)
    def given_back(self, _position: int, fact: Any) -> None:
        self._move(fact, HERE, BACK)

    @when(payouts.Returned)
    def returned(self, _position: int, fact: payouts.Returned) -> None:
        self._move(fact, OUT, BACK)

    @when(payables.Restored)
    def restored(self, _position: int, fact: payables.Restored) -> None:
        if fact.payout_id in self._restored:
            raise Broken(f"payout {fact.payout_id} comes back a second time")
        self._restored[fact.payout_id] = fact.amount_minor

    def finish(self) -> None:
        if self._drawn != self._amounts:
            raise Broken("what was drawn is not what the payouts are of")
        back = {payout_id: self._amounts[payout_id] for payout_id, where in self._where.items() if where == BACK}
        if back != self._restored:
            raise Broken("what came back is not what is available again")

    def _move(self, fact: Any, before: str, after: str) -> None:
        where, amount_minor = self._where.get(fact.originator_id), self._amounts.get(fact.originator_id)
        if where != before:
            raise Broken(f"its money is {where}, and goes from {before} to {after}")
        if getattr(fact, "amount_minor", amount_minor) != amount_minor:
            raise Broken(f"{fact.amount_minor} are moved of a payout of {amount_minor}")
        self._where[fact.originator_id] = after


@dataclass(slots=True)
class _Looked:
    needs_approval: bool
    own: tuple[UUID | None, UUID | None]
    account_id: UUID
    by: list[UUID] = field(default_factory=list)


class TwoApproveAboveTheLimit(Invariant):
    """Nobody pays out a large sum alone, and nobody who gets it has a say."""

    name = "approvals"
    sentence = "What is drawn on one day above the limit is sent when two operators approved, who get nothing of it."

    def __init__(self) -> None:
        super().__init__()
        self._limit_minor = DEFAULT_PAYOUT_TERMS["approval_above_minor"]
        self._days: dict[UUID, tuple[str, int]] = {}
        self._drawn: dict[UUID, int] = {}
        self._payouts: dict[UUID, _Looked] = {}
        self._setters: dict[UUID, set[UUID | None]] = defaultdict(set)

    @when(PayoutAccount.Named, PayoutAccount.Changed)
    def account_set(self, _position: int, fact: PayoutAccount.Named | PayoutAccount.Changed) -> None:
        self._setters[fact.originator_id].add(fact.set_by)

    @when(PayoutTerms.Opened, PayoutTerms.Changed, PayoutTerms.Loosened)
    def terms(self, _position: int, fact: Any) -> None:
        self._limit_minor = fact.approval_above_minor

    @when(payables.Drawn)
    def drawn(self, _position: int, fact: payables.Drawn) -> None:
        day, before = self._days.get(fact.originator_id, ("", 0))
        in_all = fact.amount_minor + (before if day == fact.day else 0)
        self._days[fact.originator_id] = fact.day, in_all
        self._drawn[fact.payout_id] = in_all

    @when(payouts.Requested)
    def requested(self, _position: int, fact: payouts.Requested) -> None:
        in_all = self._drawn.get(fact.payout_id, fact.amount_minor)
        if fact.needs_approval != (in_all > self._limit_minor):
            raise Broken(f"{in_all} were drawn on that day, with a limit of {self._limit_minor}")
        account_id = PayoutAccount.create_id(fact.role, fact.party_id)
        self._payouts[fact.payout_id] = _Looked(fact.needs_approval, (fact.person_id, fact.requested_by), account_id)

    @when(payouts.Approved)
    def approved(self, _position: int, fact: payouts.Approved) -> None:
        payout = self._payouts[fact.originator_id]
        if fact.operator_id in payout.own or fact.operator_id in payout.by:
            raise Broken(f"{fact.operator_id} approves her own payout, or a second time")
        if fact.operator_id in self._setters[payout.account_id]:
            raise Broken(f"{fact.operator_id} approves a payout to an account that she set")
        payout.by.append(fact.operator_id)

    @when(payouts.Sent)
    def sent(self, _position: int, fact: payouts.Sent) -> None:
        payout = self._payouts[fact.originator_id]
        if payout.needs_approval and len(payout.by) < APPROVALS:
            raise Broken(f"it is sent, and {len(payout.by)} have approved it")
