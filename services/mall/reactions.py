"""When others say something, what the mall does."""

from collections.abc import Callable, Mapping
from typing import Any

from services.contracts.identity import ClaimCertified, ClaimExpired, ClaimWithdrawn
from services.contracts.message import Message
from services.kernel.flow.projection import Place
from services.mall.application import Mall


def suspend_unfit_seller(mall: Mall, message: ClaimWithdrawn | ClaimExpired, _place: Place) -> None:
    """A claim has ended: its person sells no longer if the claims asked of sellers do not hold without it."""
    mall.suspend_without_claims(message.person_id)


def reinstate_fit_seller(mall: Mall, message: ClaimCertified, _place: Place) -> None:
    """A claim was certified: its person sells again if that was what was missing."""
    mall.reinstate_with_claims(message.person_id)


reactions: Mapping[type[Message], Callable[[Any, Any, Place], None]] = {
    ClaimWithdrawn: suspend_unfit_seller,
    ClaimExpired: suspend_unfit_seller,
    ClaimCertified: reinstate_fit_seller,
}
