"""Checkouts and orders, for those who take part in them; to everybody else they look missing."""

import json
from collections.abc import Collection
from operator import itemgetter
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, select

from services.kernel.doors.operation import Actor
from services.kernel.flow.nested_rows import as_array, as_object, elements_of
from services.kernel.flow.paging import Row, page_of
from services.mall.domain.lines import WAYS
from services.mall.domain.order import Order
from services.mall.domain.refusals import NoSuchCheckout, NoSuchOrder
from services.mall.domain.shares import PARTIES
from services.mall.projections.checkouts import checkouts, refunds
from services.mall.projections.orders import orders

from .reading import Reading, is_operator

log = structlog.get_logger()
ADDRESS_NEEDED = ("paid", "delivered")
"""The states in which the seller needs to know where to deliver, or from where goods come back."""


_IDS = elements_of(checkouts.c.order_ids)
# Each order is looked up by its own key: joined to a list of any length, PostgreSQL would rather read all there are.
_OF_CHECKOUT = (
    "order_id", "seller_id", "state", "total_minor", "refunded_minor", "charged_back_minor", "open_disputes",
)  # fmt: skip
_PART = select(as_object([orders.c[name] for name in _OF_CHECKOUT]))
_PARTS = select(as_array(_PART.where(orders.c.order_id == _IDS.c.value).scalar_subquery()))
_REFUNDS = select(as_array(as_object(refunds.c)))
_CHECKOUT = select(
    checkouts,
    _PARTS.select_from(_IDS).scalar_subquery().label("orders"),
    _REFUNDS.where(refunds.c.checkout_id == checkouts.c.checkout_id).scalar_subquery().label("refunds"),
).where(checkouts.c.checkout_id == bindparam("wanted"))
_ORDER = select(
    orders, _REFUNDS.where(refunds.c.order_id == orders.c.order_id).scalar_subquery().label("refunds")
).where(orders.c.order_id == bindparam("wanted"))
"""Both with their parts, in one statement: one round trip, and one state of all views."""


class TradeQueries(Reading):
    """Reads of a buyer and of her sellers."""

    def checkout(self, actor: Actor, checkout_id: UUID) -> dict[str, Any]:
        """The buyer's own checkout. Raises NoSuchCheckout."""
        with self._service.views.glancing() as connection:
            row = connection.execute(_CHECKOUT, {"wanted": str(checkout_id)}).mappings().first()
        if row is None or row["buyer_id"] != str(actor.person_id):
            raise NoSuchCheckout()
        order_ids = json.loads(row["order_ids"])
        by_id = {part["order_id"]: part for part in row["orders"] or () if part is not None}
        known = [_as_it_stands(by_id[order_id]) for order_id in order_ids if order_id in by_id]
        return {**row, "order_ids": order_ids, "orders": known, "refunds": _as_demanded(row["refunds"])}

    def ended_checkouts(self, checkout_ids: Collection[UUID]) -> set[UUID]:
        """Those of them that are open no longer: paid, declined, expired or cancelled."""
        ids = [str(one) for one in checkout_ids]
        ended = select(checkouts.c.checkout_id).where(checkouts.c.checkout_id.in_(ids), checkouts.c.state != "open")
        with self._service.views.glancing() as connection:
            return {UUID(one) for one in connection.execute(ended).scalars()}

    def order(self, actor: Actor, order_id: UUID) -> dict[str, Any]:
        """An order, as far as it concerns who asks: its buyer, its seller, an operator. Raises NoSuchOrder."""
        with self._service.views.glancing() as connection:
            found = connection.execute(_ORDER, {"wanted": str(order_id)}).mappings().first()
        row = None if found is None else dict(found)
        if row is None or not (_takes_part(actor, row) or is_operator(actor)):
            raise NoSuchOrder()
        order = self._service.store.load(Order, order_id)
        if order is None:
            raise NoSuchOrder()
        answer = _for(actor, row, order)
        if answer["delivery_address"] is not None and str(actor.person_id) != row["buyer_id"]:
            log.info("address read", order_id=row["order_id"], by=str(actor.person_id))
        return answer | {"refunds": [_with_line(refund, order) for refund in _as_demanded(row["refunds"])]}

    def orders(
        self, actor: Actor, side: str = "buyer", limit: int = 100, cursor: list[str] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """The actor's own orders, or those that the actor got as a seller, the latest first."""
        mine = orders.c.seller_person_id if side == "seller" else orders.c.buyer_id
        found = select(orders).where(mine == str(actor.person_id))
        with self._service.views.glancing() as connection:
            page = page_of(connection, found, [orders.c.place.desc()], limit, cursor)
        return {"items": [_as_it_stands(row) for row in page.rows], "next": page.next}


def _as_demanded(refunded: list[Row] | None) -> list[Row]:
    return sorted(refunded or (), key=itemgetter("place"))


def _as_it_stands(row: Row) -> Row:
    """With how much of it went back, and whether it is disputed: a state alone would read as paid for ever."""
    back_minor = row["refunded_minor"] + row["charged_back_minor"]
    refund_state = "full" if back_minor >= row["total_minor"] else "part"
    return row | {"refund_state": refund_state if back_minor else "none", "is_disputed": row["open_disputes"] > 0}


def _takes_part(actor: Actor, row: Row) -> bool:
    return str(actor.person_id) in (row["buyer_id"], row["seller_person_id"])


def _for(actor: Actor, row: Row, order: Order) -> Row:
    is_buyer, is_seller = (str(actor.person_id) == row[name] for name in ("buyer_id", "seller_person_id"))
    is_address_due = is_buyer or (is_seller and row["state"] in ADDRESS_NEEDED)
    return {
        **_as_it_stands(row),
        "buyer_id": row["buyer_id"] if is_buyer or is_operator(actor) else None,
        "delivery_address": (str(order.delivery_address or "") or None) if is_address_due else None,
        "lines": [_line(order, line_id, is_seller or is_operator(actor)) for line_id in order.lines],
    }


def _line(order: Order, line_id: str, shows_shares: bool) -> Row:
    line, left = order.lines[line_id], order.left[line_id]
    told = dict.fromkeys(WAYS) | line
    if shows_shares:
        return told | {"shares": _all(line["shares"]), "left": left | {"shares": _all(left["shares"])}}
    return told | {"shares": None, "left": left | {"shares": None}}


def _all(shares: dict[str, int]) -> dict[str, int]:
    return dict.fromkeys(PARTIES, 0) | shares


def _with_line(refund: Row, order: Order) -> Row:
    booked = order.refunds.get(refund["refund_id"])
    return refund | {"line_id": booked["line_id"] if booked else None}
