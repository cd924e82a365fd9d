"""What a seller and a community agree on: offered by one side, accepted by the other, ended by either."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.kernel.domain import acting
from services.mall.domain import agreement_terms, refusals
from services.mall.domain.agreement import Agreement
from services.mall.domain.agreement_terms import COMMUNITY, SELLER, Bought, Promise, agreed
from services.mall.domain.attribution import Attributed, Candidate, Way, decide
from services.mall.domain.charges import charge
from services.mall.domain.explaining import parts_of, steps_of
from services.mall.domain.lines import order_line
from services.mall.domain.listing import Listing
from services.mall.domain.tariff import COMMISSION
from services.mall.domain.trail import Touch
from tests.support.scenario import CHEN, NOON, Scenario, context

from .agreements import LONG_AGO, OTHER_GROUP, agree, alone, an_agreement, offer, offer_id, terms
from .samples import GROUP, LINK, LISTING, a_listing
from .samples import SELLER as SELLER_ID
from .tariffs import SOLD, a_commission

DAY = timedelta(days=1)
FROM_NOON = {"starts_at": NOON.isoformat(), "ends_at": None}


def opened(*given: Callable[[Agreement], object]) -> Scenario[Agreement]:
    return Scenario(Agreement).given(lambda: Agreement(SELLER_ID, GROUP), *given)


def offered(**changes: Any) -> Callable[[Agreement], object]:
    return lambda one: offer(one, terms(**changes))


def accepted(at: datetime = NOON, **changes: Any) -> Callable[[Agreement], object]:
    return lambda one: agree(one, terms(**changes), at)


def test_one_side_offers_and_the_other_accepts() -> None:
    opened().when(offered()).then((Agreement.Offered, terms() | {"number": 1, "offered_by": SELLER}))
    opened(offered()).when(lambda one: one.accept(offer_id(1), [COMMUNITY], NOON)).then(
        (Agreement.Accepted, {"number": 1, "accepted_by": COMMUNITY, "starts_at": NOON, "ends_at": None})
    )


def test_the_community_may_offer_as_well() -> None:
    by_group = opened(lambda one: offer(one, terms(), COMMUNITY))
    by_group.when(lambda one: one.accept(offer_id(1), [SELLER], NOON)).then(
        (Agreement.Accepted, {"accepted_by": SELLER})
    )


def answered_by_itself(answer: str) -> None:
    asked: dict[str, Callable[[Agreement], object]] = {
        "accept": lambda one: one.accept(offer_id(1), [SELLER], NOON),
        "decline": lambda one: one.decline(offer_id(1), [SELLER]),
    }
    opened(offered()).when(asked[answer]).then_refused(refusals.OfferIsYours)


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_nobody_answers_an_offer_of_his_own(answer: str) -> None:
    answered_by_itself(answer)


def test_without_its_guard_a_seller_agrees_with_herself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Agreement, "_is_answered_by", lambda *_: True)
    with pytest.raises(AssertionError):
        answered_by_itself("accept")


def test_an_offer_is_declined_or_withdrawn_and_then_not_open() -> None:
    opened(offered()).when(lambda one: one.decline(offer_id(1), [COMMUNITY])).then(
        (Agreement.Declined, {"number": 1, "declined_by": COMMUNITY})
    )
    opened(offered()).when(lambda one: one.withdraw(offer_id(1), [SELLER])).then(
        (Agreement.Withdrawn, {"number": 1, "withdrawn_by": SELLER})
    )
    gone = opened(offered(), lambda one: one.decline(offer_id(1), [COMMUNITY]))
    gone.when(lambda one: one.accept(offer_id(1), [COMMUNITY], NOON)).then_refused(refusals.OfferNotOpen)


def test_what_the_other_side_offers_is_not_withdrawn() -> None:
    opened(offered()).when(lambda one: one.withdraw(offer_id(1), [COMMUNITY])).then_refused(refusals.OfferIsTheirs)


def test_nobody_accepts_terms_that_were_replaced_while_he_read_them() -> None:
    replaced = opened(offered(pool_bps=3_000), offered(pool_bps=10))
    replaced.when(lambda one: one.accept(offer_id(1), [COMMUNITY], NOON)).then_refused(refusals.OfferNotOpen)


REFUSED = [
    ({"pool_bps": 5_001}, refusals.CommissionOutOfBounds),
    ({"notice_days": 366}, refusals.TermsOutOfBounds),
    ({"floor_minor": 1}, refusals.LimitsWithoutCurrency),
    ({"floor_minor": 0, "currency": "EUR"}, refusals.PriceNotPositive),
    ({"currency": "eur"}, refusals.CurrencyNotUsable),
    ({"territory": ["Cn"]}, refusals.CountryNotUsable),
    ({"exclusive": True}, refusals.ExclusivityTooWide),
    ({"exclusive": True, "listing_ids": [str(LISTING)], "territory": ["CN"]}, refusals.ExclusivityTooWide),
    ({"starts_at": NOON, "ends_at": NOON}, refusals.AgreementEndsFirst),
]


@pytest.mark.parametrize(("told", "expected"), REFUSED, ids=lambda one: getattr(one, "__name__", None))
def test_refuses_terms_that_nobody_may_offer(told: dict[str, Any], expected: type[Exception]) -> None:
    opened().when(offered(**told)).then_refused(expected)  # type: ignore[arg-type]


def test_refuses_to_accept_what_would_be_over_by_then() -> None:
    late = opened(offered(ends_at=NOON))
    late.when(lambda one: one.accept(offer_id(1), [COMMUNITY], NOON)).then_refused(refusals.AgreementEndsFirst)


def test_it_ends_after_the_notice_that_is_part_of_it() -> None:
    opened(accepted(notice_days=14)).when(lambda one: one.end(COMMUNITY, NOON)).then(
        (Agreement.EndAnnounced, {"announced_by": COMMUNITY, "notice_days": 14, "ends_at": NOON + 14 * DAY})
    )


def test_it_ends_once_and_only_what_was_agreed() -> None:
    opened().when(lambda one: one.end(SELLER, NOON)).then_refused(refusals.AgreementNotInForce)
    opened(offered()).when(lambda one: one.end(SELLER, NOON)).then_refused(refusals.AgreementNotInForce)
    over = opened(accepted(), lambda one: one.end(SELLER, NOON))
    over.when(lambda one: one.end(COMMUNITY, NOON + DAY)).then_refused(refusals.AgreementEndsAlready)


def test_refuses_to_end_what_ends_no_later_by_itself() -> None:
    soon = opened(accepted(ends_at=NOON + DAY))
    soon.when(lambda one: one.end(SELLER, NOON)).then_refused(refusals.AgreementEndsAlready)


def numbers(agreement: Agreement, *days: float) -> list[int | None]:
    """The number of the version that holds after so many days."""
    found = [agreement.at(LONG_AGO + one * DAY) for one in days]
    ends = [(one, LONG_AGO + day * DAY) for one, day in zip(found, days, strict=True)]
    return [one["number"] if one and (one["ends_at"] is None or at < one["ends_at"]) else None for one, at in ends]


def test_terms_that_are_accepted_later_take_the_place_of_those_before_once_they_begin() -> None:
    both = an_agreement(terms(), terms(starts_at=LONG_AGO + 10 * DAY))
    assert numbers(both, 0, 9.9, 10, 99) == [1, 1, 2, 2]
    sooner = an_agreement(terms(), terms(starts_at=LONG_AGO + 10 * DAY), terms(starts_at=LONG_AGO + 5 * DAY))
    assert numbers(sooner, 4.9, 5, 10) == [1, 3, 3]


def test_between_two_versions_nothing_may_hold_and_an_end_ends_all_of_them() -> None:
    gap = an_agreement(terms(ends_at=LONG_AGO + 3 * DAY), terms(starts_at=LONG_AGO + 5 * DAY, notice_days=0))
    assert numbers(gap, 2, 3, 4, 5) == [1, None, None, 2]
    with acting(context()):
        gap.end(SELLER, LONG_AGO + 4 * DAY)
    assert numbers(gap, 2, 3, 5, 9) == [1, None, None, None]


def test_what_was_agreed_again_after_its_end_holds_again() -> None:
    again = an_agreement(terms(notice_days=0))
    with acting(context()):
        again.end(SELLER, LONG_AGO + DAY)
        agree(again, terms(), LONG_AGO + 2 * DAY)
    assert numbers(again, 0, 1, 2) == [1, None, 2]


def bought(agreement: Agreement, at: datetime = NOON, holder: UUID | None = None, **changes: Any) -> Any:
    """What the agreement makes of a rod of 100.00 that goes to no country in particular."""
    line = Bought(**({"listing_id": LISTING, "unit_price_minor": 10_000, "currency": "EUR", "country": None} | changes))
    return agreed(agreement.id, agreement.at(at), line, holder and Promise(holder), GROUP, at)


OUTCOMES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {}, "applies"),
    ({"ends_at": NOON}, {}, "ended"),
    ({"listing_ids": [str(GROUP)]}, {}, "other_goods"),
    ({"listing_ids": [str(LISTING)]}, {}, "applies"),
    ({"territory": ["CN"]}, {}, "country_unknown"),
    ({"territory": ["CN"]}, {"country": "DE"}, "outside_territory"),
    ({"territory": ["CN", "DE"]}, {"country": "DE"}, "applies"),
    ({"floor_minor": 10_001, "currency": "EUR"}, {}, "below_floor"),
    ({"floor_minor": 10_000, "currency": "EUR"}, {}, "applies"),
    ({"floor_minor": 1, "currency": "CNY"}, {}, "other_currency"),
]


@pytest.mark.parametrize(("told", "changes", "outcome"), OUTCOMES)
def test_it_holds_for_a_line_or_says_why_not(told: dict[str, Any], changes: dict[str, Any], outcome: str) -> None:
    found = bought(an_agreement(terms(**told)), **changes)
    assert found.told["outcome"] == outcome
    assert found.pool_bps == (2_000 if outcome == "applies" else None)
    assert (found.told["number"], found.told["pool_bps"]) == (1, 2_000)


def test_before_anything_is_agreed_there_is_nothing_to_say() -> None:
    assert bought(an_agreement()) is None
    assert bought(an_agreement(terms(starts_at=NOON + DAY))) is None


def test_what_is_another_community_s_alone_has_no_pool_and_does_not_say_whose_it_is() -> None:
    found = bought(an_agreement(terms()), holder=OTHER_GROUP)
    assert (found.pool_bps, found.told["outcome"]) == (0, "promised_to_another")
    assert {value for name, value in found.told.items() if name != "outcome"} == {None}


def by_link(pool_bps: int = 1_000) -> Attributed:
    """Chen's link from the shelf of the group."""
    touch = Touch(touched_at=NOON, link_id=LINK, is_named=True)
    return decide([Candidate(touch, Way(GROUP, CHEN, LINK), 30)], NOON, pool_bps, 5_000, lambda *_: None)


