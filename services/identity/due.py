"""What falls due in identity: the validity of a certified claim, the mail with a link for a new password."""

from collections.abc import Iterable

from services.identity.domain.claim import Claim
from services.identity.domain.password_reset import PasswordReset
from services.kernel.domain import Fact
from services.kernel.store.recorder import DueRow

EXPIRE, SEND_RESET = "claim.expire", "password_reset.send"


def due(fact: Fact) -> Iterable[DueRow]:
    """A certified claim expires when its validity ends, unless it ends before. A link is sent at once."""
    if isinstance(fact, Claim.Certified) and fact.valid_until is not None:
        yield DueRow(EXPIRE, str(fact.originator_id), fact.valid_until)
    elif isinstance(fact, Claim.Withdrawn | Claim.Expired):
        yield DueRow(EXPIRE, str(fact.originator_id), None)
    elif isinstance(fact, PasswordReset.Asked | PasswordReset.AskedAgain):
        yield DueRow(SEND_RESET, str(fact.originator_id), fact.effective_at)
    elif isinstance(fact, PasswordReset.Used):
        yield DueRow(SEND_RESET, str(fact.originator_id), None)
