"""Asking what became of disputes, and whether there are any before what is held is released."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.kernel.flow.due import AskAgain, Decide, DecideAbout
from services.kernel.store.recorder import DueRow
from services.kernel.store.unit import Unit
from services.mall.application import Mall
from services.mall.application.fraud_weighing import weighed_with
from services.mall.application.payables import payables_of
from services.mall.domain.checkout import Checkout
from services.mall.domain.dispute import Dispute
from services.mall.domain.order import Order
from services.mall.payments.asking import NO_ANSWER, WITHOUT_PROVIDER, WITHOUT_PROVIDER_SECONDS, Asking, goods_of, pause
from services.mall.payments.outcomes import is_final, tell

PAUSE_SECONDS = 86_400.0
"""A dispute takes weeks: it is asked for daily, in case that a callback was lost."""
RETURN_PAUSE_SECONDS = 3_600.0
"""So long at most a release waits after a return that held it was answered."""


class _Asked(NamedTuple):
    reference: str
    checkout_id: UUID
    payment_id: UUID


class DisputeErrands(Asking):
    """A dispute begins at the provider: nothing is requested, all is asked."""

    def ask(self, row: DueRow) -> Decide | AskAgain:
        """Ask how it stands, until it has ended."""
        dispute = self.service.executor.foresight.seen(Dispute, UUID(row.subject), _asked)
        assert dispute is not None, "a dispute is due that is stored"
        if (reach := self.reach()) is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        outcome = reach.provider.dispute(dispute.reference)
        if is_final(outcome):
            return self.told(outcome, dispute.checkout_id, dispute.payment_id)
        return AskAgain(PAUSE_SECONDS) if outcome.status == "opened" else AskAgain(pause(row.tries), NO_ANSWER)

    def release(self, row: DueRow) -> Decide | AskAgain:
        """The return window has closed: release what is held, once the provider has said that nobody disputes it.

        So a dispute whose callback was lost is found before anything of it is released. While the seller has time to
        answer a return it waits; then a case is opened about that.
        """
        order_id, seen = UUID(row.subject), self.service.executor.foresight.seen
        found = seen(Order, order_id, lambda order: (order.checkout_id, order.returns_answered_by))
        assert found is not None, "a release is due for an order that is stored"
        checkout_id, answer_by = found
        if (seconds := self._seconds_until(answer_by)) > 0:
            return AskAgain(min(seconds, RETURN_PAUSE_SECONDS))
        payment_id, reach = seen(Checkout, checkout_id, lambda checkout: checkout.payment_id), self.reach()
        if payment_id is None:  # paid elsewhere: nobody here could be asked
            return self.decide(lambda mall: mall.release_order(order_id))
        if reach is None:
            return AskAgain(WITHOUT_PROVIDER_SECONDS, WITHOUT_PROVIDER)
        disputes = reach.provider.disputes_of(payment_id)
        if disputes is None:
            return AskAgain(pause(row.tries), NO_ANSWER)

        def decide(unit: Unit) -> None:
            mall = Mall(unit, self.service.views)
            for outcome in disputes:
                tell(mall, outcome)
            mall.release_order(order_id)
            if reach.provider.splits is not None:
                mall.split_order(order_id)

        return DecideAbout(decide, checkout_id, _released_with)

    def _seconds_until(self, time: datetime | None) -> float:
        return 0.0 if time is None else (time - self.service.clock.now()).total_seconds()


def _released_with(root: AggregateRoot) -> Iterable[UUID]:
    """The orders of the checkout, the balances of who earns by them, and what their shares are weighed with."""
    return [*payables_of(root), *weighed_with(root)] if isinstance(root, Order) else goods_of(root)


def _asked(dispute: Dispute) -> _Asked:
    return _Asked(dispute.reference, dispute.checkout_id, dispute.payment_id)
