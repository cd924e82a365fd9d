"""Sold or not, who bought: one row a line of an order, with what was paid for it and who has how much of it.

What was paid (``gross_minor``, freight included) never changes; refunds and a cancellation after payment
stand beside it, and the shares are what every party still has. So gross - refunded - cancelled = the shares.
What the lines of a listing, of a community and of a month come to is added up as it happens; ``sold`` says how.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam

from services.kernel.dispatch import when
from services.kernel.domain import Fact
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import Insert, insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain import order_facts as facts
from services.mall.domain.shares import PARTIES

from .month import month_of
from .sales_tables import metadata, moves, sales, sold_in_month
from .sold import CANCELLED, REFUNDED, SOLD

__all__ = ["KEPT", "WAYS", "SalesView", "sales"]

WAYS = ("link_id", "member_id", "post_id", "gathering_id")
KEPT = ("paid", "delivered", "released")
"""The states of a line that was paid for and not cancelled."""
_BEGIN = insert(sales)
_CHANGE = sales.update().where(sales.c.order_id == bindparam("mine"))
_REFUND = _CHANGE.where(sales.c.line_id == bindparam("line")).values(
    returned=sales.c.returned + bindparam("quantity_back"),
    refunded_minor=sales.c.refunded_minor + bindparam("amount"),
    seller_minor=sales.c.seller_minor - bindparam("seller"),
    community_minor=sales.c.community_minor - bindparam("community"),
    member_minor=sales.c.member_minor - bindparam("member"),
    platform_minor=sales.c.platform_minor - bindparam("platform"),
)
_CANCEL_PAID = _CHANGE.values(
    seller_minor=0, community_minor=0, member_minor=0, platform_minor=0,
    cancelled=sales.c.quantity - sales.c.returned,
    cancelled_minor=sales.c.gross_minor - sales.c.refunded_minor,
)  # fmt: skip


class SalesView(PagedProjection):
    """One row a line. It counts as sold once ``paid_at`` is there."""

    name, version, hears, metadata = "sales", 5, frozenset({"mall"}), metadata

    @when(facts.Placed)
    def placed(self, writes: Writes, fact: facts.Placed, place: Place) -> None:
        order: dict[str, Any] = {
            "order_id": str(fact.order_id), "place": place.position, "buyer_id": str(fact.buyer_id), "state": "placed",
            "currency": fact.currency, "returned": 0, "cancelled": 0, "refunded_minor": 0, "cancelled_minor": 0,
            "placed_at": place.effective_at.isoformat(),
        }  # fmt: skip
        for line in fact.lines:
            row = {
                **order, "line_id": line["line_id"], "listing_id": line["listing_id"], "group_id": line["group_id"],
                "quantity": line["quantity"], "gross_minor": line["price_minor"] + line["freight_minor"],
                **{name: line.get(name) for name in WAYS},
                **{f"{party}_minor": line["shares"].get(party, 0) for party in PARTIES},
            }  # fmt: skip
            writes.put(order["order_id"], _BEGIN, row)

    @when(facts.Paid)
    def paid(self, writes: Writes, fact: facts.Paid, place: Place) -> None:
        _count(writes, fact, place, SOLD, {})
        _become(writes, fact, place, "paid")

    @when(facts.Delivered)
    def delivered(self, writes: Writes, fact: facts.Delivered, place: Place) -> None:
        _become(writes, fact, place, "delivered")

    @when(facts.Released)
    def released(self, writes: Writes, fact: facts.Released, place: Place) -> None:
        _become(writes, fact, place, "released")

    @when(facts.Cancelled)
    def cancelled(self, writes: Writes, fact: facts.Cancelled, place: Place) -> None:
        _become(writes, fact, place, "cancelled")

    @when(facts.LineRefunded)
    def line_refunded(self, writes: Writes, fact: facts.LineRefunded, place: Place) -> None:
        _take_back(writes, fact, place, fact.quantity)

    @when(facts.LineChargedBack)
    def line_charged_back(self, writes: Writes, fact: facts.LineChargedBack, place: Place) -> None:
        _take_back(writes, fact, place, 0)

    @when(facts.ShareForfeited)
    def share_forfeited(self, writes: Writes, fact: facts.ShareForfeited, place: Place) -> None:
        """Nothing goes back to the buyer; the seller has it instead of the earner."""
        for line_id, amount_minor in fact.lines.items():
            moved = dict.fromkeys(PARTIES, 0) | {fact.role: amount_minor, "seller": -amount_minor}
            back = {"line": line_id, "quantity_back": 0, "amount": 0, **moved}
            _count(writes, fact, place, REFUNDED, back)
            writes.put(str(fact.originator_id), _REFUND, {"mine": str(fact.originator_id), **back})

    @when(facts.CancelledPaid)
    def cancelled_paid(self, writes: Writes, fact: facts.CancelledPaid, place: Place) -> None:
        _count(writes, fact, place, CANCELLED, {})
        writes.put(str(fact.originator_id), _CANCEL_PAID, {"mine": str(fact.originator_id)})
        _become(writes, fact, place, "cancelled")


def _count(writes: Writes, fact: Fact, place: Place, counted: Iterable[Insert], values: dict[str, Any]) -> None:
    """Add to what its listing, its community and the month come to, and note the move, before the row itself is
    changed."""
    mine, happened_at = {"mine": str(fact.originator_id), **values}, place.effective_at.isoformat()
    when: dict[object, dict[str, Any]] = {
        moves: {"at_position": place.position, "happened_at": happened_at},
        sold_in_month: {"month": month_of(happened_at)},
    }
    for one in counted:
        writes.put(str(fact.originator_id), one, mine | when.get(one.table, {}))


def _take_back(
    writes: Writes, fact: facts.LineRefunded | facts.LineChargedBack, place: Place, quantity: int
) -> None:  # fmt: skip
    """What of its fee the platform keeps, it keeps at the cost of the seller."""
    shares = {party: fact.shares.get(party, 0) for party in PARTIES}
    shares["seller"] += fact.fee_kept_minor
    shares["platform"] -= fact.fee_kept_minor
    back = {"line": fact.line_id, "quantity_back": quantity, "amount": fact.amount_minor, **shares}
    _count(writes, fact, place, REFUNDED, back)
    writes.put(str(fact.originator_id), _REFUND, {"mine": str(fact.originator_id), **back})


def _become(writes: Writes, fact: Fact, place: Place, state: str) -> None:
    """In this state since then; what is paid is cancelled no longer."""
    since = {f"{state}_at": place.effective_at.isoformat(), **({"cancelled_at": None} if state == "paid" else {})}
    writes.put(str(fact.originator_id), _CHANGE, {"mine": str(fact.originator_id), "state": state, **since})
