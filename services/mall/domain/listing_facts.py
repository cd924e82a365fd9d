"""What is recorded of a listing; use them as ``Listing.Listed`` and so on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel.domain import Begun, Fact


class Listed(Begun):
    """Offered: a price in minor units, the commission a community earns in basis points, the stock.

    ``kind`` is goods, service or ticket; a ticket is of a gathering, which counts its seats, and has no stock.
    """

    TOPIC = "mall:Listing.Listed"
    class_version = 2
    listing_id: UUID
    seller_id: UUID
    person_id: UUID
    title: str
    description: str
    price_minor: int
    currency: str
    tags: list[str]
    commission_bps: int
    stock: int
    kind: str
    gathering_id: UUID | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Until there were tickets, everything was goods."""
        state.update(kind="goods", gathering_id=None)


class Repriced(Fact):
    """Another price, in the same currency, for orders placed later."""

    TOPIC = "mall:Listing.Repriced"
    price_minor: int
    currency: str


class Restocked(Fact):
    """So many more are on hand."""

    TOPIC = "mall:Listing.Restocked"
    quantity: int


class StockSpread(Fact):
    """From now on it is sold from so many ``buckets``; of 1 from itself alone. So many of its pieces left it for them,
    or came back when less than 0: the facts of buckets with this ``spread_id`` add up to the same."""

    TOPIC = "mall:Listing.StockSpread"
    spread_id: UUID
    buckets: int
    quantity: int


class Withdrawn(Fact):
    """No longer offered; what was reserved before can still be sold. ``reason`` is a code."""

    TOPIC = "mall:Listing.Withdrawn"
    reason: str


class Reserved(Fact):
    """So many are kept for a checkout until it is paid or expires."""

    TOPIC = "mall:Listing.Reserved"
    checkout_id: UUID
    quantity: int
    expires_at: datetime


class ReservationReleased(Fact):
    """The checkout does not take them; ``reason`` is "expired" or "cancelled"."""

    TOPIC = "mall:Listing.ReservationReleased"
    checkout_id: UUID
    quantity: int
    reason: str


class Sold(Fact):
    """The checkout was paid: its reservation ended as a sale."""

    TOPIC = "mall:Listing.Sold"
    checkout_id: UUID
    quantity: int


class Promised(Fact):
    """By an agreement it is one community's alone in these times, ``{"starts_at", "ends_at"}`` as text, in place of
    those that were said before; without any it is free again.

    ``notices`` are one for each of these times, ``{"announced_at", "pools_end_at"}`` as text: until then other
    communities that show it earn by it as before. Version 1 knew no notice: both are None.
    """

    TOPIC = "mall:Listing.Promised"
    class_version = 2
    group_id: UUID
    agreement_id: UUID
    times: list[dict[str, Any]]
    notices: list[dict[str, Any]]

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        """Others lost their pools at once."""
        state["notices"] = [{"announced_at": None, "pools_end_at": None} for _ in state["times"]]
