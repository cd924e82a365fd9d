"""A dispute: the bank of the buyer takes back what was paid, without asking anybody, until it is won or lost."""

from typing import Any, NamedTuple
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import dispute_facts as facts
from . import refusals
from .form import check_reason
from .postings import DisputePostings, Fee, Stored
from .reversals import LOST, OPEN, WON
from .shares import WHOLE_BPS

__all__ = ["Dispute", "Disputed"]

FEE_MOST_BPS, FEE_OF_ANY_MINOR = 2_000, 10_000
"""A fee is at most a fifth of what was captured, or a hundred (of a currency with cents) where that is more: providers
take 15 to 100, whatever the amount."""


class Disputed(NamedTuple):
    """What the provider says of a dispute. ``reference`` is its id of it; amounts are in minor units."""

    reference: str
    payment_id: UUID
    amount_minor: int
    fee_minor: int
    currency: str


class Dispute(AggregateRoot):
    """One dispute of one payment; it ends once. ``status`` is open, won or lost.

    ``parts`` say how much of it is of which order, see ``Opened``. What the orders bear they book themselves.
    """

    TOPIC = "mall:Dispute"
    snapshot_version = 2
    Opened = facts.Opened
    Won = facts.Won
    Lost = facts.Lost
    SettlementProposed = facts.SettlementProposed
    SettledByHand = facts.SettledByHand

    @staticmethod
    def create_id(dispute_id: UUID) -> UUID:
        return dispute_id

    @staticmethod
    def id_of(reference: str) -> UUID:
        """The id of the dispute that the provider knows by this reference."""
        return derived_id("dispute", reference)

    @classmethod
    def open(
        cls, told: Disputed, checkout_id: UUID, reason: str, parts: list[dict[str, Any]], captured_minor: int
    ) -> "Dispute":  # fmt: skip
        """The provider has taken the money, of a payment of which so much was captured.

        Raises ``AmountNotUsable``, ``DisputeAboveCapture``, ``DisputeFeeTooHigh``.
        """
        for amount_minor in (told.amount_minor - 1, told.fee_minor):
            if amount_minor < 0:
                raise refusals.AmountNotUsable(amount_minor=amount_minor)
        _check_bounds(told, captured_minor)
        entries = DisputePostings(checkout_id, told.currency).opened(told.amount_minor)
        return cls(
            cls.id_of(told.reference), told.reference, checkout_id, told.payment_id, told.amount_minor, told.fee_minor,
            told.currency, reason, parts, entries,
        )  # fmt: skip

    @event(Opened)
    def __init__(
        self, dispute_id: UUID, reference: str, checkout_id: UUID, payment_id: UUID, amount_minor: int, fee_minor: int,
        currency: str, reason: str, parts: list[dict[str, Any]], entries: Stored,
    ) -> None:  # fmt: skip
        self.reference = reference
        self.checkout_id = checkout_id
        self.payment_id = payment_id
        self.amount_minor = amount_minor
        self.fee_minor = fee_minor
        self.currency = currency
        self.parts = parts
        self.status = OPEN
        self.settlement: dict[str, str] | None = None
        self.is_by_hand = False

    @property
    def borne_minor(self) -> int:
        """What the orders bear if it is lost."""
        return sum(int(part["amount_minor"]) for part in self.parts)

    @property
    def unborne_minor(self) -> int:
        """What no order bears if it is lost."""
        return self.amount_minor - self.borne_minor

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status == OPEN

    def check_same(self, told: Disputed) -> None:
        """That the provider tells of it as before; what was settled by hand is settled. Raises ``DisputeDiffers``.

        A fee of nothing is one that was not told: some providers take it when it opens, some when it is lost.
        """
        if self.is_by_hand:
            return
        known = (self.payment_id, self.amount_minor, self.fee_minor or told.fee_minor, self.currency)
        if known != (told.payment_id, told.amount_minor, told.fee_minor or self.fee_minor, told.currency):
            raise refusals.DisputeDiffers(dispute_id=self.id)

    def fee_of(self, told: Disputed, captured_minor: int) -> int:
        """What the provider takes for it, told now or before. Raises ``AmountNotUsable``, ``DisputeFeeTooHigh``."""
        if told.fee_minor < 0:
            raise refusals.AmountNotUsable(amount_minor=told.fee_minor)
        _check_bounds(told, captured_minor)
        return told.fee_minor or self.fee_minor

    def win(self) -> None:
        """The money is back; again records nothing. Raises ``DisputeEndedOtherwise``."""
        if self._ends(WON):
            self._won(self.checkout_id, self.amount_minor, self.currency, self._postings.won(self.amount_minor))

    @event(Won)
    def _won(self, checkout_id: UUID, amount_minor: int, currency: str, entries: Stored) -> None:
        self.status = WON

    def lose(self, fees: list[Fee]) -> None:
        """The money stays away: the orders have borne their parts; again records nothing.

        ``fees`` come to what the provider takes for it. Raises ``DisputeEndedOtherwise``.
        """
        if not self._ends(LOST):
            return
        told = [{"seller_id": seller_id and str(seller_id), "fee_minor": fee_minor} for seller_id, fee_minor in fees]
        entries = self._postings.lost(self.unborne_minor, fees)
        self._lost(self.checkout_id, self.amount_minor, self.unborne_minor, self.currency, told, entries)

    @event(Lost)
    def _lost(
        self, checkout_id: UUID, amount_minor: int, unborne_minor: int, currency: str, fees: list[dict[str, Any]],
        entries: Stored,
    ) -> None:  # fmt: skip
        self.status = LOST

    def settle_by_hand(self, outcome: str, reason: str, operator_id: UUID, is_own: bool = False) -> bool:
        """An operator says how it ends, where the provider contradicts itself; answers whether that holds now: when
        another one says the same. One that was won may be lost: that is a second round. ``outcome`` is won or lost,
        ``is_own``: she bought or sold what it is of, or earns by it.

        Raises ``ReasonNotCode``, ``OwnDispute``, ``DisputeEndedOtherwise``, ``SettlementProposedByYou``.
        """
        check_reason(reason)
        if is_own:
            raise refusals.OwnDispute(dispute_id=self.id)
        if self.is_by_hand or (self.status != OPEN and (self.status, outcome) != (WON, LOST)):
            raise refusals.DisputeEndedOtherwise(dispute_id=self.id, status=self.status)
        if self.settlement is None or self.settlement["outcome"] != outcome:
            self._settlement_proposed(outcome, reason, operator_id)
            return False
        if self.settlement["proposed_by"] == str(operator_id):
            raise refusals.SettlementProposedByYou()
        self._settled_by_hand(outcome, reason, operator_id)
        return True

    @event(SettlementProposed)
    def _settlement_proposed(self, outcome: str, reason: str, proposed_by: UUID) -> None:
        self.settlement = {"outcome": outcome, "proposed_by": str(proposed_by)}

    @event(SettledByHand)
    def _settled_by_hand(self, outcome: str, reason: str, confirmed_by: UUID) -> None:
        self.is_by_hand = True

    def second_round(self) -> Disputed:
        """What is disputed anew of a payment whose dispute was won; under a reference of its own."""
        return Disputed(f"{self.reference}-2", self.payment_id, self.amount_minor, self.fee_minor, self.currency)

    def _ends(self, outcome: str) -> bool:
        """Whether it ends now; the guard that it ends once."""
        if self.status not in (OPEN, outcome) and not self.is_by_hand:
            raise refusals.DisputeEndedOtherwise(dispute_id=self.id, status=self.status)
        return self.status == OPEN

    @property
    def _postings(self) -> DisputePostings:
        return DisputePostings(self.checkout_id, self.currency)


def _check_bounds(told: Disputed, captured_minor: int) -> None:
    if told.amount_minor > captured_minor:
        raise refusals.DisputeAboveCapture(
            reference=told.reference, amount_minor=told.amount_minor, captured_minor=captured_minor
        )
    most_minor = max(FEE_OF_ANY_MINOR, captured_minor * FEE_MOST_BPS // WHOLE_BPS)
    if told.fee_minor > most_minor:
        raise refusals.DisputeFeeTooHigh(reference=told.reference, fee_minor=told.fee_minor, most_minor=most_minor)
