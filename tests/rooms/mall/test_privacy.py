"""Who bought, as numbers of people: never fewer than five, and never as a difference."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.floor import PRIVACY_FLOOR, shown_cells
from services.contracts.identity import FieldVisibilitySet
from services.kernel.flow.views import tracking
from services.mall.domain.refusals import FiguresNotReady
from services.mall.projections.orders import OrdersView
from services.mall.queries import buyers, first_buyers
from services.mall.queries.moments import NOW
from tests.support.statements import statements_of
from tests.support.stored import lying_at

from .market import ANNA, BORIS, CHEN, GROUP, OPERATOR, Market
from .questioning import ask, buy, certified, line, market_listing, person, put_on_shelf, recorded, tagged

PEOPLE = [f"person {number}" for number in range(20)]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    with Market(tmp_path) as market:
        market.seller(ANNA)
        yield market


def cells(**numbers: int) -> dict[str, set[str]]:
    """Values that nobody has two of."""
    people = iter(range(1_000))
    return {value: {f"{next(people)}" for _ in range(number)} for value, number in numbers.items()}


def test_the_floor_is_five_people() -> None:
    assert PRIVACY_FLOOR == 5


def test_cells_from_the_floor_on_are_shown() -> None:
    assert shown_cells(cells(rome=5, oslo=9), 14) == {"rome": 5, "oslo": 9}


def test_a_cell_below_the_floor_is_left_out_and_cannot_be_had_as_the_rest() -> None:
    assert shown_cells(cells(rome=10, oslo=7, lima=3), 20) == {"rome": 10}
    assert shown_cells(cells(rome=10, lima=3), 13) == {}


def test_people_of_whom_nothing_is_known_hide_a_small_cell() -> None:
    assert shown_cells(cells(rome=10, lima=3), 20) == {"rome": 10}


def test_people_without_any_value_are_not_told_either() -> None:
    assert shown_cells(cells(rome=10), 12) == {}


def test_of_equal_cells_the_same_one_is_always_left_out() -> None:
    numbers = cells(rome=6, oslo=6, lima=2)
    assert shown_cells(numbers, 14) == shown_cells(dict(reversed(numbers.items())), 14) == {"rome": 6}


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from("abcdefg"), st.sets(st.sampled_from(PEOPLE), min_size=1), max_size=7))
def test_nothing_below_the_floor_is_shown_or_left_over(found: dict[str, set[str]]) -> None:
    shown = shown_cells(found, len(PEOPLE))
    missing = len(PEOPLE) - len(set().union(*(found[value] for value in shown)))
    difference = len(PEOPLE) - sum(shown.values())
    assert all(number >= PRIVACY_FLOOR for number in shown.values())
    assert not 0 < missing < PRIVACY_FLOOR
    assert not 0 < difference < PRIVACY_FLOOR


def sold_to(market: Market, buyers: int) -> str:
    rod = market.listed(stock=100)
    put_on_shelf(market, CHEN, rod)
    for number in range(buyers):
        buy(market, person(number), line(rod, 1, GROUP))
    return rod


def buyers_of(market: Market, rod: str, actor_id: Any = ANNA) -> dict[str, Any]:
    return dict(ask(market, "listing_sales", actor_id, listing_id=rod)["buyers"])


def test_fewer_buyers_than_five_are_not_even_counted(market: Market) -> None:
    rod = sold_to(market, 4)
    tagged(market, "city", "Rome", *map(person, range(4)))
    for actor_id in (ANNA, OPERATOR):
        seen = buyers_of(market, rod, actor_id)
        assert (seen["count"], seen["by"], seen["suppressed"]) == (None, [], None)
        assert (seen["told_of"], seen["withheld"]) == (None, "too_few")
    assert ask(market, "community_sales", CHEN, group_id=GROUP)["buyers"]["count"] is None


def test_somebody_who_buys_twice_is_one_buyer(market: Market) -> None:
    rod = sold_to(market, 4)
    buy(market, person(0), line(rod))
    assert buyers_of(market, rod)["count"] is None
    buy(market, BORIS, line(rod))
    assert buyers_of(market, rod)["count"] == 5


def test_a_buyer_whose_order_was_never_paid_is_none(market: Market) -> None:
    rod = sold_to(market, 4)
    market.bought(rod, buyer_id=BORIS)
    market.settle()
    assert buyers_of(market, rod)["count"] is None


def test_buyers_are_told_by_claims_and_tags_in_numbers_of_five_and_more(market: Market) -> None:
    rod = sold_to(market, 17)
    tagged(market, "city", "Rome", *map(person, range(9)))
    tagged(market, "city", "Oslo", *map(person, range(9, 17)))
    tagged(market, "hobby", "chess", person(0))
    certified(market, "industry", *map(person, range(6)), code="outdoors")
    certified(market, "industry", person(6), code="law")
    certified(market, "real_name", *map(person, range(17)), level=1)
    certified(market, "real_name", *map(person, range(6)), level=2)
    seen = buyers_of(market, rod)
    assert [(cell["certified"], cell["kind"], cell["value"], cell["buyers"]) for cell in seen["by"]] == [
        (False, "city", "Oslo", 5), (False, "city", "Rome", 5), (True, "industry", "outdoors", 5),
        (True, "real_name", "level 1", 5), (True, "real_name", "level 2", 5),
    ]  # fmt: skip
    assert (seen["count"], seen["suppressed"]) == (17, 2)
    assert seen["known_at"] == f"identity:{len(market.identity.said)}"


def test_asking_again_tells_nothing_new(market: Market) -> None:
    rod = sold_to(market, 10)
    tagged(market, "city", "Rome", *map(person, range(7)))
    tagged(market, "city", "Oslo", *map(person, range(7, 10)))
    first = ask(market, "listing_sales", ANNA, listing_id=rod)
    assert [ask(market, "listing_sales", ANNA, listing_id=rod) for _ in range(3)] == [first] * 3
    assert first["buyers"]["by"] == []
    assert first["buyers"]["suppressed"] == 2


def test_what_is_withdrawn_of_somebody_does_not_count_any_more(market: Market) -> None:
    rod = sold_to(market, 5)
    market.certify(*map(person, range(5)))
    assert [cell["buyers"] for cell in buyers_of(market, rod)["by"]] == [5]
    market.withdraw_claim(person(0))
    assert buyers_of(market, rod)["by"] == []


def after_each(market: Market, rod: str, *numbers: int) -> list[dict[str, int]]:
    """The cells after each of these has bought, who all are from Rome."""
    seen = []
    for one in numbers:
        tagged(market, "city", "Rome", person(one))
        buy(market, person(one), line(rod))
        seen.append(cells_of(market, rod))
    return seen


def cells_of(market: Market, rod: str) -> dict[str, int]:
    return of_all(buyers_of(market, rod))


def of_all(told: dict[str, Any]) -> dict[str, int]:
    return {cell["value"]: cell["buyers"] for cell in told["by"]}


def test_two_moments_do_not_tell_who_bought_between_them(market: Market) -> None:
    rod = sold_to(market, 20)
    tagged(market, "city", "Rome", *map(person, range(14)))
    before = cells_of(market, rod)
    assert before == {"Rome": 10}
    assert after_each(market, rod, 100, 101, 102, 103) == [before] * 4
    assert after_each(market, rod, 104) == [{"Rome": 15}]


def test_with_the_floor_off_two_moments_tell_it(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_buyers, "in_steps", lambda people: people)
    monkeypatch.setattr(buyers, "told_cells", lambda found, *_: {value: len(people) for value, people in found.items()})
    rod = sold_to(market, 20)
    tagged(market, "city", "Rome", *map(person, range(14)))
    assert after_each(market, rod, 100, 101, 102, 103) == [{"Rome": 15}, {"Rome": 16}, {"Rome": 17}, {"Rome": 18}]


def nearly_the_same(market: Market) -> str:
    """Ten buy it, through the shelf but for one, who is one of five from Rome."""
    rod = market.listed(stock=100)
    put_on_shelf(market, CHEN, rod)
    for number in range(10):
        buy(market, person(number), line(rod, 1, None if number == 7 else GROUP))
    tagged(market, "city", "Rome", *map(person, (0, 1, 2, 3, 7)))
    return rod


def of_shelf(market: Market) -> dict[str, Any]:
    return dict(ask(market, "community_sales", CHEN, group_id=GROUP)["buyers"])


def test_a_cancellation_takes_one_from_the_count_and_none_from_the_cells(market: Market) -> None:
    rod = sold_to(market, 9)
    sold_elsewhere = recorded(market, rod, 1)[0]
    tagged(market, "city", "Rome", BORIS, *map(person, range(9)))
    before = buyers_of(market, rod)
    market.do("record_cancellation", OPERATOR, **sold_elsewhere, reason="unavailable")
    market.settle()
    after = buyers_of(market, rod)
    assert (before["count"], after["count"]) == (10, 9)
    assert before | {"count": 9} == after
    assert (after["told_of"], [cell["buyers"] for cell in after["by"]]) == (10, [10])


def test_of_nearly_the_same_people_who_had_as_many_later_is_not_broken_down(market: Market) -> None:
    rod = nearly_the_same(market)
    of_listing = buyers_of(market, rod)
    assert (of_listing["told_of"], of_listing["withheld"], cells_of(market, rod)) == (10, None, {"Rome": 5})
    assert of_shelf(market)["told_of"] == 5, "nine people bought through it"
    buy(market, BORIS, line(rod, 1, GROUP))
    through_shelf = of_shelf(market)
    assert (through_shelf["count"], through_shelf["withheld"], through_shelf["by"]) == (10, "too_alike", [])
    assert buyers_of(market, rod) == of_listing | {"count": 11}, "what was told stays"


def test_without_that_rule_the_difference_is_told(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    rod = nearly_the_same(market)
    buy(market, BORIS, line(rod, 1, GROUP))
    monkeypatch.setattr(first_buyers.FirstBuyers, "are_apart", lambda _: True)
    assert cells_of(market, rod) == {"Rome": 5}
    assert (of_shelf(market)["told_of"], of_all(of_shelf(market))) == (10, {}), "who is not there is from Rome"


def test_two_listings_that_the_same_people_bought_are_told_alike(market: Market) -> None:
    rod, reel = sold_to(market, 20), market_listing(market, title="Reel", stock=100)
    for number in range(20):
        buy(market, person(number), line(reel))
    tagged(market, "city", "Rome", *map(person, range(15)))
    assert cells_of(market, rod) == cells_of(market, reel) == of_all(of_shelf(market)) == {"Rome": 15}


def test_what_may_be_nearly_the_same_is_looked_up_in_few_statements(market: Market) -> None:
    """Two for the shelf, where the same people bought; two for what eight of ten did; none for what fewer did."""
    rod, taken = sold_to(market, 10), []
    for others in (range(2), range(2, 10), range(20, 30)):
        reel = market_listing(market, title="Reel", stock=100)
        for number in others:
            buy(market, person(number), line(reel))
        with market.service.views.reading() as connection, statements_of(connection) as sent:
            assert first_buyers.FirstBuyers(connection, NOW, first_buyers.LISTING, rod).are_apart()
        taken.append(len(sent))
    assert taken == [6, 8, 8]


def test_there_are_no_figures_while_it_is_not_known_who_bought_what_else(market: Market) -> None:
    rod = sold_to(market, 1)
    with market.service.views.writing() as connection:
        mine = tracking.c.view == OrdersView().tracking_name
        connection.execute(tracking.update().where(mine).values(position=1))
    with pytest.raises(FiguresNotReady):
        buyers_of(market, rod)


def test_a_buyer_who_hides_it_is_in_no_cell(market: Market) -> None:
    rod = sold_to(market, 15)
    tagged(market, "city", "Rome", *map(person, range(10)))
    assert cells_of(market, rod) == {"Rome": 10}
    for audience in ("nobody", "groups"):
        said = FieldVisibilitySet(person_id=person(0), field="tags", audience=audience, group_ids=[])
        market.identity.say(said, market.clock.at)
        market.settle()
        assert cells_of(market, rod) == {"Rome": 5}


def test_no_answer_about_sales_names_a_buyer(market: Market) -> None:
    rod = sold_to(market, 6)
    for answer in (
        ask(market, "listing_sales", ANNA, listing_id=rod), ask(market, "community_sales", CHEN, group_id=GROUP),
    ):  # fmt: skip
        assert not [number for number in range(6) if str(person(number)) in str(answer)]


def test_views_hold_no_name_no_address_and_no_note(market: Market) -> None:
    sold_to(market, 1)
    held = b"".join(content for name, content in lying_at(market.folder).items() if "views" in name)
    assert str(person(0)).encode() in held
    for personal in (b"Somebody", b"Lake Road", b"Good."):
        assert personal not in held
