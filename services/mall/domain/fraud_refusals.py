"""Why a fraud hold cannot go on; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Conflicting, Forbidden, Missing


class NoSuchHold(Missing):
    """There is no such fraud hold, or it is on somebody else's share."""

    sentence = "There is no such fraud hold here, or it is not yours to see."


class HoldEnded(Conflicting):
    """It was decided, or its time has passed."""

    sentence = "Fraud hold {hold_id} has ended: {outcome}."


class HoldNotDue(Conflicting):
    """The platform still has time to decide."""

    sentence = "Fraud hold {hold_id} lasts until {lets_go_at} unless it is decided before."


class AppealedAlready(Conflicting):
    """One says once what is to be said to it."""

    sentence = "You have appealed against fraud hold {hold_id} already; wait for the decision."


class AppealStillOpen(Conflicting):
    """Nobody loses anything before having been heard, or having let the time for it pass."""

    sentence = "The earner may appeal against fraud hold {hold_id} until {appeal_until}; decide on it then."


class OwnHold(Forbidden):
    """Nobody decides on a share of a purchase that is his own business."""

    sentence = "You bought, sold or earn by this order; other operators have to decide."


class ForfeitureProposedByYou(Forbidden):
    """What takes something away is decided by two."""

    sentence = "You have proposed that already; another operator has to say the same."
