"""Why a case cannot be opened or go on; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Forbidden, Malformed, Missing


class NoSuchCase(Missing):
    """There is no such case, or it is about somebody else's order."""

    sentence = "There is no such case here, or it is not yours."


class OrderInCase(Conflicting):
    """A case about the order is open: there is one at a time, and nothing of the order is released before its end."""

    sentence = "Case {case_id} about order {order_id} is open; go on there."


class NothingLeftToDecide(Conflicting):
    """All of what it would be about went back, or was cancelled: no decision could pay anything back."""

    sentence = "Nothing of that is left to pay back of order {order_id}, so there is nothing to decide."


class TooManyCases(Conflicting):
    """A buyer opens so many about one order, as the terms of cases say."""

    sentence = "You have opened {most} cases about order {order_id}, which is the most."


class CaseDecided(Conflicting):
    """An operator has decided about it: that is not asked for again, in other words."""

    sentence = "An operator has decided about that of order {order_id}; name a line about which nothing was decided."


class CaseTooLate(Conflicting):
    """So long after the delivery nobody can look into it any more."""

    sentence = "A case about order {order_id} could be opened until {until}."


class OrderPaidElsewhere(Conflicting):
    """What was sold and paid elsewhere is settled there: nothing could be paid back here."""

    sentence = "Order {order_id} was paid elsewhere; settle it where it was bought."


class CaseAwaitsOther(Conflicting):
    """It is somebody else's turn, or the case is closed."""

    sentence = "Case {case_id} is {stage}: this cannot be done now."


class CaseNotDue(Conflicting):
    """The time of whoever has to act is not over."""

    sentence = "Case {case_id} waits until {deadline}."


class OwnCase(Forbidden):
    """Nobody decides about an order that he bought, sold or earns by."""

    sentence = "You bought or sold this order, or earn by it; another operator has to decide."


class CaseFull(Conflicting):
    """Each word of a case is kept, and each side has so many at most."""

    sentence = "Your side has said {most} things in case {case_id}, which is the most; wait for its decision."


class DecisionNotUsable(Malformed):
    """Only a refund in part has an amount, and that is less than is left."""

    sentence = "Only refund_part has an amount: 1 to {most} minor units."
