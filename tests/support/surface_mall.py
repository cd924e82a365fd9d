"""An accepted example of each operation of the mall."""

from typing import Any
from uuid import UUID, uuid4

from tests.support import (
    surface_agreements,
    surface_cases,
    surface_fraud_holds,
    surface_papers,
    surface_payouts,
    surface_reconciling,
    surface_reviews,
    surface_tariffs,
    surface_ways,
)
from tests.support.communities import Community
from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import (
    RECORDED,
    Sale,
    bought,
    delivered,
    goods,
    offer,
    ordered,
    payment_of,
    recorded_goods,
    recorded_offer,
    recorded_sale,
    sale_of,
    seller,
    wanted,
)


def _listing(body: Answer | None = None, other_body: Answer | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        offered = offer(everybody)
        path = {"listing_id": offered.listing_id}
        return Call(
            by=offered.seller, path=path, body=body or {}, other_body=other_body, other=offered.group.owner
        )  # fmt: skip

    return example


def _open_seller(everybody: Everybody, by: UUID) -> Call:
    return Call(by=by, body={"name": "Rods and more"}, other_body={"name": "Lamps"})


def _list_goods(everybody: Everybody, by: UUID) -> Call:
    person_id, _ = seller(everybody)
    return Call(by=person_id, body=goods(), other_body=goods(stock=11))


def _pick(everybody: Everybody, by: UUID) -> Call:
    offered, group = offer(everybody), Community(everybody)
    body = {"listing_id": offered.listing_id, "note": "For calm water"}
    return Call(
        by=group.owner, path={"group_id": group.group_id}, body=body, other_body=body | {"note": ""}, other=group.leader
    )  # fmt: skip


def _drop(everybody: Everybody, by: UUID) -> Call:
    offered = offer(everybody)
    group, body = offered.group, {"listing_id": offered.listing_id}
    return Call(
        by=group.owner, path={"group_id": group.group_id}, body=body, other_body={"listing_id": str(uuid4())},
        other=group.leader,
    )  # fmt: skip


def _open_checkout(everybody: Everybody, by: UUID) -> Call:
    offered = offer(everybody)
    return Call(by=by, body=wanted(offered), other_body=wanted(offered, quantity=1))


def _checkout(everybody: Everybody, by: UUID) -> Call:
    sale = ordered(everybody)
    return Call(by=sale.buyer, path={"checkout_id": sale.checkout_id}, other=sale.offer.seller)


def _payment_callback(everybody: Everybody, by: UUID) -> Call:
    content, headers = everybody.captured(UUID(ordered(everybody).opened["payment_id"]))
    return Call(by=None, content=content, headers=headers)


def _order(everybody: Everybody, by: UUID) -> Call:
    sale = bought(everybody)
    return Call(by=sale.buyer, path={"order_id": sale.order_id}, other=sale.offer.seller)


def _deliver(everybody: Everybody, by: UUID) -> Call:
    sale = bought(everybody)
    return Call(by=sale.offer.seller, path={"order_id": sale.order_id}, other=sale.buyer)


def _request_return(everybody: Everybody, by: UUID) -> Call:
    sale = delivered(everybody)
    body = {"line_id": sale.line_id, "quantity": 1, "reason": "changed_mind"}
    return Call(
        by=sale.buyer, path={"order_id": sale.order_id}, body=body, other_body=body | {"quantity": 2},
        other=sale.offer.seller,
    )  # fmt: skip


def _refund_line(everybody: Everybody, by: UUID) -> Call:
    sale = delivered(everybody)
    body = {"line_id": sale.line_id, "quantity": 1, "with_freight": False}
    return Call(
        by=sale.offer.seller, path={"order_id": sale.order_id}, body=body, other_body=body | {"quantity": 2},
        other=sale.buyer,
    )  # fmt: skip


def _unsent(everybody: Everybody, word: str) -> tuple[Sale, str]:
    """A refund of which the provider says so."""
    sale = delivered(everybody)
    body: Answer = {"line_id": sale.line_id, "quantity": 1}
    refund_id = str(everybody.do(sale.offer.seller, f"/mall/orders/{sale.order_id}/refunds", **body)["refund_id"])
    asked = everybody.provider.refunds[UUID(refund_id)]
    document = {"refund_id": refund_id, "payment_id": str(asked.payment_id), "amount_minor": asked.amount_minor}
    told = document | {"status": word, "currency": "EUR", "method": "card", "reason": "account_closed"}
    content, headers = everybody.callback(f"refund.{word}", told)
    assert everybody.ask("POST", "/mall/payments/callback", content=content, headers=headers).status_code == 204
    everybody.settle()
    return sale, refund_id


def _retry_refund(everybody: Everybody, by: UUID) -> Call:
    sale, refund_id = _unsent(everybody, "failed")
    return Call(
        by=everybody.operator, path={"checkout_id": sale.checkout_id, "refund_id": refund_id}, other=sale.buyer
    )  # fmt: skip


def _settle_refund(everybody: Everybody, by: UUID) -> Call:
    sale, refund_id = _unsent(everybody, "returned")
    body = {"outcome": "paid_elsewhere", "reason": "by_transfer"}
    return Call(
        by=everybody.operator, path={"checkout_id": sale.checkout_id, "refund_id": refund_id}, body=body,
        other_body=body | {"reason": "by_cheque"}, other=sale.buyer,
    )  # fmt: skip


def _record_seller(everybody: Everybody, by: UUID) -> Call:
    person_id = everybody.person()
    body = {"person_id": str(person_id), "name": "Elsewhere", **RECORDED}
    return Call(by=everybody.operator, body=body, other_body=body | {"name": "Nowhere"}, other=person_id)


def _record_listing(everybody: Everybody, by: UUID) -> Call:
    offered = recorded_offer(everybody)
    body = recorded_goods(str(uuid4()), offered.seller_id)
    return Call(by=everybody.operator, body=body, other_body=body | {"title": "Reel"}, other=offered.seller)


def _record_sale(everybody: Everybody, by: UUID) -> Call:
    buyer = everybody.person()
    body = sale_of(recorded_offer(everybody), buyer)
    return Call(by=everybody.operator, body=body, other_body=body | {"orders": []}, other=buyer)


def _record_payment(everybody: Everybody, by: UUID) -> Call:
    body = payment_of(recorded_sale(everybody)["checkout_id"])
    return Call(by=everybody.operator, body=body, other_body=body | {"amount_minor": 1})


def _of_recorded(other: Answer, **more: Any) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        told = recorded_sale(everybody, paid=True)
        body = {"checkout_id": told["checkout_id"], **RECORDED, **more}
        return Call(by=everybody.operator, body=body, other_body=body | other, other=UUID(told["buyer_id"]))

    return example


def _record_delivery(everybody: Everybody, by: UUID) -> Call:
    told = recorded_sale(everybody, paid=True, settled=True)
    body = {"order_id": told["orders"][0]["order_id"], **RECORDED}
    return Call(by=everybody.operator, body=body, other_body=body | {"happened_at": "2025-04-02T12:00:00Z"})


def _record_payout(everybody: Everybody, by: UUID) -> Call:
    """On the last moment at which what was recorded as delivered long ago was released."""
    told = recorded_sale(everybody, paid=True, settled=True)
    order = told["orders"][0]
    everybody.do(everybody.operator, "/mall/records/deliveries", order_id=order["order_id"], **RECORDED)
    body = {
        "payout_id": str(uuid4()), "role": "seller", "party_id": order["seller_id"], "order_ids": [order["order_id"]],
        "happened_at": "2025-07-01T00:00:00Z",
    }  # fmt: skip
    return Call(by=everybody.operator, body=body, other_body=body | {"role": "member"}, other=UUID(told["buyer_id"]))


def _listing_sales(everybody: Everybody, by: UUID) -> Call:
    sale = bought(everybody)
    return Call(by=sale.offer.seller, path={"listing_id": sale.offer.listing_id}, other=sale.buyer)


def _community_sales(everybody: Everybody, by: UUID) -> Call:
    sale = bought(everybody)
    group = sale.offer.group
    return Call(by=group.owner, path={"group_id": group.group_id}, other=group.leader)


def _account(everybody: Everybody, by: UUID) -> Call:
    sale = bought(everybody)
    return Call(by=sale.offer.seller, path={"party_id": sale.offer.seller_id}, other=sale.buyer)


EXAMPLES: dict[str, Example] = {
    "terms": lambda everybody, by: Call(by=by),
    "terms_versions": lambda everybody, by: Call(by=by),
    "set_terms": lambda everybody, by: Call(
        by=everybody.operator,
        body={"platform_fee_bps": 500, "return_window_days": 7, "reservation_minutes": 60, "seller_threshold": None},
        other_body={
            "platform_fee_bps": 4,
            "return_window_days": 7,
            "reservation_minutes": 60,
            "seller_threshold": None,
        },
    ),
    "open_seller": _open_seller,
    "seller": lambda everybody, by: Call(by=by, path={"seller_id": seller(everybody)[1]}),
    "list_goods": _list_goods,
    "listings": lambda everybody, by: Call(
        by=by, body={"tag": "fishing", "seller_id": offer(everybody).seller_id, "limit": 10}
    ),
    "listing": lambda everybody, by: Call(by=by, path={"listing_id": offer(everybody).listing_id}),
    "reprice": _listing({"price_minor": 2600}, {"price_minor": 2700}),
    "restock": _listing({"quantity": 5}, {"quantity": 6}),
    "spread_stock": _listing({"buckets": 4}, {"buckets": 5}),
    "withdraw_listing": _listing({"reason": "out_of_season"}, {"reason": "broken"}),
    "pick": _pick,
    "drop": _drop,
    "shelf": lambda everybody, by: Call(by=by, path={"group_id": offer(everybody).group.group_id}, body={"limit": 10}),
    "open_checkout": _open_checkout,
    "checkout": _checkout,
    "cancel_checkout": _checkout,
    "payment_action": _checkout,
    "payment_callback": _payment_callback,
    "orders": lambda everybody, by: Call(by=by, body={"as": "buyer", "limit": 10}),
    "order": _order,
    "deliver": _deliver,
    "request_return": _request_return,
    "refund_line": _refund_line,
    "retry_refund": _retry_refund,
    "settle_refund": _settle_refund,
    "record_seller": _record_seller,
    "record_listing": _record_listing,
    "record_sale": _record_sale,
    "record_payment": _record_payment,
    "record_settlement": _of_recorded({"checkout_id": str(uuid4())}),
    "record_delivery": _record_delivery,
    "record_cancellation": _of_recorded({"reason": "lost"}, reason="unavailable"),
    "record_refund": _of_recorded({"reason": "lost"}, reason="unavailable"),
    "record_payout": _record_payout,
    "listing_sales": _listing_sales,
    "listing_communities": _listing_sales,
    "listing_journey": _listing_sales,
    "community_sales": _community_sales,
    "shelf_report": _community_sales,
    "shelf_suggestions": _community_sales,
    "community_journey": _community_sales,
    "listings_sold": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
    "communities_sold": lambda everybody, by: Call(by=everybody.operator, body={"limit": 10}),
    "months_sold": lambda everybody, by: Call(by=everybody.operator, body={"as_of": "2025-01-01T00:00:00Z"}),
    "books": lambda everybody, by: Call(by=everybody.operator),
    "account": _account,
    "disputes": lambda everybody, by: Call(by=everybody.operator, body={"state": "open", "limit": 10}),
    "my_disputes": lambda everybody, by: Call(by=by, body={"limit": 10}),
    **surface_agreements.EXAMPLES,
    **surface_cases.EXAMPLES,
    **surface_fraud_holds.EXAMPLES,
    **surface_papers.EXAMPLES,
    **surface_payouts.EXAMPLES,
    **surface_reconciling.EXAMPLES,
    **surface_reviews.EXAMPLES,
    **surface_tariffs.EXAMPLES,
    **surface_ways.EXAMPLES,
}
