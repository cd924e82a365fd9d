"""The mall's terms keep to what the law allows, and change when their notice is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.kernel.domain import Refusal, acting
from services.mall.domain.refusals import BearingNotUsable, NoticeTooShort, TermsOutOfBounds, ThresholdNotUsable
from services.mall.domain.terms import BEFORE_ANY, DEFAULT_TERMS, TERMS_ID, Terms, ahead, frozen, in_force, told
from tests.history.goldens import FACTS, mapper, read, replayed
from tests.support.scenario import NOON, Scenario, context

DAY = timedelta(days=1)
GIVEN: dict[str, Any] = {
    "platform_fee_bps": 300, "return_window_days": 14, "reservation_minutes": 30, "seller_threshold": None,
    "link_window_days": 14, "shelf_window_days": 3, "member_share_bps": 4_000,
    "notice_days": 15,
    "platform_fee_on_refund": "kept", "dispute_fee_borne_by": "seller",
}  # fmt: skip
NOTICE = 15 * DAY
OUT_OF_BOUNDS = [
    {"platform_fee_bps": -1}, {"platform_fee_bps": 3_001}, {"return_window_days": 6},
    {"reservation_minutes": 0}, {"reservation_minutes": 1_441}, {"link_window_days": 91}, {"shelf_window_days": -1},
    {"member_share_bps": 10_001}, {"notice_days": 6}, {"notice_days": 91},
]  # fmt: skip
AT_ONCE: list[dict[str, Any]] = [
    {"platform_fee_bps": 299}, {"platform_fee_on_refund": "returned"}, {"dispute_fee_borne_by": "platform"},
    {"notice_days": 16}, {"reservation_minutes": 29}, {"reservation_minutes": 31},
    {"seller_threshold": {"claim": "real_name", "level": 1}},
    {"platform_fee_bps": 0, "notice_days": 30, "reservation_minutes": 5},
]  # fmt: skip
WAITS: list[dict[str, Any]] = [
    {"platform_fee_bps": 301}, {"return_window_days": 13}, {"return_window_days": 15}, {"link_window_days": 13},
    {"link_window_days": 15}, {"shelf_window_days": 2}, {"shelf_window_days": 4}, {"member_share_bps": 3_999},
    {"member_share_bps": 4_001}, {"notice_days": 14}, {"platform_fee_bps": 0, "return_window_days": 15},
    {"platform_fee_bps": 301, "seller_threshold": {"claim": "real_name", "level": 1}},
]  # fmt: skip


def opened(*changes: Callable[[Terms], object], **values: Any) -> Scenario[Terms]:
    return Scenario(Terms).given(lambda: Terms.open(NOON, **(GIVEN | values)), *changes)


def changing(now: datetime = NOON, begins_at: datetime | None = None, **values: Any) -> Callable[[Terms], object]:
    return lambda terms: terms.change(now, begins_at, **values)


def the_terms(*changes: Callable[[Terms], object], **values: Any) -> Terms:
    root = opened(*changes, **values).root
    assert root is not None
    return root


def fees(terms: Terms, *days: float) -> list[int]:
    return [terms.at(NOON + one * DAY)["platform_fee_bps"] for one in days]


def test_opens_with_values_of_its_own_that_hold_at_once() -> None:
    made = GIVEN | {"originator_id": TERMS_ID, "announced_at": NOON, "begins_at": NOON}
    Scenario(Terms).when(lambda _: Terms.open(NOON, **GIVEN)).then((Terms.Opened, made))


def test_the_first_terms_may_begin_later_and_until_then_the_defaults_hold() -> None:
    terms = the_terms(begins_at=NOON + DAY)
    assert (fees(terms, 0, 1), terms.announced(NOON)) == ([500, 300], terms.versions[0])
    early = Scenario(Terms).when(lambda _: Terms.open(NOON, NOON - DAY, **GIVEN))
    early.then_refused(NoticeTooShort)


@pytest.mark.parametrize("wrong", OUT_OF_BOUNDS)
def test_refuses_values_out_of_bounds(wrong: dict[str, int]) -> None:
    Scenario(Terms).when(lambda _: Terms.open(NOON, **(GIVEN | wrong))).then_refused(TermsOutOfBounds)
    opened().when(changing(**(GIVEN | wrong))).then_refused(TermsOutOfBounds)


@pytest.mark.parametrize("wrong", [{"platform_fee_on_refund": "halved"}, {"dispute_fee_borne_by": "buyer"}])
def test_refuses_a_bearing_that_nobody_knows(wrong: dict[str, str]) -> None:
    Scenario(Terms).when(lambda _: Terms.open(NOON, **(GIVEN | wrong))).then_refused(BearingNotUsable)


def test_refuses_a_condition_that_cannot_be_read() -> None:
    wrong = GIVEN | {"seller_threshold": {"friend_of": "anna"}}
    Scenario(Terms).when(lambda _: Terms.open(NOON, **wrong)).then_refused(ThresholdNotUsable)


def test_a_change_records_all_values() -> None:
    changed = GIVEN | {"platform_fee_bps": 0}
    scenario = opened().when(changing(**changed)).then((Terms.Changed, changed))
    assert scenario.root is not None
    now = scenario.root.at(NOON)
    assert (now["version"], told(now)) == (2, changed)


def test_what_a_change_leaves_out_stays_as_it_holds() -> None:
    left_out = {name: GIVEN[name] for name in list(GIVEN)[:4]} | {"platform_fee_bps": 0}
    opened().when(changing(**left_out)).then((Terms.Changed, GIVEN | left_out))
    to_come = opened(changing(member_share_bps=0))
    to_come.when(changing(platform_fee_bps=0)).then((Terms.Changed, GIVEN | {"platform_fee_bps": 0}))


def test_an_order_is_not_told_the_notice_or_when_terms_begin() -> None:
    assert set(frozen(the_terms().at(NOON))) == set(DEFAULT_TERMS)


def test_the_same_values_again_record_nothing() -> None:
    opened().when(changing(NOON + DAY, **GIVEN)).then_nothing()
    announced = opened(changing(platform_fee_bps=400))
    announced.when(changing(NOON + DAY, **(GIVEN | {"platform_fee_bps": 400}))).then_nothing()
    announced.when(changing(NOON + DAY, NOON + NOTICE, platform_fee_bps=400)).then_nothing()


def test_the_defaults_are_themselves_within_bounds() -> None:
    values: dict[str, Any] = {name: value for name, value in DEFAULT_TERMS.items() if name != "version"}
    Scenario(Terms).when(lambda _: Terms.open(NOON, **values)).then((Terms.Opened, values))


@pytest.mark.parametrize("change", AT_ONCE)
def test_what_costs_nobody_who_trades_here_holds_at_once(change: dict[str, Any]) -> None:
    opened().when(changing(**change)).then((Terms.Changed, change | {"announced_at": NOON, "begins_at": NOON}))


@pytest.mark.parametrize("change", WAITS)
def test_what_may_cost_somebody_waits_for_the_notice_that_is_in_force(change: dict[str, Any]) -> None:
    opened().when(changing(**change)).then((Terms.Changed, change | {"announced_at": NOON, "begins_at": NOON + NOTICE}))


def too_early(change: dict[str, Any]) -> None:
    early = NOON + NOTICE - timedelta(seconds=1)
    opened().when(changing(begins_at=early, **change)).then_refused(NoticeTooShort)


@pytest.mark.parametrize("change", WAITS)
def test_refuses_a_change_before_its_notice_is_over(change: dict[str, Any]) -> None:
    too_early(change)


def test_without_its_guard_terms_change_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Terms, "_notice_needed", lambda *_: 0)
    with pytest.raises(AssertionError):
        too_early({"platform_fee_bps": 301})


def test_nothing_begins_before_it_is_announced() -> None:
    opened().when(changing(begins_at=NOON - DAY, platform_fee_bps=0)).then_refused(NoticeTooShort)


def test_a_change_may_begin_later_than_it_has_to() -> None:
    terms = the_terms(changing(begins_at=NOON + 40 * DAY, platform_fee_bps=400))
    assert fees(terms, 39.9, 40) == [300, 400]
    assert [one["platform_fee_bps"] for one in ahead(terms, NOON)] == [300, 400]
    assert [one["platform_fee_bps"] for one in ahead(terms, NOON + 40 * DAY)] == [400]


def test_a_later_announcement_replaces_what_has_not_begun() -> None:
    terms = the_terms(changing(platform_fee_bps=900), changing(NOON + DAY, platform_fee_bps=400))
    assert fees(terms, 0, 15, 16) == [300, 300, 400]
    assert [one["withdrawn_at"] for one in terms.versions] == [None, NOON + DAY, None]
    assert [terms.ends_at(one) for one in terms.versions] == [NOON + 16 * DAY, NOON + DAY, None]
    assert [terms.announced(NOON + days * DAY) for days in (0, 1, 16)] == [*terms.versions[1:], None]


def test_what_holds_at_once_replaces_it_too() -> None:
    terms = the_terms(changing(platform_fee_bps=900), changing(NOON + DAY, platform_fee_bps=200))
    assert (fees(terms, 0, 1, 30), terms.announced(NOON + DAY)) == ([300, 200, 200], None)


def test_what_holds_already_takes_back_what_was_to_come() -> None:
    terms = the_terms(changing(platform_fee_bps=900), changing(NOON + DAY, platform_fee_bps=300))
    assert (fees(terms, 0, 1, 30), terms.announced(NOON + DAY)) == ([300, 300, 300], None)
    assert [one["version"] for one in terms.versions] == [1, 2, 3]


def test_a_beginning_that_is_named_anew_has_its_notice_anew() -> None:
    announced = opened(changing(platform_fee_bps=400))
    announced.when(changing(NOON + DAY, NOON + 16 * DAY, platform_fee_bps=400)).then(
        (Terms.Changed, {"announced_at": NOON + DAY, "begins_at": NOON + 16 * DAY})
    )
    early = opened(changing(platform_fee_bps=400))
    early.when(changing(NOON + DAY, NOON + 15.5 * DAY, platform_fee_bps=400)).then_refused(NoticeTooShort)


def test_a_shorter_notice_does_not_shorten_its_own() -> None:
    terms = the_terms(changing(notice_days=7), changing(NOON + DAY, notice_days=7, platform_fee_bps=400))
    assert fees(terms, 15.9, 16) == [300, 400]


def test_a_clock_that_is_behind_changes_nothing_that_has_begun() -> None:
    terms = the_terms(changing(NOON + DAY, platform_fee_bps=200), changing(NOON, platform_fee_bps=100))
    assert [one["begins_at"] for one in terms.versions] == [NOON, NOON + DAY, NOON + DAY]
    assert (fees(terms, 0, 1), terms.versions[1]["withdrawn_at"]) == ([300, 100], None)


def test_before_there_were_any_the_defaults_held() -> None:
    assert in_force(None, NOON) == BEFORE_ANY
    assert ahead(None, NOON) == [BEFORE_ANY]
    assert the_terms().at(NOON - DAY) == BEFORE_ANY
    assert frozen(BEFORE_ANY) == DEFAULT_TERMS


@pytest.mark.parametrize("version", ["", ".v2", ".v3"])
def test_what_was_set_before_there_was_notice_held_when_it_was_recorded(version: str) -> None:
    golden = read(FACTS / "mall" / f"Terms.Changed{version}.json")
    facts, root = replayed(golden, mapper("mall"))
    assert isinstance(root, Terms)
    recorded_at = facts[-1].recorded_at
    assert [one["announced_at"] for one in root.versions] == [None, None]
    assert root.at(recorded_at)["version"] == 2
    assert told(root.at(recorded_at)).items() >= {
        name: golden["fields"][name] for name in told(BEFORE_ANY) if name in golden["fields"]
    }.items()  # fmt: skip
    assert root.at(recorded_at - DAY) == BEFORE_ANY
    with acting(context()):
        assert root.change(recorded_at, platform_fee_bps=3_000) == recorded_at + 7 * DAY


def test_every_change_is_refused_or_begins_in_order() -> None:
    """Whatever is asked in whatever order, what held at a moment that is over never becomes otherwise."""
    terms, held = the_terms(), {}
    for number, change in enumerate([*WAITS, *AT_ONCE, *reversed(WAITS)]):
        now = NOON + number * 4 * DAY
        held[now - timedelta(seconds=1)] = terms.at(now - timedelta(seconds=1))
        with acting(context(at=now)):
            begins_at = NOON + number * 5 * DAY if number % 3 == 0 else None
            try:
                terms.change(now, begins_at, **change)
            except Refusal:
                continue
    assert {at: terms.at(at)["version"] for at in held} == {at: one["version"] for at, one in held.items()}
    assert len({one["version"] for one in held.values()}) > 3
