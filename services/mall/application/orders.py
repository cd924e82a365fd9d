"""An order after it was paid: delivered, sent back, its shares released."""

from typing import Any
from uuid import UUID

from services.mall.domain.order import Order
from services.mall.domain.refusals import NoSuchOrder
from services.mall.domain.returns import RETURN_ANSWERED_AFTER
from services.mall.domain.tickets import refuse_hand_delivery, refuse_return_of_ticket

from .case_keeping import CaseKeeping
from .fraud_holds import FraudHolds
from .loading import OPERATOR

ITS_SELLER, ITS_BUYER = "the seller of the order", "the buyer of the order"


class Orders(CaseKeeping, FraudHolds):
    """Orders that the actor sells or buys. To anybody else there is no such order."""

    def deliver(self, order_id: UUID) -> dict[str, Any]:
        """Its seller has delivered it.

        Raises NoSuchOrder, Forbidden, TicketDeliveredElsewhere, NotPaid, OrderCancelled, AlreadyDelivered.
        """
        order = self.own_order(order_id)
        self.refuse_unless(order.seller_person_id == self.actor_id, ITS_SELLER)
        refuse_hand_delivery(order)
        order.deliver(self.now, self.now)
        return {"order_id": order_id}

    def request_return(self, order_id: UUID, line_id: UUID, quantity: int, reason: str) -> dict[str, Any]:
        """Its buyer sends goods back; the seller of what was paid here has her time to answer from when it is recorded.

        Raises NoSuchOrder, Forbidden, TicketNotSentBack, and what Order.request_return raises.
        """
        order = self.own_order(order_id)
        self.refuse_unless(order.buyer_id == self.actor_id, ITS_BUYER)
        refuse_return_of_ticket(order, str(line_id))
        is_paid_here, recorded_at = self._is_paid_here(order), self.unit.context.recorded_at
        answer_by = recorded_at + RETURN_ANSWERED_AFTER if is_paid_here else None
        order.request_return(str(line_id), quantity, reason, self.now, answer_by)
        return {"order_id": order_id}

    def release_order(self, order_id: UUID) -> None:
        """The return window has closed; an order that is not delivered (any more) stays as it is, and so does one
        that is disputed or about which a case is open: when that has ended, it falls due anew. About what was sent back
        and not answered in time a case is opened instead. What is suspected stays behind.

        Raises FiguresNotReady and what Order.release raises: then it is tried again.
        """
        order = self.order(order_id)
        if order.status != "delivered" or order.is_disputed or order.case_id is not None:
            return
        line_id = order.unanswered(self.unit.context.recorded_at)
        if line_id is not None and self._is_paid_here(order):
            self._begin_case_of_return(order, line_id)
        else:
            with self.booking(order):
                self.withhold_suspected(order)
                order.release(self.now)

    def own_order(self, order_id: UUID) -> Order:
        """An order that the actor has to do with. Raises NoSuchOrder."""
        order = self.order(order_id)
        if self.actor_id not in (order.buyer_id, order.seller_person_id) and not self.has_role(OPERATOR):
            raise NoSuchOrder()
        return order
