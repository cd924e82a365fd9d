"""What was paid out elsewhere, as an operator records it: for orders of elsewhere alone, each share once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.mall.domain import refusals
from services.mall.domain.order import Order
from services.mall.domain.payout_elsewhere import PayoutElsewhere

from .loading import Loading

CLAIM = "paid out elsewhere"
"""The kind of the side rows that say which share of which order is in a payout."""


class PayoutsElsewhere(Loading):
    """Commands of an operator, under the time at which it happened."""

    def record_payout(self, payout_id: UUID, role: str, party_id: UUID, order_ids: list[UUID]) -> dict[str, Any]:
        """A party was paid what it had earned by these orders, which were released by then.

        No transfer is asked for, and what may be paid out here stays as it is. The same once more changes nothing.
        Raises NoSuchOrder, CheckoutNotRecorded, NotReleasedThen, NotEarnedThere, MixedCurrencies, PaidOutBefore,
        RecordedOtherwise.
        """
        known = self.unit.find(PayoutElsewhere, payout_id)
        if known is None:
            self._pay_out(payout_id, role, party_id, order_ids)
        elif (known.role, known.party_id, known.order_ids) != (role, party_id, [str(one) for one in order_ids]):
            raise refusals.RecordedOtherwise(kind="Payout", id=payout_id)
        return {"payout_id": payout_id}

    def _pay_out(self, payout_id: UUID, role: str, party_id: UUID, order_ids: list[UUID]) -> None:
        if self.unit.version(payout_id):
            raise refusals.RecordedOtherwise(kind="Payout", id=payout_id)
        orders = [self.order(order_id) for order_id in order_ids]
        amount_minor = sum(self._earned(order, role, party_id) for order in orders)
        currency = _one_currency(orders)
        for order in orders:
            taken = refusals.PaidOutBefore(order_id=order.id)
            self.unit.claim_side(CLAIM, f"{order.id}/{role}/{party_id}", str(payout_id).encode(), taken)
        self.unit.add(PayoutElsewhere.record(payout_id, role, party_id, order_ids, amount_minor, currency))

    def _earned(self, order: Order, role: str, party_id: UUID) -> int:
        if self.checkout(order.checkout_id).payment_id is not None:
            raise refusals.CheckoutNotRecorded(checkout_id=order.checkout_id)
        released_at = order.return_window_ends_at
        if order.status != "released" or released_at is None or released_at > self.now:
            raise refusals.NotReleasedThen(order_id=order.id, at=self.now.isoformat())
        earned_minor = order.earned_by(role, party_id)
        if not earned_minor:
            raise refusals.NotEarnedThere(order_id=order.id, party_id=party_id, role=role)
        return earned_minor


def _one_currency(orders: Iterable[Order]) -> str:
    currencies = sorted({order.currency for order in orders})
    if len(currencies) > 1:
        raise refusals.MixedCurrencies(currencies=", ".join(currencies))
    return currencies[0]
