"""What may be paid out to parties follows what is booked for them: in the same append, by the entries themselves."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain.dispute import Dispute
from services.mall.domain.ledger import Account
from services.mall.domain.lines import earners_of
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_terms import (
    DEFAULT_PAYOUT_TERMS,
    PAYOUT_TERMS_ID,
    PayoutTerms,
    PayoutTermsValues,
    payday_after,
)
from services.mall.domain.postings import PAYABLE_ROLES

from .asking_back import AskingBack


class Payables(AskingBack):
    """The balances that parties can be paid."""

    def payout_terms_now(self) -> PayoutTermsValues:
        """The terms that hold from now on."""
        terms = self.unit.find(PayoutTerms, PAYOUT_TERMS_ID)
        return DEFAULT_PAYOUT_TERMS if terms is None else terms.values

    def next_payday(self) -> datetime:
        """When what is there now is looked at. It lies ahead, also of what is done late: a payday comes once."""
        return payday_after(self.payout_terms_now()["schedule"], self.unit.context.recorded_at)

    @contextmanager
    def booking(self, root: Order | Dispute, orders: Mapping[str, UUID] | None = None) -> Iterator[None]:
        """Whatever is booked inside on what is available to a party, that party's balance takes in.

        ``orders`` names the order of each party, where the root is none. What was paid elsewhere is paid out elsewhere:
        it never lay at this provider.
        """
        before, of_party = root.version, orders or {}
        yield
        booked = [fact for fact in root.pending_events if fact.originator_version > before]
        if booked and self._is_paid_here(root):
            for entry in (entry for fact in booked for entry in getattr(fact, "entries", ())):
                self._take_in(of_party.get(entry["party_id"], root.id), entry)

    def payable(self, role: str, party_id: UUID | str, currency: str) -> Payable | None:
        """The balance of a party; None when nothing was ever available to it."""
        return self.unit.find(Payable, Payable.create_id(role, party_id, currency))

    def reserve(self, order: Order, dispute_id: UUID) -> None:
        """What a dispute may take of an order whose shares were released: nobody is paid it until that has ended."""
        for one in order.at_stake(dispute_id) if self._is_paid_here(order) else ():
            payable = self._payable_or_new(one["role"], one["party_id"], order.currency)
            payable.reserve(dispute_id, order.id, one["amount_minor"])

    def free(self, order: Order, dispute_id: UUID) -> None:
        """The dispute has ended, either way: what it has taken is charged by what the order books."""
        for one in order.at_stake(dispute_id):
            payable = self.payable(one["role"], one["party_id"], order.currency)
            if payable is not None:
                payable.free(dispute_id, order.id)

    def _payable_or_new(self, role: str, party_id: str, currency: str) -> Payable:
        payable = self.payable(role, party_id, currency)
        if payable is None:
            payable = Payable(role, UUID(party_id), currency)
            self.unit.add(payable)
        return payable

    def _is_paid_here(self, root: Order | Dispute) -> bool:
        """The guard against paying out what nobody paid here; tests switch it off to see that they need it."""
        return self.checkout(root.checkout_id).payment_id is not None

    def _take_in(self, order_id: UUID, entry: dict[str, Any]) -> None:
        role = PAYABLE_ROLES.get(Account(entry["account"]))
        if role is None:
            return
        payable = self._payable_or_new(role, entry["party_id"], entry["currency"])
        if entry["amount_minor"] < 0:
            payable.credit(order_id, -entry["amount_minor"], self.next_payday())
        else:
            payable.charge(order_id, entry["amount_minor"])
            if payable.owed_for(order_id):
                split_id = Payout.split_id(order_id, role, entry["party_id"])
                self.ask_back(payable, self.unit.find(Payout, split_id))


def payables_of(root: AggregateRoot) -> Iterable[UUID]:
    """Whoever releases an order decides on the balances of all who earn by it."""
    if not isinstance(root, Order):
        return ()
    parties = [("seller", str(root.seller_id))]
    for line in root.lines.values():
        parties += [(role, party_id) for role, party_id in earners_of(line).items() if party_id is not None]
    return [PAYOUT_TERMS_ID, *(Payable.create_id(*party, root.currency) for party in dict.fromkeys(parties))]
