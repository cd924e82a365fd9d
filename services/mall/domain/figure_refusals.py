"""Why there are no such figures; import them from ``refusals``, where all of the mall are."""

from services.kernel.domain import Missing, Unready


class FiguresNotReady(Unready):
    """A view is being rebuilt, so what was sold and what was booked are not at the same position."""

    sentence = "The figures are being made again from the facts; ask again in a moment."


class NoSuchAccount(Missing):
    """There is no seller or group of this id, or it is somebody else's."""

    sentence = "There is no account of this party here, or it is not yours to see."