@pytest.mark.parametrize("offered_bps", [0, 1_000])
def test_an_agreement_comes_before_the_tariff_and_the_tariff_before_the_listing(offered_bps: int) -> None:
    tariffs = {COMMISSION: a_commission(least_bps=0, most_bps=500)}
    for told, pool_bps, rules in (({}, 2_000, set()), ({"ends_at": NOON}, min(500, offered_bps), {COMMISSION})):
        found = bought(an_agreement(terms(**told)))
        charged = charge(tariffs, SOLD, 10_000, 500, by_link(offered_bps), NOON, found)
        assert charged.attributed.commission_bps == pool_bps
        assert charged.tariff.keys() == (rules if offered_bps else set())


def steps(agreement: Agreement, **changes: Any) -> list[str]:
    found = bought(agreement, **changes)
    charged = charge({}, SOLD, 10_000, 500, by_link(), NOON, found)
    line = order_line(
        "1", LISTING, "Rod", 1, 10_000, 0, GROUP, charged.attributed.commission_bps, 500, charged.attributed, None,
        None, found.told,
    )  # fmt: skip
    return steps_of(line, parts_of(line, str(SELLER_ID)))[:3]


def test_the_explanation_names_the_agreement_or_why_it_does_not_hold() -> None:
    held, small = an_agreement(terms()), an_agreement(terms(territory=["CN", "DE"]))
    assert steps(held) == [
        "The pool is 2000 of 10000 of the price of 10000: 2000.",
        f"That is by version 1 of agreement {held.id} of the seller and the community, in place of the listing's pool "
        "and rules.",
        "The community earns 5000 of 10000 of the pool: 1000.",
    ]
    assert steps(small)[:2] == [
        "The pool is 1000 of 10000 of the price of 10000: 1000.",
        f"By version 1 of agreement {small.id} it would be 2000 of 10000; that does not hold here, because it is for "
        "CN, DE, and nobody said to which country this goes.",
    ]
    assert steps(held, holder=OTHER_GROUP) == [
        "The pool is 0 of 10000 of the price of 10000: 0.",
        "By agreement with the seller the goods are another community's alone, so that there is no pool.",
        "The community would earn, and the pool is empty.",
    ]


