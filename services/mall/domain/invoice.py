"""The document about what was sold in an order, and those that take parts of it back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, derived_id, event

from . import invoice_facts as facts
from .lines import Line
from .order import Order
from .refusals import MoreThanInvoiced

__all__ = ["DISPUTE", "REFUND", "Invoice", "invoiced_lines"]

REFUND, DISPUTE = "refund", "dispute"
_TOLD = ("line_id", "listing_id", "title", "quantity", "unit_price_minor", "price_minor", "freight_minor")


class Invoice(AggregateRoot):
    """One an order, of its seller for its buyer; it and its credit notes never change.

    ``credit_notes`` maps their ids to ``{"number", "cause", "cause_id", "lines", "total_minor", "issued_at"}``. Of a
    line that is taken back in part, ``quantity`` is how many went back, and 0 where only an amount did.
    """

    TOPIC = "mall:Invoice"
    Issued = facts.Issued
    Credited = facts.Credited

    @staticmethod
    def create_id(invoice_id: UUID) -> UUID:
        return invoice_id

    @staticmethod
    def id_of(order_id: UUID) -> UUID:
        """The id of the invoice of an order."""
        return derived_id("invoice", order_id)

    @staticmethod
    def id_of_credit_note(order_id: UUID, cause_id: UUID) -> UUID:
        """The id of the credit note about what a refund or a dispute took back of an order."""
        return derived_id("credit_note", order_id, cause_id)

    @classmethod
    def issue(cls, order: Order, issuer_name: str, number: str, issued_at: datetime) -> "Invoice":
        """A new invoice for all that was paid for an order."""
        lines = invoiced_lines(order.lines.values())
        return cls(
            cls.id_of(order.id), number, order.seller_id, order.seller_person_id, issuer_name, order.buyer_id,
            order.id, order.currency, lines, sum(line["amount_minor"] for line in lines), issued_at,
        )  # fmt: skip

    @event(Issued)
    def __init__(
        self, invoice_id: UUID, number: str, issuer_id: UUID, issuer_person_id: UUID, issuer_name: str, buyer_id: UUID,
        order_id: UUID, currency: str, lines: list[Line], total_minor: int, issued_at: datetime,
    ) -> None:  # fmt: skip
        self.number = number
        self.issuer_id = issuer_id
        self.issuer_person_id = issuer_person_id
        self.issuer_name = issuer_name
        self.buyer_id = buyer_id
        self.order_id = order_id
        self.currency = currency
        self.lines = lines
        self.total_minor = total_minor
        self.issued_at = issued_at
        self.credit_notes: dict[str, dict[str, Any]] = {}

    @property
    def left_minor(self) -> int:
        """What no credit note has taken back of the total."""
        credited_minor: int = sum(one["total_minor"] for one in self.credit_notes.values())
        return self.total_minor - credited_minor

    def credit(
        self, cause: str, cause_id: UUID, taken_back: Iterable[Mapping[str, Any]], number: str, issued_at: datetime
    ) -> None:  # fmt: skip
        """A credit note for what a refund or a dispute took back, as ``lines.taken_back`` has it.

        Raises ``MoreThanInvoiced``.
        """
        lines = self._credited_lines(taken_back)
        total_minor = sum(line["amount_minor"] for line in lines)
        if total_minor > self.left_minor:
            raise MoreThanInvoiced(left_minor=self.left_minor, wanted_minor=total_minor)
        self._credited(
            self.id_of_credit_note(self.order_id, cause_id), number, self.issuer_id, self.issuer_person_id,
            self.buyer_id, self.order_id, cause, cause_id, self.currency, lines, total_minor, issued_at,
        )  # fmt: skip

    @event(Credited)
    def _credited(
        self, credit_note_id: UUID, number: str, issuer_id: UUID, issuer_person_id: UUID, buyer_id: UUID,
        order_id: UUID, cause: str, cause_id: UUID, currency: str, lines: list[Line], total_minor: int,
        issued_at: datetime,
    ) -> None:  # fmt: skip
        self.credit_notes[str(credit_note_id)] = {
            "number": number, "cause": cause, "cause_id": str(cause_id), "lines": lines, "total_minor": total_minor,
            "issued_at": issued_at,
        }  # fmt: skip

    def _credited_lines(self, taken_back: Iterable[Mapping[str, Any]]) -> list[Line]:
        invoiced = {line["line_id"]: line for line in self.lines}
        return [
            invoiced[back["line_id"]] | dict(back) | {"price_minor": back["amount_minor"] - back["freight_minor"]}
            for back in taken_back
        ]


def invoiced_lines(lines: Iterable[Line]) -> list[Line]:
    """Lines as a document tells them: no shares, no ways; ``amount_minor`` is price and freight together."""
    return [
        {name: line[name] for name in _TOLD} | {"amount_minor": line["price_minor"] + line["freight_minor"]}
        for line in lines
    ]
