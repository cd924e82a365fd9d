"""Goods, sales and sales of elsewhere, as the examples of the mall need them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.support.communities import Community
from tests.support.everybody import LONG_AGO, Answer, Everybody

RECORDED = {"happened_at": LONG_AGO}


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing on the shelf of a group, and its seller."""

    listing_id: str
    seller: UUID
    seller_id: str
    group: Community


@dataclass(frozen=True, slots=True)
class Sale:
    """What somebody bought through a shelf."""

    offer: Offer
    buyer: UUID
    opened: Answer
    line_id: str = ""

    @property
    def checkout_id(self) -> str:
        return str(self.opened["checkout_id"])

    @property
    def order_id(self) -> str:
        return str(self.opened["order_ids"][0])


def goods(**changes: Any) -> Answer:
    """What is listed."""
    return {
        "title": "Rod", "description": "Two parts", "price_minor": 2500, "currency": "EUR", "tags": ["fishing"],
        "commission_bps": 500, "stock": 10, **changes,
    }  # fmt: skip


def seller(everybody: Everybody) -> tuple[UUID, str]:
    """Somebody who sells, and under which id."""
    person_id = everybody.person()
    return person_id, everybody.do(person_id, "/mall/sellers", name="Rods and more")["seller_id"]


def offer(everybody: Everybody) -> Offer:
    """Something that can be bought through a shelf."""
    group, (person_id, seller_id) = Community(everybody), seller(everybody)
    listing_id = everybody.do(person_id, "/mall/listings", **goods())["listing_id"]
    everybody.do(group.owner, f"/mall/shelves/{group.group_id}/picks", listing_id=listing_id)
    return Offer(listing_id, person_id, seller_id, group)


def wanted(offered: Offer, quantity: int = 2) -> Answer:
    """The body of a checkout."""
    line = {"listing_id": offered.listing_id, "quantity": quantity, "group_id": offered.group.group_id}
    where = {"delivery_address": "杭州市龙井路1号", "delivery_country": "CN"}
    return {"lines": [line], "payment_method": "card", **where}


def ordered(everybody: Everybody) -> Sale:
    """A checkout that waits for its payment."""
    offered, buyer = offer(everybody), everybody.person()
    return Sale(offered, buyer, everybody.do(buyer, "/mall/checkouts", **wanted(offered)))


def bought(everybody: Everybody) -> Sale:
    """A paid order of two."""
    sale = ordered(everybody)
    content, headers = everybody.captured(UUID(sale.opened["payment_id"]))
    answer = everybody.ask("POST", "/mall/payments/callback", content=content, headers=headers)
    assert answer.status_code == 204, answer.text
    everybody.settle()
    line = everybody.ask("GET", f"/mall/orders/{sale.order_id}", sale.buyer).json()["lines"][0]
    return Sale(sale.offer, sale.buyer, sale.opened, line["line_id"])


def delivered(everybody: Everybody) -> Sale:
    """An order that can be sent back."""
    sale = bought(everybody)
    everybody.do(sale.offer.seller, f"/mall/orders/{sale.order_id}/deliver")
    return sale


def recorded_offer(everybody: Everybody) -> Offer:
    """A listing of elsewhere."""
    group, person_id = Community(everybody), everybody.person()
    sold = everybody.do(
        everybody.operator, "/mall/records/sellers", person_id=str(person_id), name="Elsewhere", **RECORDED
    )
    listing_id = str(uuid4())
    told = recorded_goods(listing_id, sold["seller_id"])
    everybody.do(everybody.operator, "/mall/records/listings", **told)
    return Offer(listing_id, person_id, sold["seller_id"], group)


def recorded_sale(everybody: Everybody, *, paid: bool = False, settled: bool = False) -> Answer:
    """A sale of elsewhere; its body."""
    told = sale_of(recorded_offer(everybody), everybody.person())
    everybody.do(everybody.operator, "/mall/records/sales", **told)
    if paid:
        everybody.do(everybody.operator, "/mall/records/payments", **payment_of(told["checkout_id"]))
    if settled:
        settlement = {"checkout_id": told["checkout_id"], **RECORDED}
        everybody.do(everybody.operator, "/mall/records/settlements", **settlement)
    return told


def recorded_goods(listing_id: str, seller_id: str) -> Answer:
    """The body by which a listing of elsewhere is recorded."""
    listed = {name: value for name, value in goods().items() if name != "description"}
    return listed | {"listing_id": listing_id, "seller_id": seller_id, **RECORDED}


def sale_of(offered: Offer, buyer: UUID) -> Answer:
    """The body by which a sale of elsewhere is recorded."""
    line = {
        "line_id": str(uuid4()), "listing_id": offered.listing_id, "quantity": 1, "unit_price_minor": 2400,
        "freight_minor": 100,
    }  # fmt: skip
    order = {"order_id": str(uuid4()), "seller_id": offered.seller_id, "lines": [line]}
    return {
        "checkout_id": str(uuid4()), "buyer_id": str(buyer), "currency": "EUR", "orders": [order], **RECORDED,
    }  # fmt: skip


def payment_of(checkout_id: str) -> Answer:
    """The body by which a payment of elsewhere is recorded."""
    return {
        "checkout_id": checkout_id, "payment_id": str(uuid4()), "method": "voucher", "amount_minor": 2500, **RECORDED,
    }  # fmt: skip
