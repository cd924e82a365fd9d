"""One seller's part of a checkout: its lines, its delivery, and who is owed what for it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import event

from . import order_facts as facts
from . import refusals
from .form import check_currency
from .lines import Line, check_lines, sold_lines, take_from, taken_back, what_is_left
from .postings import Stored, share_key
from .returns import Returnable
from .reversals import OPEN
from .withholding import Withholding, forfeit_from

__all__ = ["Order"]


class Order(Returnable, Withholding):
    """Shares are held from payment until the return window closes, then they are available.

    ``status`` is placed, paid, delivered, released or cancelled. ``lines`` maps line ids to the lines as placed,
    ``left`` to what can still go back of each (see ``lines.what_is_left``), ``refunds`` maps refund ids to
    ``{"line_id", "amount_minor"}``, ``taken_back`` the ids of refunds and disputes to what went back by them;
    ``is_invoiced`` says whether it has an invoice, or gets one. Every command that needs a paid order raises
    ``NotPaid`` or ``OrderCancelled`` without one. Money is taken back by ``reversals``; what is sent back, and what
    cases are about it: ``returns``; suspected shares are held back by ``withholding``.
    """

    TOPIC = "mall:Order"
    snapshot_version = 4
    Placed = facts.Placed
    Paid = facts.Paid
    Delivered = facts.Delivered
    ReturnRequested = facts.ReturnRequested
    LineRefunded = facts.LineRefunded
    Disputed = facts.Disputed
    LineChargedBack = facts.LineChargedBack
    DisputeEnded = facts.DisputeEnded
    CaseOpened = facts.CaseOpened
    CaseClosed = facts.CaseClosed
    Released = facts.Released
    ShareWithheld = facts.ShareWithheld
    ShareLetGo = facts.ShareLetGo
    ShareForfeited = facts.ShareForfeited
    Cancelled = facts.Cancelled
    CancelledPaid = facts.CancelledPaid

    @staticmethod
    def create_id(order_id: UUID) -> UUID:
        return order_id

    @classmethod
    def place(
        cls, order_id: UUID, checkout_id: UUID, buyer_id: UUID, seller_id: UUID, seller_person_id: UUID, currency: str,
        lines: list[Line], terms: dict[str, Any], delivery_address: str | None = None,
    ) -> "Order":  # fmt: skip
        """A new order of lines made by ``order_line``, under ``Terms.values``. Raises ``CheckoutEmpty``."""
        check_currency(currency)
        check_lines(lines)
        if not lines:
            raise refusals.CheckoutEmpty()
        return cls(
            order_id, checkout_id, buyer_id, seller_id, seller_person_id, currency, lines, terms, delivery_address
        )

    @event(Placed)
    def __init__(
        self, order_id: UUID, checkout_id: UUID, buyer_id: UUID, seller_id: UUID, seller_person_id: UUID, currency: str,
        lines: list[Line], terms: dict[str, Any], delivery_address: str | None,
    ) -> None:  # fmt: skip
        self.checkout_id = checkout_id
        self.buyer_id = buyer_id
        self.seller_id = seller_id
        self.seller_person_id = seller_person_id
        self.currency = currency
        self.terms = terms
        self.delivery_address = delivery_address
        self.status = "placed"
        self.lines: dict[str, Line] = {line["line_id"]: line for line in lines}
        self.left: dict[str, dict[str, Any]] = {line["line_id"]: what_is_left(line) for line in lines}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.disputes: dict[str, dict[str, Any]] = {}
        self.taken_back: dict[str, list[dict[str, Any]]] = {}
        self.is_invoiced: bool | None = False
        self.answer_by: dict[str, datetime | None] = {}
        self.case_id: UUID | None = None
        self.cases = 0
        self.decided: list[str] = []
        self.withheld: dict[str, str] = {}
        self.short_minor = 0
        self.delivered_at: datetime | None = None
        self.return_window_ends_at: datetime | None = None

    def pay(self, available_minor: int, recorded: bool = False, late: bool = False) -> int:
        """Holds the shares out of what was captured; answers how much of ``available_minor`` was taken.

        Only what is ``recorded`` from elsewhere may be short of its total, else ``NotEnoughCaptured``.
        An order that was cancelled unpaid is revived by a ``late`` payment. Raises ``AlreadyPaid``, ``OrderCancelled``.
        """
        if self.is_paid:
            raise refusals.AlreadyPaid(order_id=self.id)
        if self.status == "cancelled" and not (late and self.left_minor):
            raise refusals.OrderCancelled(order_id=self.id)
        short_minor = max(0, self.total_minor - available_minor)
        if short_minor and not recorded:
            raise refusals.NotEnoughCaptured(captured_minor=available_minor, wanted_minor=self.total_minor)
        taken_minor = self.total_minor - short_minor
        entries = self._postings.paid(self.shares, taken_minor, short_minor)
        sold = sold_lines(self.lines.values())
        parties = (self.checkout_id, self.buyer_id, self.seller_id)
        self._paid(*parties, self.currency, sold, short_minor, entries, not recorded)
        return taken_minor

    @event(Paid)
    def _paid(
        self, checkout_id: UUID, buyer_id: UUID, seller_id: UUID, currency: str, lines: list[dict[str, Any]],
        short_minor: int, entries: Stored, is_invoiced: bool | None,
    ) -> None:  # fmt: skip
        self.status = "paid"
        self.short_minor = short_minor
        self.is_invoiced = is_invoiced

    def deliver(self, delivered_at: datetime, now: datetime) -> None:
        """Begins the return window. Raises ``AlreadyDelivered``, ``DeliveredInFuture``."""
        self._check_paid()
        if self.delivered_at is not None:
            raise refusals.AlreadyDelivered(order_id=self.id)
        if delivered_at > now:
            raise refusals.DeliveredInFuture(delivered_at=delivered_at.isoformat())
        self._delivered(delivered_at, delivered_at + timedelta(days=self.terms["return_window_days"]))

    @event(Delivered)
    def _delivered(self, delivered_at: datetime, return_window_ends_at: datetime) -> None:
        self.status = "delivered"
        self.delivered_at = delivered_at
        self.return_window_ends_at = return_window_ends_at

    @event(ReturnRequested)
    def _return_requested(self, line_id: str, quantity: int, reason: str, answer_by: datetime | None) -> None:
        self.left[line_id]["returning"] += quantity
        self.answer_by[line_id] = answer_by

    @event(LineRefunded)
    def _line_refunded(
        self, refund_id: UUID, line_id: str, listing_id: str, quantity: int, amount_minor: int, freight_minor: int,
        currency: str, shares: dict[str, int], entries: Stored, registration_id: UUID | None, fee_kept_minor: int,
    ) -> None:  # fmt: skip
        take_from(self.left[line_id], quantity, amount_minor, freight_minor, shares)
        self.refunds[str(refund_id)] = {"line_id": line_id, "amount_minor": amount_minor}
        self.taken_back[str(refund_id)] = [taken_back(line_id, quantity, amount_minor, freight_minor)]

    @event(Disputed)
    def _disputed(self, dispute_id: UUID, amount_minor: int, at_stake: list[dict[str, Any]]) -> None:
        self.disputes[str(dispute_id)] = {"amount_minor": amount_minor, "status": OPEN, "at_stake": at_stake}

    @event(LineChargedBack)
    def _line_charged_back(
        self, dispute_id: UUID, line_id: str, listing_id: str, amount_minor: int, freight_minor: int, currency: str,
        shares: dict[str, int], entries: Stored, fee_kept_minor: int,
    ) -> None:  # fmt: skip
        take_from(self.left[line_id], 0, amount_minor, freight_minor, shares)
        of_dispute = self.taken_back.setdefault(str(dispute_id), [])
        of_dispute.append(taken_back(line_id, 0, amount_minor, freight_minor))

    @event(DisputeEnded)
    def _dispute_ended(self, dispute_id: UUID, outcome: str, release_at: datetime | None) -> None:
        self.disputes[str(dispute_id)]["status"] = outcome

    @event(CaseOpened)
    def _case_opened(self, case_id: UUID, by_buyer: bool | None) -> None:
        self.case_id = case_id
        self.cases += bool(by_buyer)

    @event(CaseClosed)
    def _case_closed(
        self, case_id: UUID, release_at: datetime | None, line_ids: list[str], is_decided: bool
    ) -> None:  # fmt: skip
        self.case_id = None
        for line_id in line_ids:
            self.left[line_id]["returning"] = 0
        self.decided += line_ids if is_decided else []

    def release(self, now: datetime) -> None:
        """Held shares become available. Raises ``NotDelivered``, ``AlreadyReleased``, ``ReturnWindowOpen``,
        ``OrderDisputed``, ``OrderInCase``, ``ReturnNotAnswered``."""
        self._check_paid()
        if self.status == "released":
            raise refusals.AlreadyReleased(order_id=self.id)
        if self.return_window_ends_at is None:
            raise refusals.NotDelivered(order_id=self.id)
        if not self._window_closed(now):
            raise refusals.ReturnWindowOpen(order_id=self.id, ends_at=self.return_window_ends_at.isoformat())
        self._check_undisputed()
        self._check_not_held()
        self._released(self.seller_id, self.currency, self._postings.released(self.shares))

    @event(Released)
    def _released(self, seller_id: UUID, currency: str, entries: Stored) -> None:
        self.status = "released"

    @event(ShareWithheld)
    def _share_withheld(
        self, hold_id: UUID, role: str, party_id: UUID, amount_minor: int, currency: str, entries: Stored
    ) -> None:  # fmt: skip
        self.withheld[share_key(role, party_id)] = str(hold_id)

    @event(ShareLetGo)
    def _share_let_go(
        self, hold_id: UUID, role: str, party_id: UUID, seller_id: UUID, amount_minor: int, currency: str,
        entries: Stored,
    ) -> None:  # fmt: skip
        del self.withheld[share_key(role, party_id)]

    @event(ShareForfeited)
    def _share_forfeited(
        self, hold_id: UUID, role: str, party_id: UUID, seller_id: UUID, amount_minor: int, currency: str,
        lines: dict[str, int], entries: Stored,
    ) -> None:  # fmt: skip
        del self.withheld[share_key(role, party_id)]
        forfeit_from(self.left, role, lines)

    @event(Cancelled)
    def _cancelled(self, reason: str) -> None:
        self.status = "cancelled"

    @event(CancelledPaid)
    def _cancelled_paid(self, reason: str, refund_id: UUID | None, amount_minor: int, entries: Stored) -> None:
        self.status = "cancelled"
        for left in self.left.values():
            left.update(quantity=0, returning=0, price_minor=0, freight_minor=0)
            left["shares"] = dict.fromkeys(left["shares"], 0)
