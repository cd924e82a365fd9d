"""What is to be recorded of one purchase: its sale, its payments, how they are booked, what became of it."""

from collections.abc import Iterator
from typing import Any

from ..caller import Command
from . import naming
from .assembling import RETURN_WINDOW_DAYS, UNKNOWN, Purchase
from .people import CURRENCY
from .rows import ItemRow, ReviewRow

CANCELLATION = {"canceled": "cancelled", "unavailable": "unavailable"}


def commands_of(purchase: Purchase) -> Iterator[Command]:
    """In the order in which they must be carried out. Nothing of a purchase depends on another one."""
    yield _sale(purchase)
    for payment in purchase.payments:
        fields = {
            "payment_id": str(naming.payment(purchase.order_id, payment.payment_sequential)),
            "method": payment.payment_type, "amount_minor": payment.payment_value,
        }  # fmt: skip
        step = f"payment:{payment.payment_sequential}"
        yield _command(purchase, "record_payment", step, purchase.paid_at.isoformat(), fields)
    yield from _settlement(purchase)
    yield from _end(purchase)
    if purchase.delivered_at is not None:
        yield from (_delivery(purchase, seller_id) for seller_id in purchase.sellers)
    yield from (_review(purchase, review) for review in purchase.judgements)


def is_booked(purchase: Purchase) -> bool:
    """Whether its money is booked to orders or to suspense; what is given back for no lines never was."""
    return purchase.is_settled and not (purchase.is_given_back and not purchase.items)


def _settlement(purchase: Purchase) -> Iterator[Command]:
    """What is given back later does not go to suspense meanwhile."""
    if is_booked(purchase):
        more = {"rest_to_suspense": False} if purchase.is_given_back else {}
        yield _command(purchase, "record_settlement", "settlement", purchase.paid_at.isoformat(), more)


def _end(purchase: Purchase) -> Iterator[Command]:
    """That it was cancelled, with the refund of what was paid for it."""
    at, reason = purchase.last_known_at.isoformat(), {"reason": CANCELLATION.get(purchase.status)}
    if purchase.is_given_back:
        yield _command(purchase, "record_refund", "refund", at, reason)
    elif purchase.is_cancelled:
        yield _command(purchase, "record_cancellation", "cancellation", at, reason)


def _sale(purchase: Purchase) -> Command:
    orders = [
        {
            "order_id": str(naming.order(purchase.order_id, seller_id)),
            "seller_id": str(naming.seller(seller_id)),
            "lines": [_line(purchase, item) for item in purchase.items if item.seller_id == seller_id],
        }
        for seller_id in purchase.sellers
    ]
    buyer_id = str(naming.person(purchase.buyer if purchase.customer else UNKNOWN))
    fields = {
        "buyer_id": buyer_id, "currency": CURRENCY, "orders": orders, "return_window_days": RETURN_WINDOW_DAYS,
    }  # fmt: skip
    return _command(purchase, "record_sale", "sale", purchase.purchased_at.isoformat(), fields)


def _line(purchase: Purchase, item: ItemRow) -> dict[str, Any]:
    line: dict[str, Any] = {
        "line_id": str(naming.line(purchase.order_id, item.order_item_id)),
        "listing_id": str(naming.listing(item.product_id, item.seller_id)),
        "quantity": 1, "unit_price_minor": item.price, "freight_minor": item.freight_value,
    }  # fmt: skip
    return line | ({"group_id": str(naming.community(purchase.state))} if purchase.state else {})


def _delivery(purchase: Purchase, seller_id: str) -> Command:
    assert purchase.delivered_at is not None
    fields = {
        "order_id": str(naming.order(purchase.order_id, seller_id)), "happened_at": purchase.delivered_at.isoformat(),
    }  # fmt: skip
    return Command("mall", "record_delivery", fields, f"olist:order:{purchase.order_id}:delivery:{seller_id}")


def _review(purchase: Purchase, review: ReviewRow) -> Command:
    """The set judges orders, the mall lines: it stands on the first line, so that each counts once."""
    first = purchase.items[0]
    fields = {
        "order_id": str(naming.order(purchase.order_id, first.seller_id)),
        "line_id": str(naming.line(purchase.order_id, first.order_item_id)), "rating": review.review_score,
        "title": review.review_comment_title, "text": review.review_comment_message,
        "happened_at": review.review_answer_timestamp.isoformat(),
    }  # fmt: skip
    return Command("mall", "record_review", fields, f"olist:order:{purchase.order_id}:review:{review.review_id}")


def _command(purchase: Purchase, operation: str, step: str, happened_at: str, more: dict[str, Any]) -> Command:
    fields = {"checkout_id": str(naming.checkout(purchase.order_id)), **more, "happened_at": happened_at}
    return Command("mall", operation, fields, f"olist:order:{purchase.order_id}:{step}")
