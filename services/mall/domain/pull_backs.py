"""What went to a party by a split can come back in parts, of some receivers and for some time: the provider says so."""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot

from . import refusals
from .form import check_reason
from .postings import PayoutPostings

__all__ = ["DEMANDED", "DONE", "FAILED_BACK", "PulledBackInParts"]

DEMANDED, DONE, FAILED_BACK = "demanded", "pulled_back", "failed"


class PulledBackInParts(AggregateRoot):
    """``pull_backs`` maps ids of pull-backs to ``{"amount_minor", "status"}``: demanded, pulled_back or failed."""

    role: str
    party_id: UUID
    currency: str
    amount_minor: int
    split: dict[str, Any] | None
    pull_backs: dict[str, dict[str, Any]]
    _pull_back_demanded: Any
    _pulled_back: Any
    _pull_back_failed: Any

    @property
    def demanded_minor(self) -> int:
        """What is asked back, and has neither come nor failed."""
        return self._minor_of(DEMANDED)

    @property
    def pulled_back_minor(self) -> int:
        """What has come back."""
        return self._minor_of(DONE)

    @property
    def left_minor(self) -> int:
        """What the receiver has of it, and was not asked for; nothing of what went by transfer."""
        is_theirs = self.split is not None and self._has_arrived()
        return self.amount_minor - self.demanded_minor - self.pulled_back_minor if is_theirs else 0

    def demand_pull_back(self, pull_back_id: UUID, amount_minor: int, reason: str) -> None:
        """So much is to come back; the same id again records nothing.

        Raises ``PullBackTooLarge``, ``AmountNotUsable``, ``ReasonNotCode``.
        """
        check_reason(reason)
        if str(pull_back_id) in self.pull_backs:
            return
        if amount_minor <= 0:
            raise refusals.AmountNotUsable(amount_minor=amount_minor)
        if amount_minor > self.left_minor:
            raise refusals.PullBackTooLarge(left_minor=self.left_minor, wanted_minor=amount_minor)
        self._pull_back_demanded(pull_back_id, amount_minor, reason)

    def confirm_pull_back(self, pull_back_id: UUID, amount_minor: int) -> None:
        """It has come back; again, or of one that nobody demanded, records nothing. Raises ``AmountDiffers``."""
        known = self._awaited(pull_back_id)
        if known is None:
            return
        if known["amount_minor"] != amount_minor:
            raise refusals.AmountDiffers(asked_minor=known["amount_minor"], amount_minor=amount_minor)
        postings = PayoutPostings(self.id, self.role, self.party_id, amount_minor, self.currency)
        self._pulled_back(
            pull_back_id, self.role, self.party_id, amount_minor, self.currency, postings.returned()
        )  # fmt: skip

    def fail_pull_back(self, pull_back_id: UUID, reason: str) -> None:
        """It does not come back; again, or of one that nobody demanded, records nothing. Raises ``ReasonNotCode``."""
        check_reason(reason)
        if self._awaited(pull_back_id) is not None:
            self._pull_back_failed(pull_back_id, reason)

    def _awaited(self, pull_back_id: UUID) -> dict[str, Any] | None:
        known = self.pull_backs.get(str(pull_back_id))
        return known if known is not None and known["status"] == DEMANDED else None

    def _minor_of(self, status: str) -> int:
        return sum(one["amount_minor"] for one in self.pull_backs.values() if one["status"] == status)

    def _has_arrived(self) -> bool:
        raise NotImplementedError