def promised(*given: Callable[[Listing], object]) -> Scenario[Listing]:
    return Scenario(Listing).given(a_listing, *given)


def test_a_listing_is_promised_in_the_times_of_the_exclusive_versions() -> None:
    agreement = an_agreement(alone(), terms(starts_at=NOON))
    times = [{"starts_at": LONG_AGO.isoformat(), "ends_at": NOON.isoformat()}]
    assert agreement.promised == {str(LISTING): times}
    known = {"announced_at": LONG_AGO.isoformat(), "pools_end_at": (LONG_AGO + 7 * DAY).isoformat()}
    told = (Listing.Promised, {"group_id": GROUP, "agreement_id": agreement.id, "times": times, "notices": [known]})
    promised().when(lambda one: one.promise(GROUP, agreement.id, times, LONG_AGO, 7)).then(told)
    kept = promised(lambda one: one.promise(GROUP, agreement.id, times, LONG_AGO, 7))
    kept.when(lambda one: one.promise(GROUP, agreement.id, times, NOON, 7)).then_nothing()


def to_two() -> None:
    """Two communities want the rod alone."""
    one_has_it = promised(lambda one: one.promise(GROUP, GROUP, [FROM_NOON], NOON, 7))
    one_has_it.when(lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [FROM_NOON], NOON, 7)).then_refused(
        refusals.ListingExclusive
    )


