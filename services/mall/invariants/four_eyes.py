"""Settled by hand: two different operators have said the same, and neither has anything of it."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import dispute_facts as disputes
from services.mall.domain import order_facts as orders
from services.mall.domain import payout_facts as payouts
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import PayoutTerms

PAYOUT_OUTCOMES = {payouts.Paid.TOPIC: "paid", payouts.Failed.TOPIC: "failed", payouts.Returned.TOPIC: "returned"}
LOOSENED = "loosened"


class TwoSettleByHand(Invariant):
    """Who bought, sold or earns of what is settled, who gets a payout, asked for it or ever said where it goes, has no
    say; and nobody is both of the two."""

    name = "four eyes"
    sentence = "What is settled by hand or loosened, two different operators have said, who have nothing of it."

    def __init__(self) -> None:
        super().__init__()
        self._parties: dict[UUID, set[UUID | None]] = defaultdict(set)
        self._setters: dict[UUID, set[UUID | None]] = defaultdict(set)
        self._checkouts: dict[UUID, UUID] = {}
        self._accounts: dict[UUID, UUID] = {}
        self._proposed: dict[UUID, tuple[str, UUID]] = {}

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        self._parties[fact.originator_id].add(fact.buyer_id)

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        members = {UUID(line["member_id"]) for line in fact.lines if line.get("member_id")}
        self._parties[fact.checkout_id] |= {fact.buyer_id, fact.seller_person_id, *members}

    @when(disputes.Opened)
    def disputed(self, _position: int, fact: disputes.Opened) -> None:
        self._checkouts[fact.originator_id] = fact.checkout_id

    @when(disputes.SettlementProposed)
    def dispute_proposed(self, _position: int, fact: disputes.SettlementProposed) -> None:
        self._propose(fact.originator_id, fact.outcome, fact.proposed_by, self._of_dispute(fact))

    @when(disputes.SettledByHand)
    def dispute_settled(self, _position: int, fact: disputes.SettledByHand) -> None:
        self._confirm(fact.originator_id, fact.outcome, fact.confirmed_by, self._of_dispute(fact))

    @when(checkouts.RefundSettlementProposed)
    def refund_proposed(self, _position: int, fact: checkouts.RefundSettlementProposed) -> None:
        self._propose(fact.refund_id, fact.outcome, fact.proposed_by, self._parties[fact.originator_id])

    @when(checkouts.RefundPaidElsewhere)
    def paid_elsewhere(self, _position: int, fact: checkouts.RefundPaidElsewhere) -> None:
        self._confirm(fact.refund_id, "paid_elsewhere", fact.confirmed_by, self._parties[fact.originator_id])

    @when(checkouts.RefundReturned)
    def refund_returned(self, _position: int, fact: checkouts.RefundReturned) -> None:
        """By the provider, or by the second of two operators; what was said before it came back is over."""
        if self._is_proposed(fact.refund_id, "returned"):
            self._confirm(fact.refund_id, "returned", fact.actor_id, self._parties[fact.originator_id])
        self._proposed.pop(fact.refund_id, None)

    @when(PayoutAccount.Named, PayoutAccount.Changed)
    def account_set(self, _position: int, fact: PayoutAccount.Named | PayoutAccount.Changed) -> None:
        self._setters[fact.originator_id].add(fact.set_by)

    @when(payouts.Requested)
    def requested(self, _position: int, fact: payouts.Requested) -> None:
        self._parties[fact.originator_id] = {fact.person_id, fact.requested_by}
        self._accounts[fact.originator_id] = PayoutAccount.create_id(fact.role, fact.party_id)

    @when(payouts.SettlementProposed)
    def payout_proposed(self, _position: int, fact: payouts.SettlementProposed) -> None:
        self._propose(fact.originator_id, fact.outcome, fact.proposed_by, self._of_payout(fact))

    @when(payouts.Paid, payouts.Failed, payouts.Returned)
    def payout_ended(self, _position: int, fact: Any) -> None:
        """By the provider, or by the second of two operators."""
        outcome = PAYOUT_OUTCOMES[fact.TOPIC]
        if self._is_proposed(fact.originator_id, outcome):
            self._confirm(fact.originator_id, outcome, fact.actor_id, self._of_payout(fact))

    @when(PayoutTerms.LooseningProposed)
    def loosening_proposed(self, _position: int, fact: PayoutTerms.LooseningProposed) -> None:
        self._propose(fact.proposal_id, LOOSENED, fact.proposed_by, set())

    @when(PayoutTerms.Loosened)
    def loosened(self, _position: int, fact: PayoutTerms.Loosened) -> None:
        self._confirm(fact.proposal_id, LOOSENED, fact.confirmed_by, set())

    def _of_dispute(self, fact: Any) -> set[UUID | None]:
        return self._parties[self._checkouts.get(fact.originator_id, fact.originator_id)]

    def _of_payout(self, fact: Any) -> set[UUID | None]:
        account_id = self._accounts.get(fact.originator_id, fact.originator_id)
        return self._parties[fact.originator_id] | self._setters[account_id]

    def _is_proposed(self, thing_id: UUID, outcome: str) -> bool:
        return self._proposed.get(thing_id, ("", None))[0] == outcome

    def _propose(self, thing_id: UUID, outcome: str, by: UUID, parties: set[UUID | None]) -> None:
        if by in parties:
            raise Broken(f"{by} has something of it, and says how it ends")
        self._proposed[thing_id] = outcome, by

    def _confirm(self, thing_id: UUID, outcome: str, by: UUID, parties: set[UUID | None]) -> None:
        if by in parties:
            raise Broken(f"{by} has something of it, and confirms how it ends")
        if not self._is_proposed(thing_id, outcome) or self._proposed[thing_id][1] == by:
            raise Broken(f"{by} confirms alone, and nobody else has said so")
