"""The rows of the files, as values. Amounts in centavos, times in UTC (see decision 12)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One purchase's customer; several may be one person."""

    customer_id: str
    customer_unique_id: str
    customer_city: str
    customer_state: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """What one customer ordered at once, and what became of it."""

    order_id: str
    customer_id: str
    order_status: str
    order_purchase_timestamp: datetime
    order_approved_at: datetime | None
    order_delivered_carrier_date: datetime | None
    order_delivered_customer_date: datetime | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One piece of one product in an order."""

    order_id: str
    order_item_id: int
    product_id: str
    seller_id: str
    price: int
    freight_value: int


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One of the payments for an order."""

    order_id: str
    payment_sequential: int
    payment_type: str
    payment_value: int


@dataclass(frozen=True, slots=True)
class ProductRow:
    """Something that was sold; the set names its category and no title."""

    product_id: str
    product_category_name: str


@dataclass(frozen=True, slots=True)
class SellerRow:
    """Somebody who sells."""

    seller_id: str
    seller_city: str
    seller_state: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What a customer said of an order: points, a title and a text, both of which may be empty."""

    review_id: str
    order_id: str
    review_score: int
    review_comment_title: str
    review_comment_message: str
    review_answer_timestamp: datetime
