"""The rows of the files put together: purchases with their lines and payments, and who bought and sold."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from .files import Files
from .rows import CustomerRow, ItemRow, OrderRow, PaymentRow, ProductRow, ReviewRow, SellerRow

Row = TypeVar("Row", ItemRow, PaymentRow, ReviewRow)
UNKNOWN = "unknown"
"""The status of an order that only lines or payments speak of, and the buyer nobody knows."""
CANCELLED = frozenset({"canceled", "unavailable"})
RETURN_WINDOW_DAYS = 7
"""How long consumers in Brazil may withdraw from what they bought at a distance (Código de Defesa do Consumidor,
Art. 49)."""
RETURN_WINDOW = timedelta(days=RETURN_WINDOW_DAYS)


@dataclass(slots=True)
class Purchase:
    """What one customer ordered at once, with all that the files say of it, and how that is taken (decision 12)."""

    order_id: str
    status: str
    customer: CustomerRow | None
    purchased_at: datetime
    approved_at: datetime | None = None
    carrier_at: datetime | None = None
    customer_at: datetime | None = None
    items: list[ItemRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    reviews: list[ReviewRow] = field(default_factory=list)

    @property
    def buyer(self) -> str:
        """Who bought it, as the set names persons."""
        return self.customer.customer_unique_id if self.customer else UNKNOWN

    @property
    def state(self) -> str:
        """The state it was bought from, or nothing."""
        return self.customer.customer_state if self.customer else ""

    @property
    def captured_minor(self) -> int:
        """The sum of its payments."""
        return sum(payment.payment_value for payment in self.payments)

    @property
    def lines_minor(self) -> int:
        """What its lines cost, freight included."""
        return sum(item.price + item.freight_value for item in self.items)

    @property
    def sellers(self) -> list[str]:
        """Who sold it, in the order of the lines."""
        return list(dict.fromkeys(item.seller_id for item in self.items))

    @property
    def judgements(self) -> list[ReviewRow]:
        """How its buyer judged it, the last one last; without lines there is nothing to judge."""
        return self.reviews if self.items else []

    @property
    def paid_at(self) -> datetime:
        """When its money was captured: at the approval, else at the purchase."""
        return self.approved_at or self.purchased_at

    @property
    def is_settled(self) -> bool:
        """Whether money is booked for it: some was captured, or the goods were delivered for none."""
        return self.captured_minor > 0 or (bool(self.items) and self.status == "delivered")

    @property
    def is_given_back(self) -> bool:
        """Whether all that was paid for it is taken as given back to its buyer (decision 44)."""
        return self.captured_minor > 0 and self.status in CANCELLED

    @property
    def is_cancelled(self) -> bool:
        """Whether something that was sold is taken back."""
        return bool(self.items) and self.status in CANCELLED

    @property
    def delivered_at(self) -> datetime | None:
        """When it is taken as delivered; without a date at the last moment that is known of it."""
        if not self.items or self.status != "delivered":
            return None
        return self.customer_at or self.carrier_at or self.paid_at

    @property
    def released_at(self) -> datetime | None:
        """When its buyer could return it no longer."""
        return self.delivered_at + RETURN_WINDOW if self.delivered_at is not None else None

    @property
    def last_known_at(self) -> datetime:
        """The last moment that the set knows of it: when a cancellation without a date, or a refund, is recorded."""
        known = (self.purchased_at, self.approved_at, self.carrier_at, self.customer_at)
        return max(moment for moment in known if moment is not None)


@dataclass(slots=True)
class Buyer:
    """One person who bought: cities and states in the order of purchases, each state since the first one from there."""

    person: str
    since: datetime
    cities: list[str] = field(default_factory=list)
    states: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Offer:
    """One product of one seller, at the price of its first sale."""

    product: ProductRow
    is_in_files: bool
    seller_id: str
    since: datetime
    price_minor: int


@dataclass
class Assembled:
    """The whole set. Everything is in an order that depends on the files alone."""

    files: Files
    purchases: list[Purchase]
    now: datetime

    @cached_property
    def began_at(self) -> datetime:
        """The first purchase of the set."""
        return self.purchases[0].purchased_at

    @cached_property
    def buyers(self) -> list[Buyer]:
        """Everybody who bought, and customers who did not, since the beginning of the set."""
        found: dict[str, Buyer] = {}
        for purchase in self.purchases:
            _note(found, purchase.buyer, purchase.customer, purchase.purchased_at)
        for customer in self.files.customers.rows:
            _note(found, customer.customer_unique_id, customer, self.began_at)
        return list(found.values())

    @cached_property
    def states(self) -> list[str]:
        """The states that people bought from."""
        return sorted({state for buyer in self.buyers for state in buyer.states})

    @cached_property
    def offers(self) -> dict[tuple[str, str], Offer]:
        """What was sold, by product and seller."""
        products = {product.product_id: product for product in self.files.products.rows}
        found: dict[tuple[str, str], Offer] = {}
        for purchase in self.purchases:
            for item in purchase.items:
                known = products.get(item.product_id)
                made = Offer(
                    known or ProductRow(item.product_id, ""), known is not None, item.seller_id,
                    purchase.purchased_at, item.price,
                )  # fmt: skip
                offer = found.setdefault((item.product_id, item.seller_id), made)
                offer.price_minor = offer.price_minor or item.price
        return found

    @cached_property
    def sellers(self) -> dict[str, tuple[SellerRow, datetime]]:
        """Everybody who sells, since the first sale; without one since the beginning of the set."""
        known = {seller.seller_id: seller for seller in self.files.sellers.rows}
        found: dict[str, tuple[SellerRow, datetime]] = {}
        for offer in self.offers.values():
            row = known.get(offer.seller_id, SellerRow(offer.seller_id, "", ""))
            found.setdefault(offer.seller_id, (row, offer.since))
        for row in known.values():
            found.setdefault(row.seller_id, (row, self.began_at))
        return found


def assemble(files: Files, now: datetime) -> Assembled:
    """Lines and payments to their orders; what speaks of an order that no file has makes one of unknown status."""
    customers = {customer.customer_id: customer for customer in files.customers.rows}
    purchases = {order.order_id: _purchase(order, customers) for order in files.orders.rows}
    latest = max(purchase.purchased_at for purchase in purchases.values())
    items, payments, reviews = _grouped(files.items.rows), _grouped(files.payments.rows), _grouped(files.reviews.rows)
    for order_id in [*items, *payments]:
        purchases.setdefault(order_id, Purchase(order_id, UNKNOWN, None, latest))
    for order_id, purchase in purchases.items():
        purchase.items = sorted(items.get(order_id, []), key=lambda item: item.order_item_id)
        purchase.payments = sorted(payments.get(order_id, []), key=lambda payment: payment.payment_sequential)
        purchase.reviews = sorted(
            reviews.get(order_id, []), key=lambda review: (review.review_answer_timestamp, review.review_id)
        )
    ordered = sorted(purchases.values(), key=lambda purchase: (purchase.purchased_at, purchase.order_id))
    return Assembled(files, ordered, now)


def _purchase(order: OrderRow, customers: dict[str, CustomerRow]) -> Purchase:
    return Purchase(
        order.order_id, order.order_status, customers.get(order.customer_id), order.order_purchase_timestamp,
        order.order_approved_at, order.order_delivered_carrier_date, order.order_delivered_customer_date,
    )  # fmt: skip


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def _note(buyers: dict[str, Buyer], person: str, customer: CustomerRow | None, moment: datetime) -> None:
    buyer = buyers.setdefault(person, Buyer(person, moment))
    if customer is None:
        return
    if customer.customer_city and customer.customer_city not in buyer.cities:
        buyer.cities.append(customer.customer_city)
    if customer.customer_state:
        buyer.states.setdefault(customer.customer_state, moment)
