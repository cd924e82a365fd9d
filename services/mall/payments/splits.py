"""Splitting: a part of a payment goes to somebody at the provider itself, out of that payment, not out of a balance.

Only some providers do it, each within limits of its own, which it says as data. What a split brings is told as the
outcome of a transfer: a payout by a split is paid or has failed like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol
from uuid import UUID

from services.mall.payments.transfers import TransferOutcome

PullBackStatus = Literal["succeeded", "failed", "processing", "unknown", "absent"]
UnfreezeStatus = Literal["unfrozen", "processing", "failed", "unknown"]
Receiver = Literal["merchant", "person"]
WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class SplitLimits:
    """How a provider splits. ``most_bps`` of a payment may go to others, in ``most_splits`` requests of at most
    ``most_receivers`` each, from ``least_seconds`` after it was paid until ``days_to_split`` after it; what is frozen
    for that is free then by itself. What went to one of ``pulls_back_from`` can be had back for ``days_to_pull_back``.
    """

    currency: str
    most_bps: int
    least_seconds: int
    days_to_split: int
    most_splits: int
    most_receivers: int
    days_to_pull_back: int
    pulls_back_from: tuple[Receiver, ...]

    def most_minor(self, paid_minor: int) -> int:
        """What of a payment may go to others, in whole minor units."""
        return paid_minor * self.most_bps // WHOLE_BPS


@dataclass(frozen=True, slots=True)
class SplitRequest:
    """A part of a captured payment, in minor units of its currency, to ``destination``. It is for an order of
    ``of_minor``, of which ``before_minor`` was asked to be split before: within the share of each order lies that of
    their payment."""

    split_id: UUID
    payment_id: UUID
    destination: str
    amount_minor: int
    of_minor: int
    before_minor: int = 0


@dataclass(frozen=True, slots=True)
class PullBackRequest:
    """Some of what a split has brought is to come back, in minor units."""

    pull_back_id: UUID
    split_id: UUID
    payment_id: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PullBackOutcome:
    """Where a pull-back stands, with the words of ``RefundOutcome``; ``succeeded`` and ``failed`` are final."""

    pull_back_id: UUID
    status: PullBackStatus
    amount_minor: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnfreezeOutcome:
    """Whether what nobody got of a payment is free. ``failed``: it never was frozen, or cannot be split at all."""

    status: UnfreezeStatus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LeftToSplit:
    """What is still frozen of a payment, in minor units; None when there is no usable answer."""

    amount_minor: int | None
    reason: str = ""


class Splits(Protocol):
    """What the mall needs of a provider that splits. Nothing here raises for a failing network: that is ``unknown``."""

    limits: SplitLimits

    def left(self, payment_id: UUID) -> LeftToSplit:
        """What is frozen of the payment and may still be split, before the limit of the share."""

    def split(self, request: SplitRequest) -> TransferOutcome:
        """Asks for a split; the same request again is the same split. Raises ProviderHoldsAnother."""

    def outcome(self, split_id: UUID, payment_id: UUID) -> TransferOutcome:
        """Where the split of the payment stands now."""

    def unfreeze(self, unfreeze_id: UUID, payment_id: UUID) -> UnfreezeOutcome:
        """Frees what nobody got of the payment: nothing more of it is split. Again is safe, and says how it went."""

    def pull_back(self, request: PullBackRequest) -> PullBackOutcome:
        """Asks for a pull-back; the same request again is the same pull-back. Raises ProviderHoldsAnother."""

    def pulled_back(self, pull_back_id: UUID, split_id: UUID) -> PullBackOutcome:
        """Where the pull-back of the split stands now."""


class SplitsNothing:
    """A provider that does not split, and transfers any amount at once."""

    transfer_most_minor: Mapping[str, int] = MappingProxyType({})
    splits: Splits | None = None
