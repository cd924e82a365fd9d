"""Transfers bring money from the payment provider to the account of a party: what is asked, and where one stands.

A transfer that was paid can still come back: the bank of the party may return it days later.
"""

from dataclasses import dataclass
from typing import Any, Literal, Self
from uuid import UUID

from services.mall.payments.reading import field, money, one_of

TransferStatus = Literal["pending", "paid", "failed", "returned", "unknown", "absent"]


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """Money to be sent, in minor units, to ``destination``: the provider's name of the party's account there."""

    transfer_id: UUID
    destination: str
    amount_minor: int
    currency: str
    callback_url: str


@dataclass(frozen=True, slots=True)
class TransferOutcome:
    """Where a transfer stands. Destination and amount are what the provider says; None, 0 and "" when it did not say.

    ``unknown``: no usable answer, ask again. ``absent``: the provider has never heard of it, request it.
    ``pending``: a callback will follow, or ask later. ``failed`` and ``returned`` are final: the money is at the
    provider. ``paid``: it has left; nothing else follows unless the bank returns it.
    """

    transfer_id: UUID
    status: TransferStatus
    destination: str | None = None
    amount_minor: int = 0
    currency: str = ""
    reason: str = ""

    @classmethod
    def read(cls, document: Any) -> Self:
        """The outcome as the provider writes it; ValueError names the field that is missing or wrong."""
        status = one_of(document, "status", ("pending", "paid", "failed", "returned"))
        return cls(UUID(field(document, "transfer_id", str)), status, **money(document, "destination"))
