"""What the tests of the mall begin with: one listing, one checkout, one order."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.kernel.domain import AggregateRoot, Fact
from services.mall.domain.attribution import Candidate, Way, decide
from services.mall.domain.checkout import Checkout
from services.mall.domain.lines import Line, order_line
from services.mall.domain.listing import Listing
from services.mall.domain.order import Order
from services.mall.domain.terms import DEFAULT_TERMS
from services.mall.domain.trail import Touch
from tests.support.scenario import ANNA, BORIS, CHEN, NOON

LISTING, SELLER, GROUP = UUID(int=0x11), UUID(int=0x5E), UUID(int=0x60)
CHECKOUT, OTHER_CHECKOUT, ORDER = UUID(int=0xC1), UUID(int=0xC2), UUID(int=0x0D)
PAYMENT, REFUND, OTHER_REFUND = UUID(int=0xA1), UUID(int=0xF1), UUID(int=0xF2)
LINK = UUID(int=0x717)
SOON = NOON + timedelta(minutes=15)
WINDOW_ENDS = NOON + timedelta(days=7)
TOTAL = 10_499


def a_listing(**changes: Any) -> Listing:
    """A rod for 120.00, of which three are on hand."""
    fields: dict[str, Any] = {
        "listing_id": LISTING, "seller_id": SELLER, "person_id": ANNA, "title": "Rod", "description": "Long.",
        "price_minor": 12_000, "currency": "EUR", "tags": ["fishing"], "commission_bps": 1_000, "stock": 3,
    }  # fmt: skip
    return Listing.list_for_sale(**(fields | changes))


def a_line(line_id: str = "1", **changes: Any) -> Line:
    """Three of 33.33 with freight of 5.00, bought through the shelf of a group."""
    fields: dict[str, Any] = {
        "listing_id": LISTING, "title": "Rod", "quantity": 3, "unit_price_minor": 3_333, "freight_minor": 500,
        "group_id": GROUP, "commission_bps": 1_000, "platform_fee_bps": 500,
    }  # fmt: skip
    return order_line(line_id, **(fields | changes))


def a_shared_line(**told: Any) -> Line:
    """The same, bought by Chen's link from the shelf of the group a day ago; ``told`` changes what was frozen of it."""
    touch = Touch(touched_at=NOON - timedelta(days=1), link_id=LINK)
    way = Way(GROUP, CHEN, LINK)
    found = decide([Candidate(touch, way, 30)], NOON, 1_000, 5_000, lambda *_: None)
    line = a_line(attributed=found, commission_bps=found.commission_bps)
    return line | {"attribution": line["attribution"] | told}


def an_order(*lines: Line, **changes: Any) -> Order:
    """Boris orders of Anna."""
    fields: dict[str, Any] = {
        "order_id": ORDER, "checkout_id": CHECKOUT, "buyer_id": BORIS, "seller_id": SELLER, "seller_person_id": ANNA,
        "currency": "EUR", "lines": list(lines) or [a_line()], "terms": dict(DEFAULT_TERMS),
        "delivery_address": "1 Lake Road",
    }  # fmt: skip
    return Order.place(**(fields | changes))


def a_checkout(**changes: Any) -> Checkout:
    """Boris pays 104.99 for one order."""
    order = {"order_id": str(ORDER), "seller_id": str(SELLER), "total_minor": TOTAL}
    fields: dict[str, Any] = {
        "checkout_id": CHECKOUT, "buyer_id": BORIS, "orders": [order], "currency": "EUR", "expires_at": SOON,
        "payment_id": PAYMENT, "payment_method": "card",
    }  # fmt: skip
    return Checkout.open(**(fields | changes))


def capture(checkout: Checkout) -> None:
    """The provider has all of it."""
    checkout.capture(PAYMENT, "card", TOTAL)


def pay(order: Order) -> None:
    """Pays exactly what the order costs."""
    order.pay(order.total_minor)


def deliver(order: Order, at: datetime = NOON) -> None:
    """Delivers it now."""
    order.deliver(at, at)


def release(order: Order) -> None:
    """Releases as soon as that can be."""
    order.release(WINDOW_ENDS)


def entry(account: str, amount_minor: int, party_id: UUID | None = CHECKOUT) -> dict[str, Any]:
    """As facts carry it."""
    party = None if party_id is None else str(party_id)
    return {"account": account, "party_id": party, "amount_minor": amount_minor, "currency": "EUR"}


def balances(facts: list[Fact]) -> dict[tuple[str, str | None], int]:
    """By account and party what the entries of these facts come to, without zeros."""
    totals: dict[tuple[str, str | None], int] = {}
    for fact in facts:
        for entry in getattr(fact, "entries", []):
            key = (entry["account"], entry["party_id"])
            totals[key] = totals.get(key, 0) + entry["amount_minor"]
    return {key: total for key, total in totals.items() if total}


def replayed(facts: list[Any]) -> Any:
    """The aggregate that these facts make."""
    root: AggregateRoot | None = None
    for fact in facts:
        root = fact.mutate(root)
    return root
