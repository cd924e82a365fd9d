"""An order after it was paid: delivered, sent back, its shares released."""

from typing import Any
from uuid import UUID

from services.mall.domain.order import Order
from services.mall.domain.refusals import NoSuchOrder
from services.mall.domain.tickets import refuse_hand_delivery, refuse_return_of_ticket

from .loading import OPERATOR
from .payables import Payables

ITS_SELLER, ITS_BUYER = "the seller of the order", "the buyer of the order"


class Orders(Payables):
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
        """Its buyer sends goods back.

        Raises NoSuchOrder, Forbidden, TicketNotSentBack, and what Order.request_return raises.
        """
        order = self.own_order(order_id)
        self.refuse_unless(order.buyer_id == self.actor_id, ITS_BUYER)
        refuse_return_of_ticket(order, str(line_id))
        order.request_return(str(line_id), quantity, reason, self.now)
        return {"order_id": order_id}

    def release_order(self, order_id: UUID) -> None:
        """The return window has closed; an order that is not delivered (any more) stays as it is, and so does one
        that is disputed or about which a case is open: when that has ended, it falls due anew."""
        order = self.order(order_id)
        if order.status == "delivered" and not order.is_disputed and order.case_id is None:
            with self.booking(order):
                order.release(self.now)

    def own_order(self, order_id: UUID) -> Order:
        """An order that the actor has to do with. Raises NoSuchOrder."""
        order = self.order(order_id)
        if self.actor_id not in (order.buyer_id, order.seller_person_id) and not self.has_role(OPERATOR):
            raise NoSuchOrder()
        return order
