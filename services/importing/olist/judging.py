"""Looks at the assembled set and finds what does not fit."""

import re
from collections.abc import Iterator
from typing import Any

from ..findings import Finding
from ..tables import Table
from .assembling import UNKNOWN, Assembled, Purchase
from .odd import Cause

SMALL_MINOR = 10
LONGEST_CITY = 100
LONGEST_CATEGORY = 64
_UNFINISHED = frozenset({"created", "approved", "invoiced", "processing", "shipped", UNKNOWN})


def findings(assembled: Assembled) -> list[Finding]:
    """All that is odd about the set, in an order that depends on the files alone."""
    found = [finding for purchase in assembled.purchases for finding in _of_purchase(purchase)]
    return [*found, *_of_prices(assembled), *_of_people(assembled), *_of_goods(assembled), *_of_rows(assembled)]


def usable_city(city: str) -> bool:
    """Whether it can be the name of a place: one line with a letter, and no address of a mailbox."""
    return _is_word(city, LONGEST_CITY) and re.search(r"[^\W\d_]", city) is not None and "@" not in city


def usable_category(category: str) -> bool:
    """Whether it can be a tag."""
    return _is_word(category, LONGEST_CATEGORY)


def _is_word(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _of_purchase(purchase: Purchase) -> Iterator[Finding]:
    for cause, detail, amount_minor in [*_money(purchase), *_shape(purchase), *_times(purchase), *_reviews(purchase)]:
        yield Finding(cause, "order", purchase.order_id, detail, amount_minor)


Odd = Iterator[tuple[Cause, str, int | None]]


def _money(purchase: Purchase) -> Odd:
    difference = purchase.captured_minor - purchase.lines_minor
    small = abs(difference) < SMALL_MINOR
    if purchase.captured_minor and not purchase.items:
        yield Cause.PAID_WITHOUT_LINES, purchase.status, difference
    elif purchase.items and not purchase.is_settled:
        yield Cause.NEVER_PAID, purchase.status, difference
    if purchase.items and purchase.is_settled and difference > 0:
        yield Cause.OVERPAID_BY_CENTS if small else Cause.OVERPAID, purchase.status, difference
    if purchase.items and purchase.is_settled and difference < 0:
        yield Cause.UNDERPAID_BY_CENTS if small else Cause.UNDERPAID, purchase.status, difference
    if purchase.is_given_back:
        yield Cause.CANCELLED_PAID, purchase.status, purchase.captured_minor


def _shape(purchase: Purchase) -> Odd:
    if purchase.status == UNKNOWN:
        yield Cause.ORDER_UNKNOWN, "", purchase.captured_minor - purchase.lines_minor
    elif purchase.customer is None:
        yield Cause.CUSTOMER_UNKNOWN, "", None
    if not purchase.items and not purchase.captured_minor:
        yield Cause.EMPTY_ORDER, purchase.status, None
    if purchase.items and purchase.status in _UNFINISHED:
        yield Cause.UNFINISHED, purchase.status, purchase.lines_minor
    if len(purchase.sellers) > 1:
        yield Cause.SEVERAL_SELLERS, f"{len(purchase.sellers)} sellers", None
    for payment in purchase.payments:
        if not payment.payment_value:
            yield Cause.EMPTY_PAYMENT, f"payment {payment.payment_sequential}: {payment.payment_type}", 0
    numbers = [payment.payment_sequential for payment in purchase.payments]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Cause.PAYMENT_GAP, f"numbers {', '.join(map(str, numbers))}", None


def _times(purchase: Purchase) -> Odd:
    approved, carrier, customer = purchase.approved_at, purchase.carrier_at, purchase.customer_at
    if purchase.status == "delivered" and customer is None:
        yield Cause.DELIVERED_UNDATED, f"taken as {purchase.delivered_at}", None
    elif customer is not None and purchase.status == "canceled":
        yield Cause.CANCELLED_DELIVERED, f"delivered {customer}", None
    elif customer is not None and purchase.status != "delivered":
        yield Cause.DATE_UNEXPECTED, f"{purchase.status}, delivered {customer}", None
    if approved is None and purchase.payments:
        yield Cause.UNAPPROVED, purchase.status, None
    if approved is not None and approved < purchase.purchased_at:
        yield Cause.APPROVED_EARLY, f"ordered {purchase.purchased_at}, approved {approved}", None
    if carrier is not None and carrier < (approved or purchase.purchased_at):
        yield Cause.CARRIER_EARLY, f"approved {approved}, with the carrier {carrier}", None
    if customer is not None and any(moment is not None and customer < moment for moment in (approved, carrier)):
        yield Cause.DELIVERED_EARLY, f"approved {approved}, with the carrier {carrier}, delivered {customer}", None


def _reviews(purchase: Purchase) -> Odd:
    for review in purchase.reviews:
        if not purchase.items:
            yield Cause.REVIEWED_WITHOUT_LINES, f"review {review.review_id}: {review.review_score} points", None
        elif review.review_answer_timestamp < purchase.purchased_at:
            yield Cause.REVIEWED_EARLY, f"ordered {purchase.purchased_at}, {review.review_answer_timestamp}", None
    if len(purchase.judgements) > 1:
        yield Cause.REVIEWED_AGAIN, f"{', '.join(str(one.review_score) for one in purchase.judgements)} points", None


def _of_prices(assembled: Assembled) -> Iterator[Finding]:
    for purchase in assembled.purchases:
        for item in purchase.items:
            first = assembled.offers[item.product_id, item.seller_id].price_minor
            if item.price != first:
                detail = f"line {item.order_item_id}: {item.price} centavos, first sold for {first}"
                yield Finding(Cause.PRICE_VARIES, "order", purchase.order_id, detail)


def _of_people(assembled: Assembled) -> Iterator[Finding]:
    ordered = {purchase.buyer for purchase in assembled.purchases}
    for buyer in assembled.buyers:
        if len(buyer.cities) > 1 or len(buyer.states) > 1:
            yield Finding(Cause.SEVERAL_PLACES, "person", buyer.person, ", ".join([*buyer.cities, *buyer.states]))
        if buyer.person not in ordered:
            yield Finding(Cause.CUSTOMER_IDLE, "person", buyer.person)
        if not buyer.states and buyer.person != UNKNOWN:
            yield Finding(Cause.NO_STATE, "person", buyer.person)
        yield from _of_cities("person", buyer.person, buyer.cities)
    in_files = {seller.seller_id for seller in assembled.files.sellers.rows}
    sold = {offer.seller_id for offer in assembled.offers.values()}
    for seller_id, (row, _since) in assembled.sellers.items():
        if seller_id not in in_files:
            yield Finding(Cause.SELLER_UNKNOWN, "seller", seller_id)
        if seller_id not in sold:
            yield Finding(Cause.SELLER_IDLE, "seller", seller_id)
        yield from _of_cities("seller", seller_id, [row.seller_city] if row.seller_city else [])


def _of_cities(about: str, who: str, cities: list[str]) -> Iterator[Finding]:
    return (Finding(Cause.CITY_UNUSABLE, about, who, city) for city in cities if not usable_city(city))


def _of_goods(assembled: Assembled) -> Iterator[Finding]:
    sold = {product_id for product_id, _ in assembled.offers}
    for product in assembled.files.products.rows:
        if product.product_id not in sold:
            yield Finding(Cause.PRODUCT_IDLE, "product", product.product_id)
        elif not usable_category(product.product_category_name):
            yield Finding(Cause.NO_CATEGORY, "product", product.product_id)
    missing = dict.fromkeys(offer.product.product_id for offer in assembled.offers.values() if not offer.is_in_files)
    yield from (Finding(Cause.PRODUCT_UNKNOWN, "product", product_id) for product_id in missing)
    for (product_id, seller_id), offer in assembled.offers.items():
        if not offer.price_minor:
            yield Finding(Cause.PRICE_ZERO, "product", product_id, f"seller {seller_id}")


def _of_rows(assembled: Assembled) -> Iterator[Finding]:
    files = assembled.files
    for row in files.payments.contrary:
        detail = f"{files.payments.file}: payment {row.payment_sequential}"
        yield Finding(Cause.CONTRARY_ROW, "order", row.order_id, detail, row.payment_value)
    for item in files.items.contrary:
        detail = f"{files.items.file}: line {item.order_item_id}"
        yield Finding(Cause.CONTRARY_ROW, "order", item.order_id, detail, -(item.price + item.freight_value))
    yield from (Finding(Cause.CONTRARY_ROW, "order", row.order_id, files.orders.file) for row in files.orders.contrary)
    orders = {purchase.order_id for purchase in assembled.purchases}
    for review in files.reviews.rows:
        if review.order_id not in orders:
            yield Finding(Cause.REVIEWED_UNKNOWN, "review", review.review_id, f"order {review.order_id}")
    yield from _contrary("review", "review_id", files.reviews)
    yield from _contrary("customer", "customer_id", files.customers)
    yield from _contrary("product", "product_id", files.products)
    yield from _contrary("seller", "seller_id", files.sellers)


def _contrary(about: str, column: str, table: Table[Any]) -> Iterator[Finding]:
    return (Finding(Cause.CONTRARY_ROW, about, str(getattr(row, column)), table.file) for row in table.contrary)
