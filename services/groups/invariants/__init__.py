"""What must be true of all that the groups ever recorded; ``agora audit`` checks it."""

from collections.abc import Sequence

from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Invariant

from .content import AdvertsAreCounted, AnswersAreAccepted, FiveSections, QuotasHold, RemovalsAreJust
from .joining import EnoughApprove, InvitationsAreUsedOnce, NewcomersAreIntroducedOnce, RulesAreAcceptedAsTheyAre
from .people import AdmissionsHaveAReason, MembersAreInOnce, OneApplicationIsOpen

__all__ = ["invariants"]


def invariants(store: StoreAtRest) -> Sequence[Invariant]:
    """All of them, for one audit."""
    return [
        MembersAreInOnce(store), AdmissionsHaveAReason(), OneApplicationIsOpen(), InvitationsAreUsedOnce(),
        EnoughApprove(), RulesAreAcceptedAsTheyAre(), NewcomersAreIntroducedOnce(),
        FiveSections(), QuotasHold(), AdvertsAreCounted(), AnswersAreAccepted(), RemovalsAreJust(),
    ]  # fmt: skip
