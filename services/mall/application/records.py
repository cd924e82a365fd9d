"""What an operator records of a mall that was elsewhere: its sellers, its listings, its sales.

The guards of form and money hold; those of present permission and of stock do not: it has happened,
and the goods left another warehouse. Ids come from the caller; the same once more changes nothing.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot
from services.mall.domain import refusals
from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import Line, order_line, sold_lines
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.domain.seller import Seller

from .attribution import Attribution
from .checkouts import summary
from .payables import Payables


class Records(Attribution, Payables):
    """Commands of an operator, under the time at which it happened."""

    def record_seller(self, person_id: UUID, name: str) -> dict[str, Any]:
        """Somebody sold elsewhere; no claim is asked for. Raises RecordedOtherwise."""
        seller_id = Seller.create_id(person_id)
        known = self.unit.find(Seller, seller_id)
        if known is None:
            self.unit.add(Seller(person_id, name, []))
        elif known.name != name:
            raise refusals.RecordedOtherwise(kind="Seller", id=seller_id)
        return {"seller_id": seller_id}

    def record_listing(
        self, listing_id: UUID, seller_id: UUID, title: str, price_minor: int, currency: str, tags: list[str],
        commission_bps: int, stock: int,
    ) -> dict[str, Any]:  # fmt: skip
        """A listing of elsewhere. Raises NoSuchSeller, RecordedOtherwise, and those of form."""
        seller = self.seller(seller_id)
        told = Listing.list_for_sale(
            listing_id, seller_id, seller.person_id, title, "", price_minor, currency, tags, commission_bps, stock
        )
        known = self.unit.find(Listing, listing_id)
        if known is None:
            self._add_new("Listing", told)
        elif _offer(known) != _offer(told):
            raise refusals.RecordedOtherwise(kind="Listing", id=listing_id)
        return {"listing_id": listing_id}

    def record_sale(
        self, checkout_id: UUID, buyer_id: UUID, currency: str, orders: list[dict[str, Any]],
        return_window_days: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A checkout of elsewhere, with an order a seller; without orders when nothing is known of them.

        How long its buyer could return is history, too; where that is not told, our terms of now hold. Stock is not
        touched. Raises NoSuchSeller, NoSuchListing, SoldByAnother, MixedCurrencies, RecordedOtherwise, and those of
        form.
        """
        days = {} if return_window_days is None else {"return_window_days": return_window_days}
        told = [self._sold(checkout_id, buyer_id, currency, order, days) for order in orders]
        summaries = [summary(order) for order in told]
        known = self.unit.find(Checkout, checkout_id)
        if known is not None:
            self._refuse_otherwise(known, buyer_id, currency, told)
        else:
            begun = Checkout.open(checkout_id, buyer_id, summaries, currency, None, None, None, recorded=True)
            self._add_new("Checkout", begun)
            for order in told:
                self._add_new("Order", order)
        return {"checkout_id": checkout_id, "order_ids": [order.id for order in told]}

    def record_delivery(self, order_id: UUID) -> dict[str, Any]:
        """It arrived then; what could be returned until a time that is over was released at that time.

        What was paid here waits for the clock. Raises NoSuchOrder, NotPaid, OrderCancelled, AlreadyDelivered.
        """
        order = self.order(order_id)
        if order.delivered_at != self.now:
            order.deliver(self.now, self.unit.context.recorded_at)
            if not self._is_paid_here(order):
                self._release_then(order)
        return {"order_id": order_id}

    def _release_then(self, order: Order) -> None:
        """Under the time at which its window closed, if that is over."""
        closed_at, context = order.return_window_ends_at, self.unit.context
        if closed_at is not None and closed_at <= context.recorded_at and not order.is_disputed:
            with self.unit.caused_by(replace(context, effective_at=closed_at)):
                order.release(closed_at)

    def _sold(
        self, checkout_id: UUID, buyer_id: UUID, currency: str, told: dict[str, Any], days: dict[str, int]
    ) -> Order:  # fmt: skip
        seller, terms = self.seller(told["seller_id"]), {**self.terms_now(), **days}
        lines = [self._recorded_line(seller, buyer_id, currency, line) for line in told["lines"]]
        return Order.place(
            told["order_id"], checkout_id, buyer_id, seller.id, seller.person_id, currency, lines, terms
        )

    def _recorded_line(self, seller: Seller, buyer_id: UUID, currency: str, line: dict[str, Any]) -> Line:
        """Who was owed what is history too: no commission and no fee but those that are told."""
        listing, group_id = self.listing(line["listing_id"]), line.get("group_id")
        if listing.seller_id != seller.id:
            raise refusals.SoldByAnother(listing_id=listing.id, seller_id=seller.id)
        if listing.currency != currency:
            raise refusals.MixedCurrencies(currencies=f"{currency}, {listing.currency}")
        return order_line(
            str(line["line_id"]), listing.id, listing.title, line["quantity"], line["unit_price_minor"],
            line["freight_minor"], group_id, self.earned_bps(line["commission_bps"], group_id, listing, buyer_id),
            line["platform_fee_bps"],
        )  # fmt: skip

    def _add_new(self, kind: str, root: AggregateRoot) -> None:
        """Ids come from the caller, who may have used one for something else."""
        if self.unit.version(root.id):
            raise refusals.RecordedOtherwise(kind=kind, id=root.id)
        self.unit.add(root)

    def _refuse_otherwise(self, known: Checkout, buyer_id: UUID, currency: str, told: list[Order]) -> None:
        """Shares may differ, because terms and commissions may have changed since; what was sold may not."""
        sold = [(order.id, order.seller_id, sold_lines(order.lines.values())) for order in self.orders_of(known)]
        again = [(order.id, order.seller_id, sold_lines(order.lines.values())) for order in told]
        if (known.buyer_id, known.currency, sold) != (buyer_id, currency, again):
            raise refusals.RecordedOtherwise(kind="Checkout", id=known.id)


def _offer(listing: Listing) -> tuple[object, ...]:
    """What a recorded listing said. Price and stock change later, by commands of their own."""
    return listing.seller_id, listing.title, listing.currency, listing.tags, listing.commission_bps
