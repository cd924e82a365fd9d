"""One payment to a party: asked for, perhaps approved, sent, and whatever the provider and the bank make of it."""

from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, event

from . import payout_facts as facts
from . import refusals
from .form import check_currency, check_reason
from .postings import PayoutPostings, Stored

__all__ = ["Payout"]

APPROVALS = 2
AWAITING, APPROVED, SENT, UNCERTAIN, PAID = "awaiting_approval", "approved", "sent", "uncertain", "paid"
REJECTED, CANCELLED, FAILED, RETURNED = "rejected", "cancelled", "failed", "returned"


class Payout(AggregateRoot):
    """Its money moves out once and back at most once; who is told again changes nothing.

    ``status`` is awaiting_approval, approved (nobody has to approve it, or two have), sent, uncertain (the provider's
    answer was lost), paid; or rejected, cancelled, failed, returned, by which the money is the party's again.
    """

    TOPIC = "mall:Payout"
    snapshot_version = 2
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

    @staticmethod
    def create_id(payout_id: UUID) -> UUID:
        return payout_id

    @classmethod
    def request(
        cls, payout_id: UUID, role: str, party_id: UUID, person_id: UUID | None, requested_by: UUID | None,
        holder_id: UUID, destination: str, amount_minor: int, currency: str, needs_approval: bool,
    ) -> "Payout":  # fmt: skip
        """What was drawn is to be paid. Raises ``AmountNotUsable``, ``CurrencyNotUsable``."""
        check_currency(currency)
        if amount_minor <= 0:
            raise refusals.AmountNotUsable(amount_minor=amount_minor)
        entries = PayoutPostings(payout_id, role, party_id, amount_minor, currency).drawn()
        return cls(
            payout_id, role, party_id, person_id, requested_by, holder_id, destination, amount_minor, currency,
            needs_approval, entries,
        )  # fmt: skip

    @event(Requested)
    def __init__(
        self, payout_id: UUID, role: str, party_id: UUID, person_id: UUID | None, requested_by: UUID | None,
        holder_id: UUID, destination: str, amount_minor: int, currency: str, needs_approval: bool, entries: Stored,
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

        Raises ``PayoutNotUnderWay``, ``AmountDiffers``, ``CurrencyDiffers``, ``ReasonNotCode``.
        """
        check_reason(reason)
        self._check_same(amount_minor, currency)
        if self.status == RETURNED:
            return
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

    def settle_by_hand(self, outcome: str, reason: str, operator_id: UUID, is_own: bool = False) -> None:
        """An operator says what became of it, where the provider contradicts itself; it holds when another one says
        the same. ``outcome`` is paid, failed or returned, ``is_own`` as for ``approve``.

        Raises ``ReasonNotCode``, ``OwnPayout``, ``PayoutNotUnderWay``, ``SettlementProposedByYou``.
        """
        check_reason(reason)
        if is_own or operator_id in (self.person_id, self.requested_by):
            raise refusals.OwnPayout(payout_id=self.id)
        if (self.status, outcome) != (PAID, RETURNED):
            self._check_under_way(outcome)
        if self.settlement is None or self.settlement["outcome"] != outcome:
            self._settlement_proposed(outcome, reason, operator_id)
            return
        if self.settlement["proposed_by"] == str(operator_id):
            raise refusals.SettlementProposedByYou()
        if outcome == PAID:
            self.settle(self.amount_minor, self.currency)
        elif outcome == FAILED:
            self.fail(reason)
        else:
            self.give_back(self.amount_minor, self.currency, reason)

    @event(SettlementProposed)
    def _settlement_proposed(self, outcome: str, reason: str, proposed_by: UUID) -> None:
        self.settlement = {"outcome": outcome, "proposed_by": str(proposed_by)}

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
