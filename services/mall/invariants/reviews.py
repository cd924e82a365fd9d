"""Reviews, and what was bought."""

from uuid import UUID

from services.kernel.dispatch import when
from services.kernel.store.invariants import Broken, Invariant
from services.kernel.store.known_ids import id_of
from services.mall.domain import checkout_facts as checkouts
from services.mall.domain import order_facts as orders
from services.mall.domain import review_facts as reviews
from services.mall.domain.review import RATINGS


class ReviewsAreOfPurchases(Invariant):
    """A review is worth what its writer knows of the thing. Elsewhere it may have been written before the delivery."""

    name = "reviews"
    sentence = "A review is written once a line, by its buyer, after the delivery, and gives one to five points."

    def __init__(self) -> None:
        super().__init__()
        self._recorded: set[UUID] = set()
        self._delivered: set[UUID] = set()
        self._bought: dict[tuple[UUID, str], tuple[UUID, str]] = {}
        self._reviewed: set[tuple[UUID, str]] = set()

    @when(checkouts.Opened)
    def opened(self, _position: int, fact: checkouts.Opened) -> None:
        if fact.payment_id is None:
            self._recorded.update(id_of(order["order_id"]) for order in fact.orders)

    @when(orders.Placed)
    def placed(self, _position: int, fact: orders.Placed) -> None:
        for line in fact.lines:
            self._bought[fact.originator_id, line["line_id"]] = (fact.buyer_id, line["listing_id"])

    @when(orders.Delivered)
    def delivered(self, _position: int, fact: orders.Delivered) -> None:
        self._delivered.add(fact.originator_id)

    @when(reviews.Written)
    def written(self, _position: int, fact: reviews.Written) -> None:
        line = (fact.order_id, fact.line_id)
        if self._bought.get(line) != (fact.reviewer_id, str(fact.listing_id)):
            raise Broken(f"line {fact.line_id} of order {fact.order_id} is another thing, or was bought by another")
        if fact.order_id not in self._delivered and fact.order_id not in self._recorded:
            raise Broken(f"order {fact.order_id} was not delivered when it was judged")
        if line in self._reviewed:
            raise Broken(f"line {fact.line_id} of order {fact.order_id} was judged before")
        self._reviewed.add(line)
        _check(fact.rating)

    @when(reviews.Changed)
    def changed(self, _position: int, fact: reviews.Changed) -> None:
        _check(fact.rating)


def _check(rating: int) -> None:
    least, most = RATINGS
    if not least <= rating <= most:
        raise Broken(f"{rating} points were given")
