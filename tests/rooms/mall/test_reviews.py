"""Reviews: by who bought it and has it; answered by who sold it; taken away by an operator alone, and seen to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.kernel.domain import Forbidden
from services.mall.application.reviews import Reviews
from services.mall.domain import refusals
from services.mall.domain.review import Review
from tests.support.opening import opened_from_now_on

from .market import ANNA, BORIS, CHEN, DORA, GROUP, OPERATOR, Market
from .questioning import ask, put_on_shelf


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller()
        yield market


class Bought:
    """A rod that Boris bought of Anna through a shelf, and that was delivered."""

    def __init__(self, market: Market, *, is_delivered: bool = True) -> None:
        self.market, self.listing_id = market, market.listed()
        put_on_shelf(market, DORA, self.listing_id)
        line = {"listing_id": self.listing_id, "quantity": 1, "group_id": str(GROUP)}
        self.opened = market.paid(lines=[line])
        (self.order,) = market.orders(self.opened)
        (self.line_id,) = self.order.lines
        if is_delivered:
            market.do("deliver", ANNA, order_id=str(self.order.id))

    def judge(self, rating: int = 4, by: Any = BORIS, **words: str) -> str:
        fields = {"line_id": self.line_id, "rating": rating, **words}
        review_id = self.market.do("write_review", by, order_id=str(self.order.id), **fields)["review_id"]
        self.market.settle()
        return str(review_id)

    def reviews(self, by: Any = CHEN) -> dict[str, Any]:
        self.market.settle()
        return ask(self.market, "listing_reviews", by, listing_id=self.listing_id)


def test_the_buyer_judges_what_was_delivered(market: Market) -> None:
    bought = Bought(market)
    bought.judge(4, title="Holds", text="A quiet reel.")
    page = bought.reviews()
    (review,) = page["items"]
    assert (page["count"], page["mean_hundredths"]) == (1, 400)
    assert (review["title"], review["text"], review["rating"]) == ("Holds", "A quiet reel.", 4)
    assert review["group_id"] == str(GROUP)
    assert (review["reviewer_id"], review["order_id"]) == (None, None)
    assert bought.reviews(BORIS)["items"][0]["reviewer_id"] == str(BORIS)
    assert bought.reviews(OPERATOR)["items"][0]["order_id"] == str(bought.order.id)


def test_nobody_else_does(market: Market) -> None:
    bought = Bought(market)
    with pytest.raises(refusals.NoSuchOrder):
        bought.judge(by=CHEN)
    with pytest.raises(Forbidden, match="the buyer of the order"):
        bought.judge(by=ANNA)


def test_without_the_guard_the_seller_would(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    bought = Bought(market)
    monkeypatch.setattr(Reviews, "_has_bought", lambda *_: True)
    assert bought.judge(5, by=ANNA)


def test_what_is_not_delivered_is_not_judged(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    bought = Bought(market, is_delivered=False)
    with pytest.raises(refusals.ReviewTooEarly):
        bought.judge()
    monkeypatch.setattr(Review, "_check_in_time", lambda *_: None)
    assert bought.judge()


def test_a_year_after_the_delivery_is_too_late(market: Market) -> None:
    bought = Bought(market)
    market.pass_time(days=366)
    with pytest.raises(refusals.ReviewTooLate, match="could be judged until"):
        bought.judge()


def test_what_was_paid_back_may_still_be_judged(market: Market) -> None:
    bought = Bought(market)
    fields = {"line_id": bought.line_id, "quantity": 1}
    market.do("refund_line", ANNA, order_id=str(bought.order.id), **fields)
    bought.judge(1)
    assert bought.reviews()["mean_hundredths"] == 100


def test_a_line_is_judged_once_and_changed(market: Market) -> None:
    bought = Bought(market)
    review_id = bought.judge(2, text="Broke at once.")
    with pytest.raises(refusals.AlreadyReviewed, match=review_id):
        bought.judge(5)
    market.do("change_review", BORIS, review_id=review_id, rating=4, text="They mended it.")
    (review,) = bought.reviews()["items"]
    assert (review["rating"], review["text"], review["versions"]) == (4, "They mended it.", 2)
    assert bought.reviews()["mean_hundredths"] == 400
    with pytest.raises(Forbidden):
        market.do("change_review", ANNA, review_id=review_id, rating=5)


def test_its_seller_answers_and_nobody_else(market: Market) -> None:
    bought = Bought(market)
    review_id = bought.judge()
    for answer in ("Oh.", "Thank you."):
        market.do("answer_review", ANNA, review_id=review_id, answer=answer)
    assert bought.reviews()["items"][0]["answer"] == "Thank you."
    with pytest.raises(Forbidden, match="the seller of what is judged"):
        market.do("answer_review", BORIS, review_id=review_id, answer="I thank you.")


def test_what_an_operator_removes_is_seen_as_removed_and_counts_no_more(market: Market) -> None:
    bought = Bought(market)
    review_id = bought.judge(1, text="A lie.")
    for _ in range(2):
        market.do("remove_review", OPERATOR, review_id=review_id, reason="court_order")
    page = bought.reviews()
    assert (page["count"], page["mean_hundredths"]) == (0, None)
    (review,) = page["items"]
    assert (review["state"], review["removed_as"], review["text"], review["rating"]) == (
        "removed", "court_order", None, None,
    )  # fmt: skip
    for name, by, fields in (
        ("change_review", BORIS, {"rating": 1}), ("answer_review", ANNA, {"answer": "Good."}),
    ):  # fmt: skip
        with pytest.raises(refusals.ReviewRemoved, match="court_order"):
            market.do(name, by, review_id=review_id, **fields)


def test_the_figures_of_a_seller_are_of_all_that_is_sold(market: Market) -> None:
    first, second, third = Bought(market), Bought(market), Bought(market)
    first.judge(5)
    second.judge(5)
    third.judge(2)
    page = ask(market, "seller_reviews", CHEN, seller_id=str(first.order.seller_id), limit=2)
    assert (page["count"], page["mean_hundredths"], len(page["items"])) == (3, 400, 2)
    assert [one["count"] for one in page["ratings"]] == [0, 1, 0, 0, 2]
    rest = ask(market, "seller_reviews", CHEN, seller_id=str(first.order.seller_id), cursor=page["next"])
    assert len(rest["items"]) == 1
    assert first.reviews()["count"] == 1


def test_a_review_is_told_with_its_points_and_without_its_words(market: Market) -> None:
    bought = Bought(market)
    review_id = bought.judge(3, title="Hmm", text="A secret")
    market.do("change_review", BORIS, review_id=review_id, rating=5)
    said = [one for one in market.service.messages(0).messages if "review_written" in one.type]
    assert [one.data["rating"] for one in said] == [3, 5]
    assert "A secret" not in str(said)


def test_the_words_of_somebody_forgotten_are_gone_and_the_points_stay(market: Market) -> None:
    bought = Bought(market)
    review_id = bought.judge(3, text="A secret")
    market.do("answer_review", ANNA, review_id=review_id, answer="Known.")
    keys = market.service.store.mapper.keys
    assert keys is not None
    keys.forget(str(BORIS))
    (review,) = bought.reviews()["items"]
    assert (review["text"], review["answer"], review["rating"]) == (None, "Known.", 3)


def test_what_was_read_is_the_latest_words_and_no_older_ones_are_opened(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = Bought(market)
    review_id = bought.judge(1, text="Word 0")
    for number in (1, 2, 3):
        market.do("change_review", BORIS, review_id=review_id, rating=2, text=f"Word {number}")
        market.do("answer_review", ANNA, review_id=review_id, answer=f"Answer {number}")
    market.settle()
    opened = opened_from_now_on(market.service.store.mapper, monkeypatch)
    (review,) = ask(market, "listing_reviews", CHEN, listing_id=bought.listing_id)["items"]
    assert (review["text"], review["answer"]) == ("Word 3", "Answer 3")
    assert opened == ["mall:Review.Changed", "mall:Review.Answered"]


def recorded(market: Market, bought: Bought, **changes: Any) -> str:
    fields = {"order_id": str(bought.order.id), "line_id": bought.line_id, "rating": 2, **changes}
    happened_at = market.clock.at.isoformat()
    return str(market.do("record_review", OPERATOR, happened_at=happened_at, **fields)["review_id"])


def test_its_seller_cannot_compute_by_the_order_which_review_it_is(market: Market) -> None:
    bought = Bought(market)
    assert bought.judge() != str(Review.create_id(bought.order.id, bought.line_id))


def test_a_recorded_one_has_the_same_id_wherever_it_is_recorded(market: Market) -> None:
    bought = Bought(market)
    assert recorded(market, bought) == str(Review.create_id(bought.order.id, bought.line_id))


def test_a_line_has_one_review_whichever_way_it_came(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = Bought(market), Bought(market)
    written = here.judge(4)
    market.pass_time(days=1)
    assert recorded(market, here) == written
    assert here.reviews()["ratings"][1]["count"] == 1
    review_id = recorded(market, elsewhere)
    with pytest.raises(refusals.AlreadyReviewed, match=review_id):
        elsewhere.judge()
    monkeypatch.setattr(Reviews, "_review_of", lambda *_: None)
    elsewhere.judge()
    assert elsewhere.reviews()["count"] == 2, "without the guard there are two"
