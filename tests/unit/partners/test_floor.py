"""The privacy floor: no number of people below five, neither told nor left to be worked out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.floor import PRIVACY_FLOOR, shown_cells, told

PEOPLE = [f"person {number}" for number in range(14)]
some_people = st.sets(st.sampled_from(PEOPLE))


def test_a_number_below_the_floor_is_not_told():
    assert [told(number) for number in (0, 1, 4, 5, 6)] == [None, None, None, 5, 6]


def test_a_number_is_not_told_beside_a_total_that_gives_the_rest_away():
    assert [told(number, 20) for number in (20, 19, 16, 15)] == [20, None, None, 15]
    assert told(10, 20, 12) is None


def test_a_cell_that_is_all_there_is_may_be_told():
    assert shown_cells({"a": PEOPLE[:7]}, 7) == {"a": 7}


def test_a_small_cell_takes_its_neighbour_along():
    assert shown_cells({"a": PEOPLE[:7], "b": PEOPLE[7:10]}, 10) == {}
    assert shown_cells({"a": PEOPLE[:5], "b": PEOPLE[5:11], "c": PEOPLE[11:]}, 14) == {"b": 6}


def test_people_in_two_cells_give_nobody_away():
    overlapping = {"a": PEOPLE[:7], "c": PEOPLE[4:10]}
    assert shown_cells(overlapping, 10) == {"a": 7, "c": 6}
    assert shown_cells(overlapping, 15) == {"a": 7}, "the sum is short of two"


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from("abcdef"), some_people), st.sets(st.integers(0, 40)))
def test_nothing_below_the_floor_is_told_or_missing(cells, more):
    everybody = len(set().union(*cells.values()))
    totals = [everybody, *more]
    shown = shown_cells(cells, *totals)
    in_some = set().union(*(cells[value] for value in shown))
    assert all(number == len(cells[value]) >= PRIVACY_FLOOR for value, number in shown.items())
    for total in totals:
        assert not shown or not 0 < total - len(in_some) < PRIVACY_FLOOR
        assert not shown or not 0 < total - sum(shown.values()) < PRIVACY_FLOOR
    assert shown_cells(dict(reversed(cells.items())), *totals) == shown, "the same question, the same answer"
