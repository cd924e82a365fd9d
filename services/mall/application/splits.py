"""Splits at the provider: what communities and members earn by an order goes to them out of its payment.

Only commissions do: a seller's part is more than any provider lets go to others. What is not split, or could not be, is
in the balance, and is paid out by transfer on a payday.
"""

from uuid import UUID

from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import earners_of
from services.mall.domain.order import Order
from services.mall.domain.payable import Payable
from services.mall.domain.payout import Payout
from services.mall.domain.payout_account import PayoutAccount
from services.mall.domain.payout_terms import MANUAL
from services.mall.domain.unfreezing import Unfreezing

from .payout_outcomes import PayoutOutcomes

ENDED = ("released", "cancelled")


class Splits(PayoutOutcomes):
    """What is asked of a provider that splits; the mall asks where it does, when an order is released."""

    def split_order(self, order_id: UUID) -> None:
        """What was released to those who brought the buyer is split of the payment; an order that is not released, or
        was paid elsewhere, stays as it is, and again changes nothing. When all orders have ended, the rest is freed."""
        order = self.order(order_id)
        checkout = self.checkout(order.checkout_id)
        if order.status != "released" or checkout.payment_id is None:
            return
        before_minor = 0
        for role, party_id in commissioned(order):
            before_minor += self._split(order, checkout.payment_id, role, party_id, before_minor)
        self._free_rest(checkout, checkout.payment_id)

    def confirm_pull_back(self, payout_id: UUID, pull_back_id: UUID, amount_minor: int) -> None:
        """It has come back, and pays what is owed. Raises NoSuchPayout, AmountDiffers."""
        payout, payable = self._of_split(payout_id)
        before_minor = payout.pulled_back_minor
        payout.confirm_pull_back(pull_back_id, amount_minor)
        if payout.pulled_back_minor > before_minor:
            payable.pull_back(payout_id, pull_back_id, amount_minor, self.next_payday())

    def fail_pull_back(self, payout_id: UUID, pull_back_id: UUID, reason: str) -> None:
        """It does not come back: it is owed still, and paid by what the party earns next. Raises NoSuchPayout."""
        self.payout(payout_id).fail_pull_back(pull_back_id, reason)

    def confirm_unfreezing(self, unfreezing_id: UUID) -> None:
        """Nothing of the payment is frozen any more."""
        self._unfreezing(unfreezing_id).confirm()

    def fail_unfreezing(self, unfreezing_id: UUID, reason: str) -> None:
        """The provider frees nothing of it."""
        self._unfreezing(unfreezing_id).fail(reason)

    def _split(self, order: Order, payment_id: UUID, role: str, party_id: UUID, before_minor: int) -> int:
        """What is asked to be split for the party, or was; 0 where it cannot be now: a payday says why."""
        split_id = Payout.split_id(order.id, role, party_id)
        known = self.unit.find(Payout, split_id)
        if known is not None:
            return known.amount_minor
        payable, account = self.payable(role, party_id, order.currency), self.payout_account_of(role, party_id)
        if payable is None or order.withholds(role, party_id) or not self._is_paid_by_itself(account):
            return 0
        amount_minor = min(order.earned_by(role, party_id), payable.free_minor)
        if account is None or amount_minor <= 0:
            return 0
        split = {"payment_id": str(payment_id), "order_id": str(order.id), "of_minor": order.total_minor,
                 "before_minor": before_minor}  # fmt: skip
        self.draw(split_id, payable, self.party_of(role, party_id), amount_minor, account.destination, split=split)
        return amount_minor

    def _is_paid_by_itself(self, account: PayoutAccount | None) -> bool:
        """The guard of terms and accounts; tests switch it off to see that they need it."""
        is_usable = account is not None and account.why_not(self.now) is None
        return is_usable and self.payout_terms_now()["schedule"] != MANUAL

    def _free_rest(self, checkout: Checkout, payment_id: UUID) -> None:
        orders = [self.order(UUID(order["order_id"])) for order in checkout.orders]
        if any(order.status not in ENDED for order in orders):
            return
        if self.unit.find(Unfreezing, Unfreezing.create_id(checkout.id)) is None:
            asked = [Payout.split_id(order.id, *party) for order in orders for party in commissioned(order)]
            payout_ids = [str(split_id) for split_id in asked if self.unit.find(Payout, split_id) is not None]
            self.unit.add(Unfreezing(checkout.id, payment_id, payout_ids))

    def _of_split(self, payout_id: UUID) -> tuple[Payout, Payable]:
        payout = self.payout(payout_id)
        payable = self.payable(payout.role, payout.party_id, payout.currency)
        assert payable is not None, "what was drawn was drawn of a balance"
        return payout, payable

    def _unfreezing(self, unfreezing_id: UUID) -> Unfreezing:
        unfreezing = self.unit.find(Unfreezing, unfreezing_id)
        assert unfreezing is not None, "it is asked for by what is stored"
        return unfreezing


def commissioned(order: Order) -> list[tuple[str, UUID]]:
    """Who earns by an order besides its seller and the platform, each once, in the order of its lines."""
    earners = [pair for line in order.lines.values() for pair in earners_of(line).items()]
    return list(dict.fromkeys((role, UUID(party_id)) for role, party_id in earners if party_id is not None))
