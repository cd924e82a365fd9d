"""Refunds by amount, and who bears the platform's fee: exact after any sequence; nobody gives back more than got."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.domain import Refusal, acting
from services.mall.domain import refusals
from services.mall.domain.order import Order
from services.mall.domain.reversals import MOST_REFUNDS, Reversible
from services.mall.domain.terms import DEFAULT_TERMS
from tests.support.scenario import NOON, Scenario, context
from tests.unit.mall.samples import (
    CHECKOUT,
    GROUP,
    OTHER_REFUND,
    REFUND,
    SELLER,
    WINDOW_ENDS,
    a_line,
    an_order,
    balances,
    deliver,
    pay,
    release,
)  # fmt: skip

KEPT: dict[str, Any] = {**DEFAULT_TERMS, "platform_fee_on_refund": "kept"}


def keeps_the_fee() -> Order:
    return an_order(terms=KEPT)


def back(refund_id: UUID = REFUND, **asked: Any) -> Callable[[Order], None]:
    return lambda order: order.refund_line(refund_id, "1", **asked)


def test_an_amount_of_the_price_goes_back_while_the_goods_stay() -> None:
    scenario = Scenario(Order).given(an_order, pay).when(back(amount_minor=1_000))
    shares = {"seller": 850, "community": 100, "platform": 50}
    expected = {"quantity": 0, "amount_minor": 1_000, "freight_minor": 0, "shares": shares, "fee_kept_minor": 0}
    scenario.then((Order.LineRefunded, expected))
    assert scenario.root is not None
    assert scenario.root.left["1"]["quantity"] == 3
    assert scenario.root.left["1"]["price_minor"] == 8_999


def test_freight_can_go_back_in_part_and_from_the_seller() -> None:
    scenario = Scenario(Order).given(an_order, pay).when(back(freight_minor=200))
    shares = {"seller": 200, "community": 0, "platform": 0}
    scenario.then((Order.LineRefunded, {"amount_minor": 200, "freight_minor": 200, "shares": shares}))


def test_so_many_after_an_amount_are_their_part_of_what_is_left() -> None:
    scenario = Scenario(Order).given(an_order, pay, back(amount_minor=999)).when(back(OTHER_REFUND, quantity=1))
    scenario.then((Order.LineRefunded, {"quantity": 1, "amount_minor": 3_000}))


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"amount_minor": 9_000}, refusals.MoreThanIsLeft),
        ({"amount_minor": -1}, refusals.MoreThanIsLeft),
        ({"freight_minor": 501}, refusals.MoreThanIsLeft),
        ({"quantity": 1, "amount_minor": 1}, refusals.AskedInTwoWays),
        ({"with_freight": True, "freight_minor": 1}, refusals.AskedInTwoWays),
        ({}, refusals.NothingToRefund),
    ],
)
def test_refuses_amounts_beyond_what_is_left(asked: dict[str, Any], refusal: type[Refusal]) -> None:
    scenario = Scenario(Order).given(an_order, pay, back(amount_minor=1_000))
    scenario.when(back(OTHER_REFUND, **asked)).then_refused(refusal)


def test_what_went_back_by_amount_does_not_go_back_once_more() -> None:
    scenario = Scenario(Order).given(an_order, pay, back(amount_minor=9_999))
    scenario.when(back(OTHER_REFUND, quantity=3)).then_refused(refusals.NothingToRefund)


def test_multivendorx_976_the_commission_after_a_partial_refund_is_of_what_is_left() -> None:
    scenario = Scenario(Order).given(an_order, pay, back(amount_minor=5_000))
    assert scenario.root is not None
    assert scenario.root.left["1"]["shares"] == {"seller": 4_749, "community": 500, "platform": 250}


def test_dokan_905_the_sellers_balance_changes_with_a_refund_after_release() -> None:
    scenario = Scenario(Order).given(an_order, pay, deliver, release).when(back(amount_minor=1_000))
    assert balances(scenario.recorded)["seller_available", str(SELLER)] == 850


def test_dokan_2267_the_terms_say_who_bears_the_platforms_fee() -> None:
    returned = Scenario(Order).given(an_order, pay).when(back(quantity=3))
    assert balances(returned.recorded) == {
        ("seller_held", str(SELLER)): 8_499, ("community_held", str(GROUP)): 1_000, ("platform_held", None): 500,
        ("refunds_due", str(CHECKOUT)): -9_999,
    }  # fmt: skip
    kept = Scenario(Order).given(keeps_the_fee, pay).when(back(quantity=3))
    assert balances(kept.recorded) == balances(returned.recorded) | {
        ("seller_available", str(SELLER)): 500, ("platform_fees", None): -500,
    }  # fmt: skip


def test_a_fee_that_is_kept_after_release_stays_where_it_is() -> None:
    scenario = Scenario(Order).given(keeps_the_fee, pay, deliver, release).when(back(quantity=3))
    assert balances(scenario.recorded) == {
        ("seller_available", str(SELLER)): 8_999, ("community_available", str(GROUP)): 1_000,
        ("refunds_due", str(CHECKOUT)): -9_999,
    }  # fmt: skip


def test_open_collective_6230_a_fee_goes_back_once() -> None:
    scenario = Scenario(Order).given(an_order, pay, back(quantity=3)).when(back(OTHER_REFUND, with_freight=True))
    assert ("platform_held", None) not in balances(scenario.recorded)
    scenario.when(back(UUID(int=9), amount_minor=1)).then_refused(refusals.MoreThanIsLeft)


def test_an_order_from_before_the_bearings_gives_the_fee_back() -> None:
    terms = {name: value for name, value in DEFAULT_TERMS.items() if name != "platform_fee_on_refund"}
    scenario = Scenario(Order).given(lambda: an_order(terms=terms), pay).when(back(quantity=1))
    scenario.then((Order.LineRefunded, {"fee_kept_minor": 0}))


ASKED = st.fixed_dictionaries(
    {}, optional={"quantity": st.integers(0, 3), "with_freight": st.booleans(), "amount_minor": st.integers(0, 4_000),
                  "freight_minor": st.integers(0, 200), "disputed": st.integers(1, 3_000)},
)  # fmt: skip


@settings(max_examples=100)
@given(st.lists(ASKED, max_size=8), st.sampled_from([DEFAULT_TERMS, KEPT]), st.integers(0, 8))
def test_open_collective_1025_after_any_sequence_the_sum_is_exact(
    wanted: list[dict[str, Any]], terms: dict[str, Any], released_before: int
) -> None:
    with acting(context()):
        order = an_order(a_line(), a_line("2", quantity=1, unit_price_minor=7, freight_minor=0), terms=dict(terms))
        pay(order)
        deliver(order)
        for number, asked in enumerate([*wanted, {"whole": True}]):
            if number == released_before:
                release(order)
            take(order, UUID(int=number + 1), asked)
            for left in order.left.values():
                assert min(left["shares"].values()) >= 0
                assert sum(left["shares"].values()) == left["price_minor"] + left["freight_minor"]
    facts = list(order.collect_events())
    booked = balances(facts)
    kept = sum(getattr(fact, "fee_kept_minor", 0) for fact in facts)
    assert order.left_minor == 0
    assert booked.get(("seller_available", str(SELLER)), 0) == kept == -booked.get(("platform_fees", None), 0)
    assert not {"seller_held", "community_held", "platform_held", "community_available"} & {name for name, _ in booked}


def take(order: Order, one_id: UUID, asked: dict[str, Any]) -> None:
    """As it was asked for, as far as that can be; everything that is left, when the whole was."""
    try:
        if "disputed" in asked:
            order.dispute(one_id, asked["disputed"])
            order.lose_dispute(one_id)
        elif "whole" in asked:
            for line_id, left in order.left.items():
                whole = {"amount_minor": left["price_minor"], "freight_minor": left["freight_minor"]}
                if any(whole.values()):
                    order.refund_line(UUID(int=one_id.int + 100 * int(line_id)), line_id, **whole)
        else:
            order.refund_line(one_id, "1", **asked)
    except Refusal:
        return


def test_refuses_what_the_seller_has_not_got_any_more_after_release() -> None:
    released = Scenario(Order).given(an_order, pay, deliver, release)
    released.when(back(amount_minor=1_000, covered_minor=849)).then_refused(refusals.RefundNotCovered)
    covered = Scenario(Order).given(an_order, pay, deliver, release).when(back(amount_minor=1_000, covered_minor=850))
    covered.then((Order.LineRefunded, {"amount_minor": 1_000}))
    held = Scenario(Order).given(an_order, pay, deliver).when(back(amount_minor=1_000, covered_minor=0))
    held.then((Order.LineRefunded, {"amount_minor": 1_000}))


def test_a_fee_that_is_kept_counts_with_what_the_seller_gives_back() -> None:
    scenario = Scenario(Order).given(keeps_the_fee, pay, deliver, release)
    scenario.when(back(amount_minor=1_000, covered_minor=899)).then_refused(refusals.RefundNotCovered)


def test_what_the_buyer_sent_back_goes_back_of_what_is_held() -> None:
    def sent_back(order: Order) -> None:
        order.request_return("1", 1, "too_long", NOON, WINDOW_ENDS)

    held = Scenario(Order).given(an_order, pay, deliver, sent_back).when(back(quantity=1, covered_minor=0))
    held.then((Order.LineRefunded, {"quantity": 1}))


def test_without_the_guard_the_mall_advances_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reversible, "_check_covered", lambda *_: None)
    scenario = Scenario(Order).given(an_order, pay, deliver, release)
    scenario.when(back(amount_minor=1_000, covered_minor=0)).then((Order.LineRefunded, {"amount_minor": 1_000}))


def test_an_order_is_paid_back_in_many_parts_but_not_for_ever_and_the_rest_at_once() -> None:
    parts = [back(UUID(int=0xF00 + number), amount_minor=1) for number in range(MOST_REFUNDS)]
    scenario = Scenario(Order).given(an_order, pay, *parts)
    scenario.when(back(amount_minor=1)).then_refused(refusals.TooManyRefunds)
    rest = Scenario(Order).given(an_order, pay, *parts).when(back(quantity=3, with_freight=True))
    rest.then((Order.LineRefunded, {"amount_minor": 10_499 - MOST_REFUNDS}))
