"""What must be true of all that events ever recorded; ``agora audit`` checks it."""

from collections.abc import Sequence

from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Invariant

from .registrations import OneRegistrationAtATime, TicketsAreUsedOnce
from .seats import SeatsAreNeverOvertaken, WaitlistsKeepTheirOrder
from .waiting import NothingWaitsForEver

__all__ = ["invariants"]


def invariants(store: StoreAtRest) -> Sequence[Invariant]:
    """All of them, for one audit."""
    return [
        SeatsAreNeverOvertaken(),
        WaitlistsKeepTheirOrder(),
        OneRegistrationAtATime(),
        TicketsAreUsedOnce(),
        NothingWaitsForEver(store),
    ]
