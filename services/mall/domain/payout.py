"""One payment to a party: asked for, perhaps approved, sent, and whatever the provider and the bank make of it."""

from typing import Any
from uuid import UUID

from services.kernel.domain import derived_id, event

from . import payout_facts as facts
from . import refusals
from .form import check_currency, check_reason
from .payout_settling import FAILED, PAID, RETURNED, SettledByHand
from .postings import PayoutPostings, Stored
from .pull_backs import DEMANDED, DONE, FAILED_BACK, PulledBackInParts

__all__ = ["FAILED", "PAID", "RETURNED", "Payout"]

APPROVALS = 2
AWAITING, APPROVED, SENT, UNCERTAIN = "awaiting_approval", "approved", "sent", "uncertain"
REJECTED, CANCELLED = "rejected", "cancelled"


class Payout(SettledByHand, PulledBackInParts):
    """Its money moves out once and back at most once; who is told again changes nothing.

    ``status`` is awaiting_approval, approved (nobody has to approve it, or two have), sent, uncertain (the provider's
    answer was lost), paid; or rejected, cancelled, failed, returned, by which the money is the party's again.
    ``split`` is ``{"payment_id", "order_id", "of_minor", "before_minor"}`` where it is a split of that payment: for
    what was earned by the order of ``of_minor``, of which ``before_minor`` was asked for before. What of it comes back:
    ``pull_backs``.
    """

    TOPIC = "mall:Payout"
    snapshot_version = 3
    Requested = facts.Requested
    Approved = facts.Approved
    Rejected = facts.Rejected
    Cancelled = facts.Cancelled
    Sent = facts.Sent
    Uncertain = facts.Uncertain
    Paid = facts.Paid
    Failed = facts.Failed
    Returned = facts.Returned
    SettlementProposed = facts.SettlementProposed
    PullBackDemanded = facts.PullBackDemanded
    PulledBack = facts.PulledBack
    PullBackFailed = facts.PullBackFailed

    @staticmethod
    def create_id(payout_id: UUID) -> UUID:
        return payout_id

    @staticmethod
    def split_id(order_id: UUID, role: str, party_id: UUID | str) -> UUID:
        """Of the one split by which a party gets what it earned by an order."""
        return derived_id("split", order_id, role, party_id)

    @classmethod
    def request(
        cls, payout_id: UUID, role: str, party_id: UUID, person_id: UUID | None, requested_by: UUID | None,
        holder_id: UUID, destination: str, amount_minor: int, currency: str, needs_approval: bool,
        split: dict[str, Any] | None = None,
    ) -> "Payout":  # fmt: skip
        """What was drawn is to be paid. Raises ``AmountNotUsable``, ``CurrencyNotUsable``."""
        check_currency(currency)
        if amount_minor <= 0:
            raise refusals.AmountNotUsable(amount_minor=amount_minor)
        entries = PayoutPostings(payout_id, role, party_id, amount_minor, currency).drawn()
        return cls(
            payout_id, role, party_id, person_id, requested_by, holder_id, destination, amount_minor, currency,
            needs_approval, split, entries,
        )  # fmt: skip

    @event(Requested)
    def __init__(
        self, payout_id: UUID, role: str, party_id: UUID, person_id: UUID | None, requested_by: UUID | None,
        holder_id: UUID, destination: str, amount_minor: int, currency: str, needs_approval: bool,
        split: dict[str, Any] | None, entries: Stored,
    ) -> None:  # fmt: skip
        self.role = role
        self.party_id = party_id
        self.person_id = person_id
        self.requested_by = requested_by
        self.destination: Any = destination
        self.amount_minor = amount_minor
        self.currency = currency
        self.approved_by: list[str] = []
        self.settlement: dict[str, str] | None = None
        self.split = split
        self.pull_backs: dict[str, dict[str, Any]] = {}
        self.status = AWAITING if needs_approval else APPROVED

    @property
    def is_back(self) -> bool:
        """Whether its money is the party's again."""
        return self.status in (REJECTED, CANCELLED, FAILED, RETURNED)

    @property
    def is_under_way(self) -> bool:
        """Whether the provider was asked for it, and has not said what became of it."""
        return self.status in (SENT, UNCERTAIN)

    def approve(self, operator_id: UUID, is_own: bool = False) -> None:
        """An operator who has nothing of it approves it; the second one has it sent. ``is_own``: it comes to her all
        the same, as to the owner of a group, or she set the account that it goes to.

        Raises ``PayoutNotAwaiting``, ``OwnPayout``, ``PayoutApprovedByYou``.
        """
        self._check_awaiting()
        if is_own or operator_id in (self.person_id, self.requested_by):
            raise refusals.OwnPayout(payout_id=self.id)
        if str(operator_id) in self.approved_by:
            raise refusals.PayoutApprovedByYou(payout_id=self.id)
        self._approved(operator_id, len(self.approved_by) + 1 >= APPROVALS)

    @event(Approved)
    def _approved(self, operator_id: UUID, is_last: bool) -> None:
        self.approved_by.append(str(operator_id))
        self.status = APPROVED if is_last else AWAITING

    def reject(self, reason: str) -> None:
        """An operator says no; again records nothing. Raises ``PayoutNotAwaiting``, ``ReasonNotCode``."""
        check_reason(reason)
        if self.status != REJECTED:
            self._check_awaiting()
            self._rejected(reason, self._postings.given_back())

    @event(Rejected)
    def _rejected(self, reason: str, entries: Stored) -> None:
        self.status = REJECTED

    def cancel(self, reason: str) -> None:
        """Given up before it was sent; again records nothing. Raises ``PayoutAlreadySent``, ``ReasonNotCode``."""
        check_reason(reason)
        if self.status == CANCELLED:
            return
        if self.status not in (AWAITING, APPROVED):
            raise refusals.PayoutAlreadySent(payout_id=self.id, status=self.status)
        self._cancelled(reason, self._postings.given_back())

    @event(Cancelled)
    def _cancelled(self, reason: str, entries: Stored) -> None:
        self.status = CANCELLED

    def send(self) -> None:
        """The provider is to be asked for it; again records nothing. Raises ``PayoutNotApproved``."""
        if self.is_under_way:
            return
        if not self._is_approved():
            raise refusals.PayoutNotApproved(payout_id=self.id, status=self.status)
        self._sent()

    @event(Sent)
    def _sent(self) -> None:
        self.status = SENT

    def doubt(self, reason: str) -> None:
        """The provider's answer was lost; nothing is recorded once the outcome is known. Raises ``ReasonNotCode``."""
        check_reason(reason)
        if self.status == SENT:
            self._uncertain(reason)

    @event(Uncertain)
    def _uncertain(self, reason: str) -> None:
        self.status = UNCERTAIN

    def settle(self, amount_minor: int, currency: str) -> None:
        """It was paid; again records nothing. Raises ``PayoutNotUnderWay``, ``AmountDiffers``, ``CurrencyDiffers``."""
        self._check_same(amount_minor, currency)
        if self.status not in (PAID, RETURNED):
            self._check_under_way(PAID)
            self._paid(self.role, self.party_id, self.amount_minor, self.currency, self._postings.paid())

    @event(Paid)
    def _paid(self, role: str, party_id: UUID, amount_minor: int, currency: str, entries: Stored) -> None:
        self.status = PAID

    def fail(self, reason: str) -> None:
        """The provider could not; again records nothing. Raises ``PayoutNotUnderWay``, ``ReasonNotCode``."""
        check_reason(reason)
        if self.status != FAILED:
            self._check_under_way(FAILED)
            self._failed(reason, self._postings.given_back())

    @event(Failed)
    def _failed(self, reason: str, entries: Stored) -> None:
        self.status = FAILED

    def give_back(self, amount_minor: int, currency: str, reason: str) -> None:
        """The bank sent back what was paid, also when nobody has said that it was; again records nothing.

        Raises ``PayoutNotUnderWay``, ``PayoutPulledBack``, ``AmountDiffers``, ``CurrencyDiffers``, ``ReasonNotCode``.
        """
        check_reason(reason)
        self._check_same(amount_minor, currency)
        if self.status == RETURNED:
            return
        if self.demanded_minor or self.pulled_back_minor:
            raise refusals.PayoutPulledBack(payout_id=self.id)
        if self.status != PAID:
            self._check_under_way(RETURNED)
            self.settle(amount_minor, currency)
        entries = self._postings.returned()
        self._returned(self.role, self.party_id, self.amount_minor, self.currency, reason, entries)

    @event(Returned)
    def _returned(
        self, role: str, party_id: UUID, amount_minor: int, currency: str, reason: str, entries: Stored
    ) -> None:  # fmt: skip
        self.status = RETURNED

    @event(SettlementProposed)
    def _settlement_proposed(self, outcome: str, reason: str, proposed_by: UUID) -> None:
        self.settlement = {"outcome": outcome, "proposed_by": str(proposed_by)}

    @event(PullBackDemanded)
    def _pull_back_demanded(self, pull_back_id: UUID, amount_minor: int, reason: str) -> None:
        self.pull_backs[str(pull_back_id)] = {"amount_minor": amount_minor, "status": DEMANDED}

    @event(PulledBack)
    def _pulled_back(
        self, pull_back_id: UUID, role: str, party_id: UUID, amount_minor: int, currency: str, entries: Stored
    ) -> None:
        self.pull_backs[str(pull_back_id)]["status"] = DONE

    @event(PullBackFailed)
    def _pull_back_failed(self, pull_back_id: UUID, reason: str) -> None:
        self.pull_backs[str(pull_back_id)]["status"] = FAILED_BACK

    def _has_arrived(self) -> bool:
        return self.status == PAID

    @property
    def _postings(self) -> PayoutPostings:
        return PayoutPostings(self.id, self.role, self.party_id, self.amount_minor, self.currency)

    def _is_approved(self) -> bool:
        """The guard of what two operators approve; tests switch it off to see that they need it."""
        return self.status == APPROVED

    def _check_awaiting(self) -> None:
        if self.status != AWAITING:
            raise refusals.PayoutNotAwaiting(payout_id=self.id, status=self.status)

    def _check_under_way(self, told: str) -> None:
        if not self.is_under_way:
            raise refusals.PayoutNotUnderWay(payout_id=self.id, status=self.status, told=told)

    def _check_same(self, amount_minor: int, currency: str) -> None:
        if currency != self.currency:
            raise refusals.CurrencyDiffers(asked=self.currency, currency=currency)
        if amount_minor != self.amount_minor:
            raise refusals.AmountDiffers(asked_minor=self.amount_minor, amount_minor=amount_minor)