def test_refuses_to_promise_goods_to_two_communities() -> None:
    to_two()


def test_without_its_guard_goods_are_promised_to_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Listing, "_is_free", lambda *_: True)
    with pytest.raises(AssertionError):
        to_two()


def test_only_the_community_that_has_the_promise_may_show_the_goods_while_it_holds() -> None:
    kept = promised(lambda one: one.promise(GROUP, GROUP, [FROM_NOON], NOON, 7))
    kept.when(lambda one: one.check_free_for(OTHER_GROUP, NOON)).then_refused(refusals.ListingExclusive)
    assert kept.root is not None
    assert kept.root.holder(NOON - DAY) is None
    assert kept.root.holder(NOON) == GROUP
    kept.root.check_free_for(GROUP, NOON)
    kept.root.check_free_for(OTHER_GROUP, NOON - DAY)


def test_goods_that_are_free_again_can_be_promised_to_another() -> None:
    over = {"starts_at": LONG_AGO.isoformat(), "ends_at": NOON.isoformat()}
    free = promised(lambda one: one.promise(GROUP, GROUP, [over], LONG_AGO, 7))
    free.when(lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [FROM_NOON], NOON, 7)).then(
        (Listing.Promised, {"group_id": OTHER_GROUP})
    )
    none_of_theirs = promised(lambda one: one.promise(GROUP, GROUP, [FROM_NOON], NOON, 7))
    none_of_theirs.when(lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [], NOON, 7)).then_nothing()


def test_times_that_are_over_are_no_promise_and_no_obstacle() -> None:
    over = {"starts_at": LONG_AGO.isoformat(), "ends_at": NOON.isoformat()}
    taken = promised(lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [FROM_NOON], NOON, 7))
    taken.when(lambda one: one.promise(GROUP, GROUP, [over], NOON, 7)).then_nothing()


def others_lose_it(kept: Scenario[Listing], agreement: Agreement, at: datetime) -> bool:
    """Whether a sale through Chen's group has no pool any more, where the rod is the other group's alone."""
    assert kept.root is not None
    bought = Bought(LISTING, 10_000, "EUR", None)
    found = agreed(agreement.id, agreement.at(at), bought, kept.root.promise_at(at), GROUP, at)
    return found is not None and found.told["outcome"] == "promised_to_another"


def ends_after(days: int, agreement: Agreement, *times: dict[str, Any], notice_days: int = 7) -> None:
    kept = promised(lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, list(times) or [FROM_NOON], NOON, notice_days))
    just_before = NOON + days * DAY - timedelta(seconds=1)
    assert [others_lose_it(kept, agreement, at) for at in (just_before, NOON + days * DAY)] == [False, True]


