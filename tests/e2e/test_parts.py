"""A checkout over two sellers of whom one has sold out, over HTTP: refused, or ordered without her part."""

from tests.support.everybody import Everybody
from tests.support.surface_goods import goods, seller


def test_what_one_seller_has_no_more_is_left_out_and_the_other_s_is_ordered_and_paid(everybody: Everybody) -> None:
    (anna, _), (boris, boris_id), buyer = seller(everybody), seller(everybody), everybody.person()
    rod = everybody.do(anna, "/mall/listings", **goods())["listing_id"]
    reel = everybody.do(boris, "/mall/listings", **goods(stock=0))["listing_id"]
    lines = [{"listing_id": one, "quantity": 1} for one in (rod, reel)]
    body = {"lines": lines, "payment_method": "card"}
    refused = everybody.ask("POST", "/mall/checkouts", buyer, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "mall.sold_out")
    opened = everybody.do(buyer, "/mall/checkouts", **body, if_part_fails="leave_out")
    sentence = refused.json()["detail"]
    assert opened["left_out"] == [
        {"seller_id": boris_id, "listing_ids": [reel], "code": "mall.sold_out", "sentence": sentence}
    ]
    assert opened["total_minor"] == goods()["price_minor"]
    seen = everybody.ask("GET", f"/mall/checkouts/{opened['checkout_id']}", buyer).json()
    assert [one["order_id"] for one in seen["orders"]] == opened["order_ids"]
    nothing = everybody.ask(
        "POST", "/mall/checkouts", buyer, json=body | {"lines": lines[1:], "if_part_fails": "leave_out"}
    )
    assert (nothing.status_code, nothing.json()["code"]) == (409, "mall.no_part_left")
    assert nothing.json()["left_out"] == opened["left_out"]
