"""What is recorded of an invoice and its credit notes; use them as ``Invoice.Issued`` and ``Invoice.Credited``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Issued(Begun):
    """What was sold, as it was paid for; lines as ``invoice.invoiced_lines``."""

    TOPIC = "mall:Invoice.Issued"
    personal = {"issuer_name": "issuer_person_id"}
    invoice_id: UUID
    number: str
    issuer_id: UUID
    issuer_person_id: UUID
    issuer_name: str
    buyer_id: UUID
    order_id: UUID
    currency: str
    lines: list[dict[str, Any]]
    total_minor: int
    issued_at: datetime


class Credited(Fact):
    """A credit note takes so much of it back, because of a refund or of a lost dispute: ``cause`` says of which,
    ``cause_id`` is its id. It names whom it concerns, so that it can be told without its invoice."""

    TOPIC = "mall:Invoice.Credited"
    credit_note_id: UUID
    number: str
    issuer_id: UUID
    issuer_person_id: UUID
    buyer_id: UUID
    order_id: UUID
    cause: str
    cause_id: UUID
    currency: str
    lines: list[dict[str, Any]]
    total_minor: int
    issued_at: datetime
