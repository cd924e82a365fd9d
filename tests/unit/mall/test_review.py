"""Reviews: who has it judges it, in time, with one to five points; nothing is taken away unseen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.kernel.domain import Refusal
from services.mall.domain import refusals
from services.mall.domain.order import Order
from services.mall.domain.review import MOST_VERSIONS, REVIEW_DAYS, Review
from tests.support.scenario import ANNA, BORIS, NOON, Scenario

from .samples import GROUP, LISTING, ORDER, SELLER, an_order, deliver, pay


def delivered() -> Order:
    order = an_order()
    pay(order)
    deliver(order)
    return order


def written(rating: int = 4, **changes: Any) -> Review:
    told: dict[str, Any] = {"line_id": "1", "title": "Holds", "text": "", "now": NOON}
    return Review.write(delivered(), rating=rating, **(told | changes))


def change(review: Review) -> None:
    review.change(delivered(), 2, "", "It broke.", NOON)


def remove(review: Review) -> None:
    review.remove("court_order")


def test_the_buyer_judges_a_line_through_the_shelf_of_its_group() -> None:
    expected = {
        "order_id": ORDER, "line_id": "1", "listing_id": LISTING, "seller_id": SELLER, "seller_person_id": ANNA,
        "reviewer_id": BORIS, "group_id": GROUP, "rating": 4, "title": "Holds", "text": "",
    }  # fmt: skip
    Scenario(Review).when(lambda _: written()).then((Review.Written, expected))


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_refuses_other_points(rating: int) -> None:
    Scenario(Review).when(lambda _: written(rating)).then_refused(refusals.RatingOutOfBounds)


def test_refuses_a_line_that_was_not_bought() -> None:
    Scenario(Review).when(lambda _: written(line_id="7")).then_refused(refusals.NoSuchLine)


def placed() -> Order:
    return an_order()


def paid() -> Order:
    order = an_order()
    pay(order)
    return order


@pytest.mark.parametrize("order", [placed, paid])
def test_refuses_what_nobody_has_yet(order: Callable[[], Order]) -> None:
    early = Scenario(Review).when(lambda _: Review.write(order(), "1", 4, "", "", NOON))
    early.then_refused(refusals.ReviewTooEarly)


@pytest.mark.parametrize(("days", "refusal"), [(REVIEW_DAYS, None), (REVIEW_DAYS + 1, refusals.ReviewTooLate)])
def test_can_be_judged_for_a_year(days: int, refusal: type[Refusal] | None) -> None:
    late = Scenario(Review).when(lambda _: written(now=NOON + timedelta(days=days)))
    late.then_refused(refusal) if refusal else late.then((Review.Written, {"rating": 4}))


def test_elsewhere_it_may_have_been_judged_before_it_came() -> None:
    early = Scenario(Review).when(lambda _: Review.write(an_order(), "1", 1, "", "", NOON, recorded=True))
    early.then((Review.Written, {"rating": 1}))


def test_is_changed_and_what_was_said_before_is_kept() -> None:
    Scenario(Review).given(written).when(change).then((Review.Changed, {"rating": 2, "text": "It broke."}))


def test_is_answered_by_its_seller() -> None:
    answered = Scenario(Review).given(written).when(lambda review: review.answer("Oh."))
    answered.then((Review.Answered, {"person_id": ANNA, "answer": "Oh."}))


def test_is_removed_once_and_then_left_alone() -> None:
    Scenario(Review).given(written).when(remove).then((Review.Removed, {"reason": "court_order"}))
    Scenario(Review).given(written, remove).when(remove).then_nothing()
    Scenario(Review).given(written, remove).when(change).then_refused(refusals.ReviewRemoved)
    Scenario(Review).given(written, remove).when(lambda one: one.answer("No.")).then_refused(refusals.ReviewRemoved)


def test_the_reason_of_a_removal_is_a_code() -> None:
    Scenario(Review).given(written).when(lambda one: one.remove("He lied")).then_refused(refusals.ReasonNotCode)


def test_is_written_and_answered_so_often_and_no_more() -> None:
    changes, answers = [change] * (MOST_VERSIONS - 1), [lambda review: review.answer("Oh.")] * MOST_VERSIONS
    full = Scenario(Review).given(written, *changes, *answers)
    full.when(change).then_refused(refusals.ReviewChangedTooOften)
    full.when(lambda review: review.answer("Oh.")).then_refused(refusals.ReviewAnsweredTooOften)
