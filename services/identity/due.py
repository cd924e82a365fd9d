"""What falls due in identity: the validity of a certified claim."""

from collections.abc import Iterable

from services.identity.domain.claim import Claim
from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow

EXPIRE = "claim.expire"


def due(fact: Fact) -> Iterable[DueRow]:
    """A certified claim expires when its validity ends, unless it ends before."""
    if isinstance(fact, Claim.Certified) and fact.valid_until is not None:
        yield DueRow(EXPIRE, str(fact.originator_id), fact.valid_until)
    elif isinstance(fact, Claim.Withdrawn | Claim.Expired):
        yield DueRow(EXPIRE, str(fact.originator_id), None)
