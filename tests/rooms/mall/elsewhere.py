"""Sales of elsewhere, as an operator records them step by step."""

from typing import Any
from uuid import UUID

from services.mall.domain.seller import Seller

from .market import ANNA, BORIS, OPERATOR, Market

PAID_AT, DELIVERED_AT, RELEASED_AT = (f"2017-10-{day}T10:56:33Z" for day in ("02", "05", "12"))
PAYDAY = "2017-11-01T00:00:00Z"
SALE, ORDER, GOODS, PAYOUT = (UUID(int=number) for number in (0x51, 0x52, 0x5A, 0x5F))
SELLER = Seller.create_id(ANNA)
PRICE = 10_000


def record(market: Market, what: str, at: str = PAID_AT, **fields: Any) -> dict[str, Any]:
    return market.do(f"record_{what}", OPERATOR, happened_at=at, **fields)


def ordered(market: Market, number: int = 0, *, orders: int = 1, currency: str = "EUR", **line: Any) -> UUID:
    """A sale of Anna's, with so many orders of one piece each."""
    goods, checkout_id = UUID(int=GOODS.int + 0x100 * (currency != "EUR")), UUID(int=SALE.int + 0x10000 * number)
    record(market, "seller", person_id=ANNA, name="Somebody")
    listing = {"listing_id": goods, "seller_id": SELLER, "title": "Tent", "price_minor": 1, "currency": currency}
    record(market, "listing", **listing, tags=["camping"], commission_bps=1_000)
    told = {"listing_id": goods, "quantity": 1, "unit_price_minor": PRICE, "commission_bps": 1_000} | line
    parts = [
        {"order_id": order_of(number, one), "seller_id": SELLER,
         "lines": [told | {"line_id": UUID(int=0x70 + one + 0x10000 * number)}]}
        for one in range(orders)
    ]  # fmt: skip
    sale = {"checkout_id": checkout_id, "buyer_id": BORIS, "currency": currency, "orders": parts}
    record(market, "sale", **sale, return_window_days=7)
    return checkout_id


def order_of(number: int, one: int = 0) -> UUID:
    return UUID(int=ORDER.int + one + 0x10000 * number)


def captured(market: Market, checkout_id: UUID = SALE, amount_minor: int = PRICE) -> None:
    payment_id = UUID(int=checkout_id.int + 0x1000)
    payment = {"payment_id": payment_id, "method": "boleto", "amount_minor": amount_minor}
    record(market, "payment", checkout_id=checkout_id, **payment)


def released(market: Market, number: int = 0, **line: Any) -> UUID:
    """Paid, delivered, and no longer to be sent back; the order."""
    checkout_id = ordered(market, number, **line)
    captured(market, checkout_id)
    record(market, "settlement", checkout_id=checkout_id)
    record(market, "delivery", DELIVERED_AT, order_id=order_of(number))
    return order_of(number)


def paid_out(market: Market, *order_ids: UUID, at: str = PAYDAY, **changes: Any) -> dict[str, Any]:
    fields = {"payout_id": PAYOUT, "role": "seller", "party_id": SELLER, "order_ids": list(order_ids)} | changes
    return record(market, "payout", at, **fields)


def accounts(market: Market) -> dict[str, int]:
    """What every account comes to, if anything, over all parties."""
    found: dict[str, int] = {}
    for (account, _), amount_minor in market.books().items():
        found[account] = found.get(account, 0) + amount_minor
    return {account: amount_minor for account, amount_minor in found.items() if amount_minor}
