"""Every cent of an amount goes to somebody, and to the same one each time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mall.domain.shares import MOST_BPS, allocate, shares_of_line

Limit = tuple[int | None, int | None]
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


LIMIT = st.none() | st.integers(0, 10**6)
SPLITS = st.sampled_from([{}, {"community": 10_000}, {"member": 10_000}, {"community": 5_000, "member": 5_000}])


@settings(max_examples=300)
@given(
    st.integers(0, 10**6), st.integers(0, 500), st.integers(0, 5_000), st.integers(0, 3_000), SPLITS,
    st.tuples(LIMIT, LIMIT), st.tuples(LIMIT, LIMIT),
)  # fmt: skip
def test_limits_keep_the_shares_within_the_caps_and_the_line(
    price: int, freight: int, pool_bps: int, fee_bps: int, earned: dict[str, int], fee: Limit, pool: Limit
) -> None:
    limits = {"platform_fee": ordered(fee), "commission": ordered(pool)}
    shares = shares_of_line(price, freight, pool_bps, fee_bps, earned, limits)
    assert sum(shares.values()) == price + freight
    assert min(shares.values()) >= 0
    ensure_within(shares["platform"], price, fee_bps, limits["platform_fee"], 3_000)
    brought = shares["community"] + shares.get("member", 0)
    if pool_bps and sum(earned.values()) == 10_000:
        ensure_within(brought, price, pool_bps, limits["commission"], 5_000)
    else:
        assert brought == 0


@settings(max_examples=300)
@given(st.integers(0, 10**9), st.integers(0, 10**4), st.integers(0, 5_000), st.integers(0, 3_000), SPLITS)
def test_without_limits_the_shares_are_those_of_the_plain_weights(
    price: int, freight: int, pool_bps: int, fee_bps: int, earned: dict[str, int]
) -> None:
    parts = {party: pool_bps * bps for party, bps in ({"community": 0} | earned).items()}
    parts["platform"] = fee_bps * 10_000
    weights = {"seller": 10**8 - sum(parts.values())} | parts
    plain = dict(zip(weights, allocate(price, list(weights.values())), strict=True))
    plain["seller"] += freight
    assert shares_of_line(price, freight, pool_bps, fee_bps, earned) == plain


@pytest.mark.parametrize("kind", ["platform_fee", "commission"])
def test_a_least_takes_no_more_than_its_cap(kind: str) -> None:
    shares = shares_of_line(200, 0, 1, 1, limits={kind: (10**9, None)})
    assert shares[{"platform_fee": "platform", "commission": "community"}[kind]] == MOST_BPS[kind] * 200 // 10_000


def ordered(limit: Limit) -> Limit:
    """The least is not above the most."""
    least, most = limit
    return (most, least) if least is not None and most is not None and least > most else limit


def ensure_within(share: int, price: int, bps: int, limit: Limit, cap_bps: int) -> None:
    """Within a unit of what is due, within the limits, and never beyond the cap but by rounding."""
    least, most = limit
    due = price * bps / 10_000
    due = max(due if most is None else min(due, most), 0 if least is None else min(least, price * cap_bps // 10_000))
    assert abs(share - due) < 1
    assert most is None or share <= most
    assert least is None or share >= min(least, price * cap_bps // 10_000)
