"""What must be true of all that identity ever recorded; ``agora audit`` checks it."""

from collections.abc import Sequence

from services.identity.invariants.forgetting import ForgottenStaySo
from services.identity.invariants.people import ClaimsAreJudgedByOthers, PeopleAreKnown, RolesAreGrantedFirst
from services.identity.invariants.relationships import LinksOpenOnce, RelationshipsAreOfTwo
from services.kernel.store.at_rest import StoreAtRest
from services.kernel.store.invariants import Invariant

__all__ = ["invariants"]


def invariants(store: StoreAtRest) -> Sequence[Invariant]:
    """All of them, for one audit."""
    return [
        ClaimsAreJudgedByOthers(),
        RolesAreGrantedFirst(),
        PeopleAreKnown(store),
        RelationshipsAreOfTwo(),
        LinksOpenOnce(),
        ForgottenStaySo(store),
    ]
