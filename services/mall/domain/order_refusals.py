"""Why something cannot be done to an order; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Malformed, Missing


class NoSuchOrder(Missing):
    """There is no such order, or it is somebody else's."""

    sentence = "There is no such order here, or it is not yours."


class NoSuchLine(Missing):
    """The order has no such line."""

    sentence = "Order {order_id} has no line {line_id}."


class AlreadyPaid(Conflicting):
    """The order was paid, so it cannot be paid again or simply be dropped."""

    sentence = "Order {order_id} is already paid; refund its lines instead."


class NotPaid(Conflicting):
    """Nothing was paid for the order yet."""

    sentence = "Order {order_id} is not paid yet; wait for its payment."


class AlreadyDelivered(Conflicting):
    """The order was delivered before."""

    sentence = "Order {order_id} was already delivered; refund its lines instead."


class NotDelivered(Conflicting):
    """The return window only begins with the delivery."""

    sentence = "Order {order_id} is not delivered yet, so its return window has not begun."


class DeliveredInFuture(Malformed):
    """A delivery is recorded when it has happened, not before."""

    sentence = "The delivery at {delivered_at} has not happened yet; record it when it has."


class OrderCancelled(Conflicting):
    """The order was cancelled."""

    sentence = "Order {order_id} was cancelled; place a new one."


class AlreadyReleased(Conflicting):
    """What was held for the parties is theirs already."""

    sentence = "The shares of order {order_id} were already released; refund its lines instead."


class ReturnWindowOpen(Conflicting):
    """Held shares wait until nobody can return the goods any more."""

    sentence = "Order {order_id} can be returned until {ends_at}; its shares are held until then."


class ReturnWindowClosed(Conflicting):
    """The time in which goods can be sent back without a reason has passed."""

    sentence = "Order {order_id} could be returned until {ends_at}; ask the seller for a refund instead."


class OverRefunded(Conflicting):
    """More would go back than was bought or paid."""

    sentence = "Only {left} are left to return or refund, and {wanted} were asked for."


class NothingToRefund(Malformed):
    """A refund of no quantity and no freight."""

    sentence = "This refund is of nothing: give a quantity, or ask for freight that was not refunded before."
