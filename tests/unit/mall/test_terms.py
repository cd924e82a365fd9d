"""The mall's terms keep to what the law allows."""

from typing import Any

import pytest

from services.mall.domain.refusals import BearingNotUsable, TermsOutOfBounds, ThresholdNotUsable
from services.mall.domain.terms import DEFAULT_TERMS, TERMS_ID, Terms
from tests.support.scenario import Scenario

GIVEN: dict[str, Any] = {
    "platform_fee_bps": 300, "return_window_days": 14, "reservation_minutes": 30, "seller_threshold": None,
    "link_window_days": 14, "shelf_window_days": 3, "member_share_bps": 4_000,
    "notice_days": 15,
    "platform_fee_on_refund": "kept", "dispute_fee_borne_by": "seller",
}  # fmt: skip
OUT_OF_BOUNDS = [
    {"platform_fee_bps": -1}, {"platform_fee_bps": 3_001}, {"return_window_days": 6},
    {"reservation_minutes": 0}, {"reservation_minutes": 1_441}, {"link_window_days": 91}, {"shelf_window_days": -1},
    {"member_share_bps": 10_001}, {"notice_days": 6}, {"notice_days": 91},
]  # fmt: skip


def test_opens_with_values_of_its_own() -> None:
    Scenario(Terms).when(lambda _: Terms.open(**GIVEN)).then((Terms.Opened, GIVEN | {"originator_id": TERMS_ID}))


@pytest.mark.parametrize("wrong", OUT_OF_BOUNDS)
def test_refuses_values_out_of_bounds(wrong: dict[str, int]) -> None:
    Scenario(Terms).when(lambda _: Terms.open(**(GIVEN | wrong))).then_refused(TermsOutOfBounds)
    opened = Scenario(Terms).given(lambda: Terms.open(**GIVEN))
    opened.when(lambda terms: terms.change(**(GIVEN | wrong))).then_refused(TermsOutOfBounds)


@pytest.mark.parametrize("wrong", [{"platform_fee_on_refund": "halved"}, {"dispute_fee_borne_by": "buyer"}])
def test_refuses_a_bearing_that_nobody_knows(wrong: dict[str, str]) -> None:
    Scenario(Terms).when(lambda _: Terms.open(**(GIVEN | wrong))).then_refused(BearingNotUsable)


def test_refuses_a_condition_that_cannot_be_read() -> None:
    wrong = GIVEN | {"seller_threshold": {"friend_of": "anna"}}
    Scenario(Terms).when(lambda _: Terms.open(**wrong)).then_refused(ThresholdNotUsable)


def test_a_change_records_all_values() -> None:
    changed = GIVEN | {"platform_fee_bps": 0}
    scenario = Scenario(Terms).given(lambda: Terms.open(**GIVEN)).when(lambda terms: terms.change(**changed))
    scenario.then((Terms.Changed, changed))
    assert scenario.root is not None
    assert scenario.root.values | {"notice_days": scenario.root.notice_days} == changed | {"version": 2}


def test_what_a_change_leaves_out_of_the_attribution_stays() -> None:
    left_out = {name: GIVEN[name] for name in list(GIVEN)[:4]} | {"platform_fee_bps": 0}
    scenario = Scenario(Terms).given(lambda: Terms.open(**GIVEN)).when(lambda terms: terms.change(**left_out))
    scenario.then((Terms.Changed, GIVEN | left_out))


def test_an_order_is_not_told_the_notice() -> None:
    scenario = Scenario(Terms).given(lambda: Terms.open(**GIVEN))
    assert scenario.root is not None
    assert "notice_days" not in scenario.root.values


def test_the_same_values_again_record_nothing() -> None:
    Scenario(Terms).given(lambda: Terms.open(**GIVEN)).when(lambda terms: terms.change(**GIVEN)).then_nothing()


def test_the_defaults_are_themselves_within_bounds() -> None:
    values: dict[str, Any] = {name: value for name, value in DEFAULT_TERMS.items() if name != "version"}
    Scenario(Terms).when(lambda _: Terms.open(**values)).then((Terms.Opened, values))
