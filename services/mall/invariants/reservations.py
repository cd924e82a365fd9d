"""What disputes may take of released shares: it is reserved from the beginning to the end, and nobody is paid it."""

from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import order_facts as orders
from services.mall.domain import payable_facts as payables
from services.mall.domain.payable import Payable

Key = tuple[UUID, UUID, UUID]
"""Dispute, order, balance."""


class DisputedSharesAreReserved(Invariant):
    """An order says what is at stake when its dispute opens; the balances have to say the same. Of disputes from before
    there were reservations the orders say that nothing is, and what was paid elsewhere is in no balance."""

    name = "disputed shares"
    sentence = "What an open dispute may take of released shares is reserved until it has ended, and nobody draws it."

    def __init__(self) -> None:
        super().__init__()
        self._elsewhere: set[UUID] = set()
        self._currencies: dict[UUID, str] = {}
        self._at_stake: dict[Key, int] = {}
        self._reserved: dict[Key, int] = {}

    @when(checkouts.Opened)
    def checked_out(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._elsewhere.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        if fact.checkout_id not in self._elsewhere:
            self._currencies[fact.originator_id] = fact.currency

    @when(orders.Disputed)
    def disputed(self, _position: int, fact: orders.Disputed) -> None:
        currency = self._currencies.get(fact.originator_id)
        for one in fact.at_stake if currency is not None else ():
            payable_id = Payable.create_id(one["role"], one["party_id"], str(currency))
            self._at_stake[fact.dispute_id, fact.originator_id, payable_id] = one["amount_minor"]

    @when(orders.DisputeEnded)
    def ended(self, _position: int, fact: orders.DisputeEnded) -> None:
        over = (fact.dispute_id, fact.originator_id)
        self._at_stake = {key: amount for key, amount in self._at_stake.items() if key[:2] != over}

    @when(payables.Reserved)
    def reserved(self, _position: int, fact: payables.Reserved) -> None:
        self._reserved[fact.dispute_id, fact.order_id, fact.originator_id] = fact.amount_minor

    @when(payables.Freed)
    def freed(self, _position: int, fact: payables.Freed) -> None:
        if self._reserved.pop((fact.dispute_id, fact.order_id, fact.originator_id), None) != fact.amount_minor:
            raise Broken(f"{fact.amount_minor} are freed, which were not reserved")

    @when(payables.Drawn)
    def drawn(self, _position: int, fact: payables.Drawn) -> None:
        kept = sum(amount for key, amount in self._reserved.items() if key[2] == fact.originator_id)
        if kept and fact.balance_minor < kept:
            raise Broken(f"{fact.amount_minor} are drawn, and {kept} are reserved of the {fact.balance_minor} left")

    def finish(self) -> None:
        if self._at_stake != self._reserved:
            key = next(iter(self._at_stake.items() ^ self._reserved.items()))[0]
            raise Broken("what may be taken by a dispute is not what is reserved for it", stream=str(key[2]))