def test_whoever_shows_what_is_promised_to_another_keeps_the_pool_for_the_notice_of_the_mall() -> None:
    ends_after(7, an_agreement())
    ends_after(9, an_agreement(), notice_days=9)


def test_a_promise_that_begins_later_ends_no_pool_before_it_begins() -> None:
    ends_after(20, an_agreement(), {"starts_at": (NOON + 20 * DAY).isoformat(), "ends_at": None})


def test_what_was_agreed_on_before_is_good_for_the_notice_that_stands_in_it() -> None:
    ends_after(30, an_agreement(terms()))
    ends_after(7, an_agreement(terms(notice_days=3)))
    ends_after(7, an_agreement(terms(listing_ids=[str(GROUP)])))
    ends_after(7, an_agreement(terms(ends_at=NOON + DAY)))


def test_what_is_agreed_on_after_the_promise_was_announced_does_not_put_it_off() -> None:
    ends_after(7, an_agreement(terms(starts_at=NOON + DAY, notice_days=365)))


def test_without_its_guard_other_pools_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement_terms, "_is_over_for_others", lambda *_: True)
    with pytest.raises(AssertionError):
        ends_after(7, an_agreement())


def test_a_promise_that_goes_on_brings_nobody_a_pool_again() -> None:
    later = (NOON + 10 * DAY).isoformat()
    first, second = {"starts_at": NOON.isoformat(), "ends_at": later}, {"starts_at": later, "ends_at": None}
    kept = promised(
        lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [FROM_NOON], NOON, 7),
        lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [first, second], NOON + 9 * DAY, 7),
    )
    assert [others_lose_it(kept, an_agreement(), NOON + days * DAY) for days in (6, 7, 9, 10, 11)] == [
        False, True, True, True, True,
    ]  # fmt: skip


def test_a_promise_that_is_made_anew_after_its_end_is_announced_anew() -> None:
    again = NOON + 10 * DAY
    kept = promised(
        lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [FROM_NOON | {"ends_at": (NOON + DAY).isoformat()}], NOON, 7),
        lambda one: one.promise(OTHER_GROUP, OTHER_GROUP, [FROM_NOON | {"starts_at": again.isoformat()}], again, 7),
    )
    assert [others_lose_it(kept, an_agreement(), again + days * DAY) for days in (0, 6, 7)] == [False, False, True]


def test_promises_of_before_there_was_a_notice_ended_pools_at_once() -> None:
    state: dict[str, Any] = {"times": [{"starts_at": NOON.isoformat(), "ends_at": None}]}
    Listing.Promised.upcast_v1_v2(state)
    promise = Promise(OTHER_GROUP, **state["notices"][0])
    assert promise.ends_pools_at(an_agreement(terms()).at(NOON)) is None


def test_what_was_agreed_until_a_time_lapses_then_and_once() -> None:
    until = accepted(ends_at=NOON + DAY)
    opened(until).when(lambda one: one.lapse(NOON)).then_nothing()
    opened(until).when(lambda one: one.lapse(NOON + DAY)).then((Agreement.Lapsed, {"ends_at": NOON + DAY}))
    opened(until, lambda one: one.lapse(NOON + DAY)).when(lambda one: one.lapse(NOON + 2 * DAY)).then_nothing()
    opened(accepted()).when(lambda one: one.lapse(NOON + 400 * DAY)).then_nothing()


def test_an_end_that_was_announced_does_not_lapse_as_well() -> None:
    told = opened(accepted(ends_at=NOON + 60 * DAY), lambda one: one.end(SELLER, NOON))
    told.when(lambda one: one.lapse(NOON + 90 * DAY)).then_nothing()


def test_what_is_agreed_on_anew_can_lapse_anew() -> None:
    anew = opened(
        accepted(ends_at=NOON + DAY), lambda one: one.lapse(NOON + DAY),
        accepted(NOON + 2 * DAY, starts_at=NOON + 2 * DAY, ends_at=NOON + 3 * DAY),
    )  # fmt: skip
    anew.when(lambda one: one.lapse(NOON + 3 * DAY)).then((Agreement.Lapsed, {"ends_at": NOON + 3 * DAY}))
