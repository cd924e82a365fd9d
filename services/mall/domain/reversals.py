"""How what was paid for an order is taken back: by a refund of a line, or by the bank of the buyer in a dispute."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot

from . import refusals
from .form import check_reason
from .ledger import Account
from .lines import Back, Line, earners_of, part_of_line
from .postings import PAYABLE_ROLES, OrderPostings, Part
from .shares import allocate
from .terms import bearing

__all__ = ["LOST", "OPEN", "WON", "Reversible"]

OPEN, WON, LOST = "open", "won", "lost"
MOST_REFUNDS = 200
"""So often an order is paid back in parts; more are kept for ever by everybody who loads it, and help nobody."""


class Reversible(AggregateRoot):
    """What an order has left, and the commands that take of it.

    ``disputes`` maps the ids of disputes to ``{"amount_minor", "status"}``: how much of the order is disputed, and
    whether that is open, won or lost. While one is open nothing is released, refunded or cancelled.
    """

    checkout_id: UUID
    seller_id: UUID
    currency: str
    terms: dict[str, Any]
    status: str
    return_window_ends_at: datetime | None
    lines: dict[str, Line]
    left: dict[str, dict[str, Any]]
    refunds: dict[str, dict[str, Any]]
    disputes: dict[str, dict[str, Any]]
    short_minor: int
    withheld: dict[str, str]
    _line_refunded: Any
    _disputed: Any
    _line_charged_back: Any
    _dispute_ended: Any
    _cancelled: Any
    _cancelled_paid: Any

    @property
    def total_minor(self) -> int:
        """Prices and freight of all lines, as placed."""
        return sum(line["price_minor"] + line["freight_minor"] for line in self.lines.values())

    @property
    def left_minor(self) -> int:
        """What was neither refunded, charged back nor cancelled of the total."""
        return sum(sum(left["shares"].values()) for left in self.left.values())

    @property
    def disputed_minor(self) -> int:
        """How much of what is left is disputed now."""
        return sum(one["amount_minor"] for one in self.disputes.values() if one["status"] == OPEN)

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute of its payment is open."""
        return any(one["status"] == OPEN for one in self.disputes.values())

    @property
    def is_paid(self) -> bool:
        """Somebody is owed something for it: paid, and not cancelled."""
        return self.status in ("paid", "delivered", "released")

    @property
    def shares(self) -> list[Part]:
        """For each line who earns by it, and the shares that are left; held, or available once released."""
        return [(earners_of(self.lines[line_id]), left["shares"]) for line_id, left in self.left.items()]

    def earned_by(self, role: str, party_id: UUID) -> int:
        """What is left of a party's shares of all lines."""
        own = ((({"seller": str(self.seller_id)} | dict(earners)).get(role), shares) for earners, shares in self.shares)
        return sum(shares.get(role, 0) for earner, shares in own if earner == str(party_id))

    def refund_line(
        self, refund_id: UUID, line_id: str, quantity: int = 0, with_freight: bool = False, amount_minor: int = 0,
        freight_minor: int = 0, covered_minor: int | None = None,
    ) -> None:  # fmt: skip
        """Takes back every party's part of so many of a line, or of an amount of its price, and of its freight.

        The same id again records nothing. After release the parts come from what is available, which may fall below
        zero and is carried; ``covered_minor`` is what the seller's part may come to then, None for any, and does not
        bound what the buyer has asked to return. Raises ``NoSuchLine``, ``OrderDisputed``, ``RefundNotCovered``,
        ``TooManyRefunds``, and what ``part_of_line`` raises.
        """
        if str(refund_id) in self.refunds:
            return
        self._check_paid()
        left, line = self._left_of(line_id), self.lines[line_id]
        self._check_undisputed()
        asked = Back(quantity, amount_minor, with_freight, freight_minor)
        back_minor, freight_back_minor, shares = part_of_line(left, asked)
        self._check_number(back_minor, left)
        kept_minor = self._fee_kept(shares)
        self._check_covered(shares["seller"] + kept_minor, covered_minor)
        entries = self._postings.refunded((earners_of(line), shares), back_minor, self._is_released, kept_minor)
        registration_id = line.get("registration_id")
        self._line_refunded(
            refund_id, line_id, line["listing_id"], quantity, back_minor, freight_back_minor, self.currency, shares,
            entries, registration_id and UUID(registration_id), kept_minor,
        )  # fmt: skip

    def dispute(self, dispute_id: UUID, amount_minor: int) -> None:
        """So much of it is disputed; again records nothing. Raises ``MoreThanIsLeft``."""
        if str(dispute_id) in self.disputes:
            return
        self._check_paid()
        left_minor = self.left_minor - self.disputed_minor
        if not 0 <= amount_minor <= left_minor:
            raise refusals.MoreThanIsLeft(left_minor=left_minor, wanted_minor=amount_minor)
        self._disputed(dispute_id, amount_minor, self._at_stake(amount_minor))

    def at_stake(self, dispute_id: UUID) -> list[dict[str, Any]]:
        """What a dispute may take of what is available, as it was when it opened; see ``order_facts.Disputed``."""
        found: list[dict[str, Any]] = self.disputes.get(str(dispute_id), {}).get("at_stake", [])
        return found

    def win_dispute(self, dispute_id: UUID) -> None:
        """The money stays; again, or of another order's dispute, records nothing."""
        if self._is_open(dispute_id):
            self._end_dispute(dispute_id, WON)

    def lose_dispute(self, dispute_id: UUID) -> None:
        """What was disputed is taken back of all lines by what is left of them; again records nothing.

        Every party bears its part, as of a refund. The goods stay where they are.
        """
        if not self._is_open(dispute_id):
            return
        for line_id, amount_minor in self._by_line(self.disputes[str(dispute_id)]["amount_minor"]):
            self._charge_back(dispute_id, line_id, amount_minor)
        self._end_dispute(dispute_id, LOST)

    def cancel(self, reason: str) -> None:
        """Not paid in time, declined or given up; again records nothing. Raises ``AlreadyPaid``, ``ReasonNotCode``."""
        check_reason(reason)
        if self.is_paid:
            raise refusals.AlreadyPaid(order_id=self.id)
        if self.status != "cancelled":
            self._cancelled(reason)

    def cancel_paid(self, reason: str, refund_id: UUID | None = None, recorded: bool = False) -> None:
        """Takes back all that is held: due to the buyer under ``refund_id``, or in suspense without one.

        Raises ``ReasonNotCode``, ``AlreadyReleased``, ``OrderDisputed``, and ``AlreadyDelivered`` unless ``recorded``.
        """
        check_reason(reason)
        self._check_paid()
        if self.status == "released":
            raise refusals.AlreadyReleased(order_id=self.id)
        if self.status == "delivered" and not recorded:
            raise refusals.AlreadyDelivered(order_id=self.id)
        self._check_undisputed()
        short_minor = min(self.short_minor, self.left_minor)
        amount_minor = self.left_minor - short_minor
        entries = self._postings.cancelled(self.shares, amount_minor, short_minor, refund_id is not None)
        self._cancelled_paid(reason, refund_id, amount_minor, entries)

    def _charge_back(self, dispute_id: UUID, line_id: str, amount_minor: int) -> None:
        self._line_charged_back(dispute_id, line_id, **self._taken_of(line_id, amount_minor))

    def _by_line(self, amount_minor: int) -> list[tuple[str, int]]:
        """What is disputed, of each line by what is left of it."""
        lefts = [left["price_minor"] + left["freight_minor"] for left in self.left.values()]
        found = zip(self.left, allocate(amount_minor, lefts), strict=True)
        return [(line_id, amount_minor) for line_id, amount_minor in found if amount_minor]

    def _taken_of(self, line_id: str, amount_minor: int) -> dict[str, Any]:
        """What a fact tells of so much of a line that the bank takes."""
        left, line = self.left[line_id], self.lines[line_id]
        price_minor, freight_minor = allocate(amount_minor, [left["price_minor"], left["freight_minor"]])
        _, _, shares = part_of_line(left, Back(amount_minor=price_minor, freight_minor=freight_minor))
        kept_minor = self._fee_kept(shares)
        entries = self._postings.charged_back((earners_of(line), shares), amount_minor, self._is_released, kept_minor)
        return {
            "listing_id": line["listing_id"], "amount_minor": amount_minor, "freight_minor": freight_minor,
            "currency": self.currency, "shares": shares, "entries": entries, "fee_kept_minor": kept_minor,
        }  # fmt: skip

    def _at_stake(self, amount_minor: int) -> list[dict[str, Any]]:
        """What losing so much of it would book on what is available to parties; nothing while their shares are held."""
        taken: dict[tuple[str, str], int] = {}
        for line_id, of_line_minor in self._by_line(amount_minor) if self._is_released else ():
            for entry in self._taken_of(line_id, of_line_minor)["entries"]:
                if role := PAYABLE_ROLES.get(Account(entry["account"])):
                    party = (role, str(entry["party_id"]))
                    taken[party] = taken.get(party, 0) + entry["amount_minor"]
        return [
            {"role": role, "party_id": party_id, "amount_minor": minor} for (role, party_id), minor in taken.items()
        ]  # fmt: skip

    def _end_dispute(self, dispute_id: UUID, outcome: str) -> None:
        self._dispute_ended(dispute_id, outcome, self.return_window_ends_at if self.status == "delivered" else None)

    def _is_open(self, dispute_id: UUID) -> bool:
        return self.disputes.get(str(dispute_id), {}).get("status") == OPEN

    def _fee_kept(self, shares: dict[str, int]) -> int:
        return shares["platform"] if bearing(self.terms, "platform_fee_on_refund") == "kept" else 0

    @property
    def _is_released(self) -> bool:
        return self.status == "released"

    @property
    def _postings(self) -> OrderPostings:
        return OrderPostings(self.checkout_id, self.seller_id, self.currency, self.withheld)

    def _check_covered(self, of_seller_minor: int, covered_minor: int | None) -> None:
        """The guard against giving away what the mall would advance; tests switch it off to see that they need it."""
        if self._is_released and covered_minor is not None and of_seller_minor > covered_minor:
            raise refusals.RefundNotCovered(covered_minor=covered_minor, wanted_minor=of_seller_minor)

    def _check_number(self, back_minor: int, left: dict[str, Any]) -> None:
        """All that is left of a line may always go back, so that nobody is kept from being paid back."""
        if len(self.refunds) >= MOST_REFUNDS and back_minor < sum(left["shares"].values()):
            raise refusals.TooManyRefunds(order_id=self.id, most=MOST_REFUNDS)

    def _check_undisputed(self) -> None:
        """The guard of what a bank may take; tests switch it off to see that they need it."""
        if self.is_disputed:
            raise refusals.OrderDisputed(order_id=self.id)

    def _check_paid(self) -> None:
        if self.status == "cancelled":
            raise refusals.OrderCancelled(order_id=self.id)
        if not self.is_paid:
            raise refusals.NotPaid(order_id=self.id)

    def _left_of(self, line_id: str) -> dict[str, Any]:
        if line_id not in self.lines:
            raise refusals.NoSuchLine(order_id=self.id, line_id=line_id)
        return self.left[line_id]
