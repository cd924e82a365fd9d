"""The one rule: which touch wins, who earns by it, and that every cent is somebody's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mall.domain.attribution import OWN_PURCHASE, Attributed, Candidate, Way, decide
from services.mall.domain.explaining import parts_of, steps_of
from services.mall.domain.lines import Back, Line, order_line, part_of_line, what_is_left
from services.mall.domain.shares import WHOLE_BPS
from services.mall.domain.trail import Touch
from tests.support.scenario import CHEN, NOON
from tests.unit.mall.samples import GROUP, LINK, LISTING, SELLER

SHELF, LINKED, BOTH = Way(group_id=GROUP), Way(member_id=CHEN, link_id=LINK), Way(GROUP, CHEN, LINK)


def came(way: Way, days_ago: float = 0, window_days: int = 30, obstacle: str | None = None, **more: Any) -> Candidate:
    touched_at = NOON - timedelta(days=days_ago)
    ids = {"link_id": way.link_id} if way.link_id else {"group_id": way.group_id, "shelf_person_id": way.member_id}
    return Candidate(Touch(touched_at=touched_at, **ids, **more), None if obstacle else way, window_days, obstacle)


def decided(*candidates: Candidate, own: tuple[str, ...] = (), member_share_bps: int = 5_000) -> Attributed:
    return decide(
        candidates, NOON, 1_000, member_share_bps, lambda name, _: OWN_PURCHASE if name in own else None
    )  # fmt: skip


def outcomes(attributed: Attributed) -> list[str]:
    assert attributed.decided is not None
    return [one["outcome"] for one in attributed.decided["touches"]]


def test_nobody_earns_where_nobody_brought_the_buyer() -> None:
    assert (decided().way, decided().earned, decided().decided) == (Way(), {}, None)


@pytest.mark.parametrize(("way", "earned"), [
    (SHELF, {"community": 10_000}), (LINKED, {"member": 10_000}), (Way(member_id=CHEN), {"member": 10_000}),
    (BOTH, {"community": 5_000, "member": 5_000}),
])  # fmt: skip
def test_one_alone_has_the_whole_pool_and_two_share_it(way: Way, earned: dict[str, int]) -> None:
    assert decided(came(way)).earned == earned


def test_the_latest_touch_wins() -> None:
    found = decided(came(LINKED, days_ago=2), came(SHELF, days_ago=1), came(Way(group_id=UUID(int=9)), days_ago=3))
    assert found.way == SHELF
    assert outcomes(found) == ["won", "overtaken_by_a_later_one", "overtaken_by_a_later_one"]


def test_what_is_named_with_the_order_is_the_latest() -> None:
    assert decided(came(LINKED), came(SHELF, is_named=True)).way == SHELF


def test_a_touch_counts_until_its_own_window_is_over() -> None:
    assert decided(came(SHELF, days_ago=7, window_days=7)).way == SHELF
    found = decided(came(SHELF, days_ago=7.01, window_days=7), came(LINKED, days_ago=20))
    assert found.way == LINKED
    assert outcomes(found) == ["window_over", "won"]


def test_when_the_last_way_does_not_stand_nobody_earns_and_no_earlier_one_is_gone_back_to() -> None:
    found = decided(came(LINKED, days_ago=1, obstacle="link_ended"), came(SHELF, days_ago=2))
    assert (found.way, found.earned, found.touch) == (Way(), {}, None)
    assert outcomes(found) == ["link_ended", "overtaken_by_a_later_one"]


def test_the_part_of_an_own_purchase_is_the_sellers_and_never_the_other_recipients() -> None:
    assert decided(came(BOTH), own=("member",)).earned == {"community": 5_000}
    assert decided(came(BOTH), own=("community",)).earned == {"member": 5_000}
    assert decided(came(BOTH), own=("community", "member")).commission_bps == 0


def line_of(attributed: Attributed, unit_price_minor: int = 9_999, quantity: int = 1, fee: int = 500) -> Line:
    return order_line(
        "1", LISTING, "Rod", quantity, unit_price_minor, 0, attributed.way.group_id, attributed.commission_bps, fee,
        attributed, {},
    )  # fmt: skip


def test_the_shares_of_two_recipients_to_the_cent() -> None:
    assert line_of(decided(came(BOTH)))["shares"] == {
        "seller": 8_499, "community": 500, "member": 500, "platform": 500,
    }  # fmt: skip


def test_an_own_purchase_leaves_the_others_what_they_had() -> None:
    line = line_of(decided(came(BOTH), own=("member",)), 10_000)
    assert line["shares"] == {"seller": 9_000, "community": 500, "platform": 500}
    assert (line["member_id"], line["link_id"]) == (str(CHEN), str(LINK))


def test_a_line_that_nobody_brought_is_stored_as_it_always_was() -> None:
    assert set(line_of(decided())) == {
        "line_id", "listing_id", "title", "quantity", "unit_price_minor", "price_minor", "freight_minor", "group_id",
        "commission_bps", "platform_fee_bps", "shares",
    }  # fmt: skip


WAYS = st.sampled_from([SHELF, LINKED, BOTH, Way(member_id=CHEN)])
TOUCHES = st.lists(
    st.builds(
        came, WAYS, days_ago=st.integers(0, 40), window_days=st.integers(0, 30),
        obstacle=st.sampled_from([None, None, "link_ended"]),
    ), max_size=5,
)  # fmt: skip
OWN = st.sampled_from([(), ("member",), ("community",), ("community", "member")])


@settings(max_examples=200)
@given(TOUCHES, OWN, st.integers(0, 10_000), st.integers(0, 10**7), st.integers(1, 9), st.integers(0, 3_000))
def test_shares_are_the_price_and_two_are_paid_at_most(
    touches: list[Candidate], own: tuple[str, ...], split: int, price: int, quantity: int, fee: int
) -> None:
    found = decided(*touches, own=own, member_share_bps=split)
    line = line_of(found, price, quantity, fee)
    assert sum(line["shares"].values()) == line["price_minor"]
    assert min(line["shares"].values()) >= 0
    assert set(found.earned) <= {"community", "member"} - set(own)
    assert sum(found.earned.values()) <= WHOLE_BPS
    assert not touches or outcomes(found).count("won") == (found.way != Way())


@settings(max_examples=200)
@given(OWN, st.integers(0, 10_000), st.integers(1, 10**5), st.integers(1, 9), st.data())
def test_refunds_in_any_parts_leave_nobody_a_cent(
    own: tuple[str, ...], split: int, price: int, quantity: int, data: st.DataObject
) -> None:
    line = line_of(decided(came(BOTH), own=own, member_share_bps=split), price, quantity)
    left = what_is_left(line)
    while left["quantity"]:
        some = data.draw(st.integers(1, left["quantity"]))
        amount, _, shares = part_of_line(left, Back(some))
        assert amount == sum(shares.values())
        left["quantity"] -= some
        left["price_minor"] -= amount
        for party, share in shares.items():
            assert 0 <= share <= left["shares"][party]
            left["shares"][party] -= share
    assert set(left["shares"].values()) == {0}


@settings(max_examples=200)
@given(OWN, st.integers(0, 10_000), st.integers(0, 10**7))
def test_the_explanation_comes_to_the_shares(own: tuple[str, ...], split: int, price: int) -> None:
    line = line_of(decided(came(BOTH), own=own, member_share_bps=split), price)
    parts = parts_of(line, str(SELLER))
    assert {one["party"]: one["share_minor"] for one in parts} == line["shares"]
    for one in parts:
        assert one["whole_minor"] + one["rounding_minor"] + one["freight_minor"] == one["share_minor"]
        assert one["rounding_minor"] in (0, 1)
        assert abs(float(one["exact_minor"]) - one["share_minor"]) < 1


def test_the_steps_say_pool_split_and_rounding() -> None:
    line = line_of(decided(came(BOTH)))
    assert steps_of(line, parts_of(line, str(SELLER))) == [
        "The pool is 1000 of 10000 of the price of 9999: 999.9.",
        "The community earns 5000 of 10000 of the pool: 499.95.",
        "The member earns 5000 of 10000 of the pool: 499.95.",
        "The platform's fee is 500 of 10000 of the price: 499.95.",
        "The seller has the rest of the price: 8499.15.",
        "Each has its whole minor units; 3 go to the largest fractions: community, member, platform.",
    ]


def test_the_steps_say_to_whom_a_part_falls() -> None:
    line = line_of(decided(came(LINKED), own=("member",)))
    said = steps_of(line, parts_of(line, str(SELLER)))
    assert said[1] == "The member earns nothing (own_purchase); its part of the pool is the seller's."
