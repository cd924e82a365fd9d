"""A dispute: the bank of the buyer takes back what was paid, without asking anybody, until it is won or lost."""

from typing import Any, NamedTuple
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import dispute_facts as facts
from . import refusals
from .postings import DisputePostings, Fee, Stored
from .reversals import LOST, OPEN, WON

__all__ = ["Dispute", "Disputed"]


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
    Opened = facts.Opened
    Won = facts.Won
    Lost = facts.Lost

    @staticmethod
    def create_id(dispute_id: UUID) -> UUID:
        return dispute_id

    @staticmethod
    def id_of(reference: str) -> UUID:
        """The id of the dispute that the provider knows by this reference."""
        return derived_id("dispute", reference)

    @classmethod
    def open(cls, told: Disputed, checkout_id: UUID, reason: str, parts: list[dict[str, Any]]) -> "Dispute":
        """The provider has taken the money. Raises ``AmountNotUsable``."""
        for amount_minor in (told.amount_minor - 1, told.fee_minor):
            if amount_minor < 0:
                raise refusals.AmountNotUsable(amount_minor=amount_minor)
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

    @property
    def borne_minor(self) -> int:
        """What the orders bear if it is lost."""
        return sum(int(part["amount_minor"]) for part in self.parts)

    def check_same(self, told: Disputed) -> None:
        """That the provider tells of it as before. Raises ``DisputeDiffers``."""
        known = (self.payment_id, self.amount_minor, self.fee_minor, self.currency)
        if known != (told.payment_id, told.amount_minor, told.fee_minor, told.currency):
            raise refusals.DisputeDiffers(dispute_id=self.id)

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
        unborne_minor = self.amount_minor - self.borne_minor
        told = [{"seller_id": seller_id and str(seller_id), "fee_minor": fee_minor} for seller_id, fee_minor in fees]
        entries = self._postings.lost(unborne_minor, fees)
        self._lost(self.checkout_id, self.amount_minor, unborne_minor, self.currency, told, entries)

    @event(Lost)
    def _lost(
        self, checkout_id: UUID, amount_minor: int, unborne_minor: int, currency: str, fees: list[dict[str, Any]],
        entries: Stored,
    ) -> None:  # fmt: skip
        self.status = LOST

    def _ends(self, outcome: str) -> bool:
        """Whether it ends now; the guard that it ends once."""
        if self.status not in (OPEN, outcome):
            raise refusals.DisputeEndedOtherwise(dispute_id=self.id, status=self.status)
        return self.status == OPEN

    @property
    def _postings(self) -> DisputePostings:
        return DisputePostings(self.checkout_id, self.currency)
