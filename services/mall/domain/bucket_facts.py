"""What is recorded of a bucket of stock; use them as ``StockBucket.Opened`` and so on.

What happens to the pieces in it is what happens to those of a listing: these facts are made from the listing's, and
name the listing besides.
"""

from uuid import UUID

from services.kernel.domain import Begun, Fact

from . import listing_facts


class Opened(Begun):
    """Some of the stock of a listing may lie here; ``number`` counts the buckets of the listing from 1."""

    TOPIC = "mall:StockBucket.Opened"
    listing_id: UUID
    number: int


class Filled(Fact):
    """So many of the listing's pieces were moved here; the facts with this ``spread_id`` move as many as they bring."""

    TOPIC = "mall:StockBucket.Filled"
    listing_id: UUID
    spread_id: UUID
    quantity: int


class Drained(Fact):
    """So many that were available were moved away, to where the facts with this ``spread_id`` say."""

    TOPIC = "mall:StockBucket.Drained"
    listing_id: UUID
    spread_id: UUID
    quantity: int


class Restocked(listing_facts.Restocked):
    """So many more are on hand, in this bucket."""

    TOPIC = "mall:StockBucket.Restocked"
    listing_id: UUID


class Reserved(listing_facts.Reserved):
    """So many in this bucket are kept for a checkout until it is paid or expires."""

    TOPIC = "mall:StockBucket.Reserved"
    listing_id: UUID


class ReservationReleased(listing_facts.ReservationReleased):
    """The checkout does not take them; ``reason`` is "expired" or "cancelled"."""

    TOPIC = "mall:StockBucket.ReservationReleased"
    listing_id: UUID


class Sold(listing_facts.Sold):
    """The checkout was paid: its reservation in this bucket ended as a sale."""

    TOPIC = "mall:StockBucket.Sold"
    listing_id: UUID
