"""Buying: one checkout, one order a seller, stock reserved, a payment to be asked for; and giving up."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.kernel.refusals import Conflicting, Missing
from services.mall.domain import refusals
from services.mall.domain.charges import Tariffs as ByKind
from services.mall.domain.checkout import REFUSE, Checkout
from services.mall.domain.lines import Line, order_line
from services.mall.domain.listing import Listing
from services.mall.domain.marks import DEVICE
from services.mall.domain.order import Order
from services.mall.domain.terms import TermsValues

from .agreements import Agreements
from .attribution import PLACES, Attribution
from .loading import wanted
from .marking import Marking
from .stock import Stock
from .tariffs import Tariffs
from .tickets import Tickets

Part = list[tuple[int, dict[str, Any]]]
"""Lines as they were asked for, each with its number among all of them."""
Parts = dict[tuple[UUID, UUID | None], Part]
"""The lines for each seller, in the order in which they were given; tickets apart, which a gathering delivers."""
MET = ("post_id", "gathering_id", "registration_id")
BY_BUYER = "by_buyer"


class Checkouts(Attribution, Tickets, Tariffs, Agreements, Stock, Marking):
    """Checkouts of the actor's own."""

    def open_checkout(
        self, lines: list[dict[str, Any]], payment_method: str, delivery_address: str | None = None,
        delivery_country: str | None = None, if_part_fails: str = REFUSE, device: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Places an order for each seller, reserves the stock, and has the payment asked for: all or nothing, or all
        but the sellers' parts that fail, each of which is left out as a whole, with why.

        The country is for agreements that hold in some alone; it is not kept. The device is a mark of the buyer.

        Raises NoSuchListing, MixedCurrencies, DeviceNotUsable; and OwnPurchase, SellerSuspended, ListingWithdrawn,
        SoldOut, what Attribution.attributed raises for a way, and what Tickets.require_seat raises for seats, unless
        that part is left out; NoPartLeft when all are.
        """
        checkout_id, payment_id = self.unit.new_id("checkout"), self.unit.new_id("payment")
        terms = self.terms_now()
        parts, currency = self._parts(lines), self._one_currency(lines)
        expires_at = self.now + timedelta(minutes=terms["reservation_minutes"])
        orders, left_out = [], []
        for number, ((seller_id, _), part) in enumerate(parts.items()):
            try:
                bought = self._bought(part, terms, delivery_country)
                order = self._placed(checkout_id, number, seller_id, bought, currency, terms, delivery_address)
                orders.append(self._that_can_be_had(order))
            except (Conflicting, Missing) as why:  # what is wrong in itself is refused as a whole
                if if_part_fails == REFUSE:
                    raise
                left_out.append(_left_out(seller_id, part, why))
        stocks = self._kept(orders, left_out, expires_at)
        checkout = Checkout.open(
            checkout_id, self.actor_id, list(map(summary, orders)), currency, expires_at, payment_id, payment_method
        )
        checkout.keep_stock(stocks)
        self.note_mark(self.actor_id, DEVICE, device)
        self.unit.put_side("payment", str(payment_id), str(checkout_id).encode())
        for begun in (checkout, *orders):
            self.unit.add(begun)
        return {
            "checkout_id": checkout_id, "payment_id": payment_id, "order_ids": [order.id for order in orders],
            "total_minor": checkout.total_minor, "currency": currency, "expires_at": expires_at, "left_out": left_out,
        }  # fmt: skip

    def cancel_checkout(self, checkout_id: UUID) -> dict[str, Any]:
        """The buyer gives it up before it is paid; again changes nothing. Raises NoSuchCheckout, CheckoutNotOpen."""
        checkout = self.checkout(checkout_id)
        if checkout.buyer_id != self.actor_id:
            raise refusals.NoSuchCheckout()
        if checkout.status != "cancelled":
            checkout.cancel(BY_BUYER)
            self.let_go(checkout, BY_BUYER, "cancelled")
        return {"checkout_id": checkout_id}

    def expire_checkout(self, checkout_id: UUID) -> None:
        """Its time is over; one that was paid or given up meanwhile stays as it is. Raises CheckoutNotDue."""
        checkout = self.checkout(checkout_id)
        if checkout.is_open:
            checkout.expire(self.now)
            self.let_go(checkout, "expired", "expired")

    def let_go(self, checkout: Checkout, reason: str, released: Literal["expired", "cancelled"]) -> None:
        """The orders are cancelled, and what was reserved for them is free for others."""
        for order in self.orders_of(checkout):
            order.cancel(reason)
            for listing_id in wanted(order):
                for stock in self.kept_for(checkout, listing_id):
                    stock.release(checkout.id, released)

    def _parts(self, lines: list[dict[str, Any]]) -> Parts:
        """Every seller's part; a listing that nobody ever offered is nobody's. Raises NoSuchListing."""
        parts: Parts = {}
        for numbered in enumerate(lines):
            listing = self.listing(numbered[1]["listing_id"])
            parts.setdefault((listing.seller_id, listing.gathering_id), []).append(numbered)
        return parts

    def _bought(self, part: Part, terms: TermsValues, country: str | None) -> list[Line]:
        tariffs, bought = self.tariffs_now(), []
        for number, line in part:
            listing = self._offered(line["listing_id"])
            self.require_seat(listing, line.get("registration_id"), line["quantity"])
            bought.append(self._line(str(self.unit.new_id("line", number)), listing, line, terms, tariffs, country))
        return bought

    def _that_can_be_had(self, order: Order) -> Order:
        """An order for all of which stock and seats are there, asked before any of it is kept: a part that fails
        leaves no trace."""
        self.require_free_seats(order)
        for listing_id, quantity in wanted(order).items():
            self.check_stock(listing_id, quantity)
        return order

    def _kept(
        self, orders: list[Order], left_out: list[dict[str, Any]], expires_at: datetime
    ) -> dict[str, list[dict[str, Any]]]:
        """Where what is kept for them lies, as ``Checkout.keep_stock`` takes it. Raises NoPartLeft."""
        if not orders:
            raise refusals.NoPartLeft(left_out=left_out)
        stocks: dict[str, list[dict[str, Any]]] = {}
        for order in orders:
            self.keep_seats(order)
            for listing_id, quantity in wanted(order).items():
                stocks |= self.keep_stock(listing_id, order.checkout_id, quantity, expires_at)
        return stocks

    def _line(
        self, line_id: str, listing: Listing, line: dict[str, Any], terms: TermsValues, tariffs: ByKind,
        country: str | None,
    ) -> Line:  # fmt: skip
        found = self.attributed(listing, line, terms)
        agreed = self.agreed(listing, found.way.group_id, country)
        charged = self.charged(tariffs, listing, line["quantity"], found, terms, agreed)
        attributed = charged.attributed
        met = {name: line.get(name) for name in MET}
        if attributed.touch is not None:
            met |= {name: line.get(name) or getattr(attributed.touch, name) for name in PLACES}
        return order_line(
            line_id, listing.id, listing.title, line["quantity"], listing.price_minor, 0, attributed.way.group_id,
            attributed.commission_bps, charged.platform_fee_bps, attributed, met, charged.tariff,
            None if agreed is None else agreed.told,
        )  # fmt: skip

    def _offered(self, listing_id: UUID) -> Listing:
        listing = self.listing(listing_id)
        if listing.person_id == self.actor_id:
            raise refusals.OwnPurchase(listing_id=listing_id)
        self.active_seller(listing.seller_id)
        return listing

    def _one_currency(self, lines: list[dict[str, Any]]) -> str:
        currencies = sorted({self.listing(line["listing_id"]).currency for line in lines})
        if len(currencies) > 1:
            raise refusals.MixedCurrencies(currencies=", ".join(currencies))
        return currencies[0]

    def _placed(
        self, checkout_id: UUID, number: int, seller_id: UUID, lines: list[Line], currency: str, terms: TermsValues,
        delivery_address: str | None,
    ) -> Order:  # fmt: skip
        return Order.place(
            self.unit.new_id("order", number), checkout_id, self.actor_id, seller_id,
            self.seller(seller_id).person_id, currency, lines, dict(terms), delivery_address or None,
        )  # fmt: skip


def summary(order: Order) -> dict[str, Any]:
    """An order as its checkout lists it."""
    return {"order_id": str(order.id), "seller_id": str(order.seller_id), "total_minor": order.total_minor}


def _left_out(seller_id: UUID, part: Part, why: Conflicting | Missing) -> dict[str, Any]:
    """A part that fails, and by what: the first thing that stood in its way."""
    listing_ids = dict.fromkeys(line["listing_id"] for _, line in part)
    return {"seller_id": seller_id, "listing_ids": list(listing_ids), "code": why.code, "sentence": why.detail}
