"""An accepted example of each operation about reviews."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.support.everybody import Answer, Everybody
from tests.support.surface import Call, Example
from tests.support.surface_goods import RECORDED, Sale, delivered, recorded_sale

JUDGED: Answer = {"rating": 4, "title": "Holds", "text": "A quiet reel."}


@dataclass(frozen=True, slots=True)
class Judged:
    """Something that was bought, and what its buyer says of it."""

    sale: Sale
    review_id: str


def judged(everybody: Everybody) -> Judged:
    """A review that can be answered."""
    sale = delivered(everybody)
    written = everybody.do(sale.buyer, f"/mall/orders/{sale.order_id}/reviews", line_id=sale.line_id, **JUDGED)
    return Judged(sale, written["review_id"])


def _write(everybody: Everybody, by: UUID) -> Call:
    sale = delivered(everybody)
    body = {"line_id": sale.line_id, **JUDGED}
    return Call(
        by=sale.buyer, path={"order_id": sale.order_id}, body=body, other_body=body | {"rating": 1},
        other=sale.offer.seller,
    )  # fmt: skip


def _change(everybody: Everybody, by: UUID) -> Call:
    review = judged(everybody)
    return Call(
        by=review.sale.buyer, path={"review_id": review.review_id}, body=JUDGED | {"rating": 2}, other_body=JUDGED,
        other=review.sale.offer.seller,
    )  # fmt: skip


def _answer(everybody: Everybody, by: UUID) -> Call:
    review = judged(everybody)
    return Call(
        by=review.sale.offer.seller, path={"review_id": review.review_id}, body={"answer": "Thank you."},
        other_body={"answer": "Oh."}, other=review.sale.buyer,
    )  # fmt: skip


def _remove(everybody: Everybody, by: UUID) -> Call:
    review = judged(everybody)
    return Call(
        by=everybody.operator, path={"review_id": review.review_id}, body={"reason": "insult"},
        other_body={"reason": "court_order"}, other=review.sale.offer.seller,
    )  # fmt: skip


def _record(everybody: Everybody, by: UUID) -> Call:
    told = recorded_sale(everybody, paid=True, settled=True)
    order = told["orders"][0]
    body = {"order_id": order["order_id"], "line_id": order["lines"][0]["line_id"], **JUDGED, **RECORDED}
    return Call(by=everybody.operator, body=body, other_body=body | {"rating": 1}, other=UUID(told["buyer_id"]))


def _of(name: str, body: dict[str, Any] | None = None) -> Example:
    def example(everybody: Everybody, by: UUID) -> Call:
        review = judged(everybody)
        ids = {
            "review_id": review.review_id, "listing_id": review.sale.offer.listing_id,
            "seller_id": review.sale.offer.seller_id,
        }  # fmt: skip
        return Call(by=by, path={name: ids[name]}, body=body or {})

    return example


EXAMPLES: dict[str, Example] = {
    "write_review": _write,
    "change_review": _change,
    "answer_review": _answer,
    "remove_review": _remove,
    "record_review": _record,
    "review": _of("review_id"),
    "listing_reviews": _of("listing_id", {"limit": 10}),
    "seller_reviews": _of("seller_id", {"limit": 10}),
    "review_figures": lambda everybody, by: Call(by=everybody.operator),
}
