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


class MoreThanIsLeft(Conflicting):
    """More of the price or of the freight of a line would go back than is left of it."""

    sentence = "Only {left_minor} (minor units) are left of it to refund, and {wanted_minor} were asked for."


class AskedInTwoWays(Malformed):
    """A refund by quantity and by amount at once, or of all freight and of a part of it."""

    sentence = "Ask for a quantity or for an amount of the price, and for all of the freight or an amount of it."


class NothingToRefund(Malformed):
    """A refund of no quantity, no amount and no freight, or of what no money is left of."""

    sentence = "This refund is of nothing: give a quantity, an amount, or freight that was not refunded before."


class OrderDisputed(Conflicting):
    """The buyer's bank disputes the payment: until that has ended nothing of the order is released or paid back."""

    sentence = "The payment of order {order_id} is disputed by the buyer's bank; wait until the dispute has ended."


class RefundNotCovered(Conflicting):
    """The shares were released: what the seller does not have any more, the mall would advance."""

    sentence = (
        "The shares of the order were released, and {covered_minor} (minor units) of the seller's are available; the "
        "refund takes {wanted_minor} of hers. Refund less, or have an operator do it."
    )


class TooManyRefunds(Conflicting):
    """An order is not paid back in hundreds of small parts."""

    sentence = "Order {order_id} was paid back in {most} parts already; refund all that is left of a line at once."


class ReturnNotAnswered(Conflicting):
    """What the buyer sends back in time is paid back, or a case is opened about it, before anything is released."""

    sentence = "Goods of order {order_id} are on their way back; that is answered until {answer_by}, or becomes a case."
