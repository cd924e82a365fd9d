"""Every cent of an amount goes to somebody, and to the same one each time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mall.domain.shares import allocate, shares_of_line

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(any)


@settings(max_examples=200)
@given(st.integers(0, 10**12), WEIGHTS)
def test_the_parts_are_the_amount_and_within_a_cent_of_their_due(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@settings(max_examples=200)
@given(WEIGHTS, st.data())
def test_no_part_exceeds_its_weight_while_the_amount_does_not_exceed_their_sum(
    weights: list[int], data: st.DataObject
) -> None:
    parts = allocate(data.draw(st.integers(0, sum(weights))), weights)
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    assert allocate(sum(weights), weights) == weights


def test_equal_fractions_go_to_the_earlier_part() -> None:
    assert allocate(2, [1, 1, 1]) == [1, 1, 0]


def test_the_largest_fraction_gets_the_cent() -> None:
    assert allocate(100, [50, 25, 26]) == [49, 25, 26]


def test_nothing_is_allocated_to_nobody() -> None:
    assert allocate(0, [0, 0]) == [0, 0]
    assert allocate(0, []) == []


@pytest.mark.parametrize(("amount", "weights"), [(1, [0, 0]), (1, []), (-1, [1]), (1, [2, -1])])
def test_refuses_what_cannot_be_allocated(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError):
        allocate(amount, weights)


def test_commission_and_fee_are_of_the_price_and_freight_is_the_sellers() -> None:
    assert shares_of_line(10_000, 700, 1_000, 500) == {"seller": 9_200, "community": 1_000, "platform": 500}


@pytest.mark.parametrize("commission_bps", [0, None])
def test_without_a_shelf_there_is_no_commission(commission_bps: int | None) -> None:
    assert shares_of_line(10_000, 0, commission_bps, 500) == {"seller": 9_500, "community": 0, "platform": 500}


@settings(max_examples=100)
@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 5_000), st.integers(0, 3_000))
def test_shares_are_the_line_to_the_cent(price: int, freight: int, commission: int, fee: int) -> None:
    shares = shares_of_line(price, freight, commission, fee)
    assert sum(shares.values()) == price + freight
    assert min(shares.values()) >= 0


def test_refuses_commission_and_fee_beyond_the_price() -> None:
    with pytest.raises(ValueError):
        shares_of_line(100, 0, 9_000, 1_001)
