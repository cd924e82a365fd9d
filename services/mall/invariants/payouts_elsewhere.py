"""What was paid out elsewhere: of orders of elsewhere, what they had released to the party, once."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import order_facts as orders
from services.mall.domain.ledger import Account
from services.mall.domain.payout_elsewhere import PayoutElsewhere
from services.mall.domain.postings import PAYABLE_ROLES

Key = tuple[UUID, str, str]
"""Order, role, party."""


class PaidOutElsewhereOnce(Invariant):
    """Told by a person, so compared with what the orders released."""

    name = "payouts elsewhere"
    sentence = (
        "What was paid out elsewhere is what orders of elsewhere had released to the party, each share of each once."
    )

    def __init__(self) -> None:
        super().__init__()
        self._elsewhere: set[UUID] = set()
        self._orders: set[UUID] = set()
        self._left: dict[Key, int] = defaultdict(int)

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._elsewhere.add(fact.originator_id)

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        if fact.checkout_id in self._elsewhere:
            self._orders.add(fact.originator_id)

    @when(orders.Released, orders.LineRefunded, orders.LineChargedBack)
    def moved(self, _position: int, fact: Any) -> None:
        if fact.originator_id not in self._orders:
            return
        for entry in fact.entries:
            role = PAYABLE_ROLES.get(Account(entry["account"]))
            if role is not None:
                kept_minor = getattr(fact, "fee_kept_minor", 0) if role == "seller" else 0
                self._left[fact.originator_id, role, str(entry["party_id"])] -= entry["amount_minor"] - kept_minor

    @when(PayoutElsewhere.Recorded)
    def paid_out(self, _position: int, fact: PayoutElsewhere.Recorded) -> None:
        earned = [self._left.pop((UUID(one), fact.role, str(fact.party_id)), 0) for one in fact.order_ids]
        if min(earned, default=0) <= 0 or sum(earned) != fact.amount_minor:
            raise Broken(f"{fact.amount_minor} were paid out of {sum(earned)} that its orders had released")
