"""Rules of fees and commissions: announced before they hold, never edited, the most specific one wins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.kernel.domain import acting
from services.mall.domain import refusals
from services.mall.domain.attribution import Attributed, Way
from services.mall.domain.charges import charge
from services.mall.domain.tariff import COMMISSION, PLATFORM_FEE, Tariff
from services.mall.domain.tariff_rules import Sold, slot_of, standing
from tests.support.scenario import NOON, Scenario, context

from .samples import GROUP, LISTING, SELLER
from .tariffs import LONG_AGO, SOLD, a_tariff, announce, bounds, end, rule_id

DAY = timedelta(days=1)
FOR_ALL = slot_of("all", None, None)
LISTED, SELLS, SHOWS = str(LISTING), str(SELLER), str(GROUP)


def opened(kind: str = PLATFORM_FEE) -> Scenario[Tariff]:
    return Scenario(Tariff).given(lambda: Tariff(kind))


def holding(*rules: Any, kind: str = PLATFORM_FEE) -> Scenario[Tariff]:
    """With rules that hold since long ago."""
    given = [lambda one, told=told: announce(one, told, LONG_AGO) for told in rules]
    return Scenario(Tariff).given(lambda: Tariff(kind), *given)


def fee_at(tariff: Tariff, at: datetime, sold: Sold = SOLD, price_minor: int = 10_000) -> int:
    return charge(
        {PLATFORM_FEE: tariff}, sold, price_minor, 500, Attributed(Way(), 0, {}, None, None), at
    ).platform_fee_bps


def test_a_dearer_fee_holds_after_its_notice() -> None:
    opened().when(lambda one: announce(one, bounds(700))).then(
        (Tariff.RuleAnnounced, bounds(700) | {"announced_at": NOON, "begins_at": NOON + 7 * DAY, "notice_days": 7})
    )


def test_the_notice_is_that_of_the_terms() -> None:
    opened().when(lambda one: announce(one, bounds(700), notice_days=15)).then(
        (Tariff.RuleAnnounced, {"begins_at": NOON + 15 * DAY, "notice_days": 15})
    )


def too_early() -> None:
    early = NOON + 7 * DAY - timedelta(seconds=1)
    opened().when(lambda one: announce(one, bounds(700), begins_at=early)).then_refused(refusals.NoticeTooShort)


def test_refuses_a_dearer_fee_before_its_notice_is_over() -> None:
    too_early()


def test_without_its_guard_fees_rise_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tariff, "_only_lowers", lambda *_: True)
    with pytest.raises(AssertionError):
        too_early()


def test_a_fee_that_is_lower_for_everybody_holds_at_once() -> None:
    opened().when(lambda one: announce(one, bounds(400))).then(
        (Tariff.RuleAnnounced, {"begins_at": NOON, "notice_days": 0})
    )


DEARER: dict[str, Callable[[], Any]] = {
    "a least": lambda: bounds(400, currency="EUR", least_minor=1),
    "than a wider rule": lambda: bounds(300, scope="seller", subject=SELLS),
    "than a most": lambda: bounds(100, scope="listing", subject=LISTED),
}


@pytest.mark.parametrize("how", DEARER)
def test_what_may_cost_somebody_more_waits(how: str) -> None:
    wider = bounds(200, scope="category", subject="fishing")
    with_most = bounds(800, scope="seller", subject=SELLS, currency="EUR", most_minor=50)
    given = {"a least": [], "than a wider rule": [wider], "than a most": [with_most]}[how]
    holding(*given).when(lambda one: announce(one, DEARER[how]())).then((Tariff.RuleAnnounced, {"notice_days": 7}))


def test_a_fee_is_compared_with_what_is_announced_in_the_terms_too() -> None:
    told = [(600, (700, 500), 7), (600, (500, 700), 7), (500, (700, 500), 0)]
    for bps, defaults, notice_days in told:
        opened().when(lambda one, bps=bps, defaults=defaults: announce(one, bounds(bps), default_bps=defaults)).then(
            (Tariff.RuleAnnounced, {"notice_days": notice_days})
        )


def test_a_rule_does_not_end_at_once_before_the_terms_become_dearer() -> None:
    holding(bounds(600)).when(lambda one: end(one, 1, default_bps=(500, 800))).then(
        (Tariff.RuleEnded, {"ends_at": NOON + 7 * DAY, "notice_days": 7})
    )


def test_a_rule_for_all_takes_the_place_of_the_terms_when_fees_are_compared() -> None:
    holding(bounds(800)).when(lambda one: announce(one, bounds(600, scope="seller", subject=SELLS))).then(
        (Tariff.RuleAnnounced, {"begins_at": NOON})
    )


@pytest.mark.parametrize("bps", [100, 2_000])
def test_a_change_of_commissions_always_waits(bps: int) -> None:
    opened(COMMISSION).when(lambda one: announce(one, bounds(bps))).then((Tariff.RuleAnnounced, {"notice_days": 7}))


WRONG: list[tuple[Any, type[Exception]]] = [
    (bounds(3_001), refusals.TariffOutOfBounds),
    (bounds(-1), refusals.TariffOutOfBounds),
    (bounds(currency="EUR", least_minor=-1), refusals.TariffOutOfBounds),
    (bounds(least_bps=501), refusals.LimitsCrossed),
    (bounds(currency="EUR", least_minor=2, most_minor=1), refusals.LimitsCrossed),
    (bounds(least_minor=2), refusals.LimitsWithoutCurrency),
    (bounds(most_minor=2), refusals.LimitsWithoutCurrency),
    (bounds(currency="eur"), refusals.CurrencyNotUsable),
]


@pytest.mark.parametrize(("told", "refusal"), WRONG)
def test_refuses_a_rule_that_no_mall_may_have(told: Any, refusal: Any) -> None:
    opened().when(lambda one: announce(one, told)).then_refused(refusal)


def test_a_commission_may_be_half_of_the_price_and_no_more() -> None:
    opened(COMMISSION).when(lambda one: announce(one, bounds(5_001))).then_refused(refusals.TariffOutOfBounds)
    opened(COMMISSION).when(lambda one: announce(one, bounds(5_000))).then((Tariff.RuleAnnounced, {"most_bps": 5_000}))


def test_refuses_a_rule_that_ends_before_it_begins() -> None:
    opened().when(lambda one: announce(one, bounds(700), ends_at=NOON + 7 * DAY)).then_refused(refusals.RuleEndsFirst)


def test_a_later_rule_replaces_an_earlier_one_from_its_day_on() -> None:
    tariff = a_tariff(bounds(700))
    with acting(context()):
        announce(tariff, bounds(900), begins_at=NOON + 9 * DAY)
    assert [fee_at(tariff, NOON + days * DAY) for days in (0, 8, 9)] == [700, 700, 900]
    assert tariff.over_at(tariff.rules[str(rule_id(1))]) == NOON + 9 * DAY
    assert [rule["most_bps"] for rule in tariff.in_force(LONG_AGO + 7 * DAY)] == [700]


def test_a_rule_with_an_end_stands_in_for_the_one_before_it() -> None:
    tariff = a_tariff(bounds(700))
    with acting(context()):
        announce(tariff, bounds(0), ends_at=NOON + 2 * DAY)
    assert [fee_at(tariff, NOON + days * DAY) for days in (-1, 0, 1, 2)] == [700, 0, 0, 700]


def test_of_two_that_begin_together_the_later_announced_holds() -> None:
    tariff = a_tariff(bounds(700))
    with acting(context()):
        for bps in (900, 800):
            announce(tariff, bounds(bps), begins_at=NOON + 9 * DAY)
    assert fee_at(tariff, NOON + 9 * DAY) == 800


def test_what_ends_does_not_bring_back_what_it_replaced() -> None:
    tariff = a_tariff(bounds(700), bounds(900))
    with acting(context()):
        end(tariff, 2)
    assert [fee_at(tariff, NOON - DAY), fee_at(tariff, NOON)] == [900, 500]


def test_a_rule_that_ends_before_it_begins_leaves_the_earlier_one() -> None:
    tariff = a_tariff(bounds(700))
    with acting(context()):
        announce(tariff, bounds(900))
        end(tariff, 2)
    assert [fee_at(tariff, NOON + days * DAY) for days in (0, 7, 30)] == [700, 700, 700]


def test_the_end_of_a_cheaper_fee_has_its_notice() -> None:
    holding(bounds(400)).when(lambda one: end(one, 1)).then(
        (Tariff.RuleEnded, {"rule_id": rule_id(1), "ends_at": NOON + 7 * DAY, "notice_days": 7})
    )


def test_the_end_of_a_dearer_fee_may_be_at_once() -> None:
    holding(bounds(700)).when(lambda one: end(one, 1)).then((Tariff.RuleEnded, {"ends_at": NOON, "notice_days": 0}))


def test_the_end_of_one_category_has_notice_while_another_is_dearer() -> None:
    both = [bounds(bps, scope="category", subject=tag) for bps, tag in ((600, "fishing"), (900, "outdoors"))]
    holding(*both).when(lambda one: end(one, 1)).then((Tariff.RuleEnded, {"notice_days": 7}))


def test_refuses_to_end_what_ends_no_later() -> None:
    again = holding(bounds(700)).when(lambda one: end(one, 1, ends_at=NOON + DAY)).when(lambda one: end(one, 1))
    again.then((Tariff.RuleEnded, {"ends_at": NOON}))
    again.when(lambda one: end(one, 1, ends_at=NOON + DAY)).then_refused(refusals.RuleEndsAlready)
    holding(bounds(700), bounds(900)).when(lambda one: end(one, 1)).then_refused(refusals.RuleEndsAlready)


def test_refuses_to_end_what_was_never_announced() -> None:
    opened().when(lambda one: end(one, 1)).then_refused(refusals.NoSuchRule)


BY_SCOPE = [
    bounds(100), bounds(200, scope="category", subject="fishing"), bounds(300, scope="community", subject=SHOWS),
    bounds(400, scope="seller", subject=SELLS), bounds(600, scope="listing", subject=LISTED),
]  # fmt: skip


@pytest.mark.parametrize("most_specific", range(5))
def test_the_most_specific_rule_holds(most_specific: int) -> None:
    tariff = a_tariff(*BY_SCOPE[: most_specific + 1])
    assert fee_at(tariff, NOON) == BY_SCOPE[most_specific]["most_bps"]
    elsewhere = Sold(GROUP, GROUP, None, [], "EUR")
    assert fee_at(tariff, NOON, elsewhere) == 100


def test_a_rule_in_the_currency_of_a_line_comes_before_one_in_any() -> None:
    tariff = a_tariff(bounds(900, currency="EUR"), bounds(700), bounds(800, currency="CNY"))
    assert fee_at(tariff, NOON) == 900
    assert fee_at(tariff, NOON, Sold(LISTING, SELLER, None, [], "USD")) == 700


def test_of_several_categories_the_one_that_costs_the_seller_least_for_this_line() -> None:
    cheap_rate = bounds(600, scope="category", subject="fishing", currency="EUR", least_minor=100)
    no_least = bounds(700, scope="category", subject="outdoors")
    tariff = a_tariff(cheap_rate, no_least)
    assert fee_at(tariff, NOON, price_minor=10_000) == 600
    assert fee_at(tariff, NOON, price_minor=1_000) == 700


def test_no_rule_stands_where_none_has_begun() -> None:
    assert standing([], NOON) is None
    tariff = a_tariff(bounds(700))
    assert tariff.standing(FOR_ALL, LONG_AGO) is None
    assert fee_at(tariff, LONG_AGO) == 500


def test_a_line_keeps_the_rules_by_which_it_is_charged() -> None:
    tariffs = {
        PLATFORM_FEE: a_tariff(bounds(700)),
        COMMISSION: a_tariff(bounds(least_bps=800, most_bps=900), kind=COMMISSION),
    }
    brought = Attributed(Way(group_id=GROUP), 1_000, {"community": 10_000}, None, {"pool_bps": 1_000})
    charged = charge(tariffs, SOLD, 10_000, 500, brought, NOON)
    assert charged.tariff[PLATFORM_FEE] == bounds(700) | {
        "rule_id": str(rule_id(1)), "begins_at": (LONG_AGO + 7 * DAY).isoformat(),
    }  # fmt: skip
    assert charged.tariff[COMMISSION].items() >= {"offered_bps": 1_000, "least_bps": 800, "most_bps": 900}.items()
    assert charged.attributed.decided == {"pool_bps": 900, "earned_bps": {"community": 10_000}}


def test_without_a_way_no_commission_rule_is_kept() -> None:
    tariffs = {COMMISSION: a_tariff(bounds(900), kind=COMMISSION)}
    assert charge(tariffs, SOLD, 10_000, 500, Attributed(Way(), 1_000, {}, None, None), NOON).tariff == {}
