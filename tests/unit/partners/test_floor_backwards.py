"""The privacy floor run backwards: whoever knows the rule finds several populations behind everything it shows."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import pytest

from services.contracts.floor import PRIVACY_FLOOR, shown_cells, told

Sizes = tuple[int, ...]
"""How many people each cell has; the last is how many are in none."""
Seen = tuple[object, ...]


def apart(sizes: Sizes, *totals: int) -> dict[str, int]:
    """What is shown of cells that nobody is in two of."""
    people = iter(range(1_000))
    cells = {name: {f"{next(people)}" for _ in range(many)} for name, many in zip("abcd", sizes, strict=False)}
    return shown_cells(cells, *totals)


def few(count: int) -> bool:
    return 0 < count < PRIVACY_FLOOR


def given_away(found: Iterable[tuple[Sizes, dict[str, int], Seen]], most: int) -> list[Sizes]:
    """The populations, with no number above ``most``, of which something told gives a number below the floor away:
    of one cell, or of all that are withheld together."""
    behind: dict[Seen, list[tuple[Sizes, Sizes]]] = defaultdict(list)
    for sizes, shown, seen in found:
        withheld = tuple(many for name, many in zip("abcdefgh", sizes, strict=False) if name not in shown)
        behind[(*sorted(shown.items()), *seen)].append((sizes, withheld))
    return [
        sizes for same in behind.values() for sizes, withheld in same if max(sizes) <= most and any(map(few, withheld))
        and (len({tuple(sorted(other)) for _, other in same}) == 1 or any(
            few(count) and {other[place] for _, other in same} == {count} for place, count in enumerate(withheld)))
    ]  # fmt: skip


def test_a_withheld_cell_cannot_be_had_from_the_one_that_was_withheld_for_its_sake() -> None:
    """Of 24 with one cell of 10 shown, the other two can but be 10 and 4: one of nine and five would be shown."""
    assert apart((10, 10, 4), 24) == {}
    assert apart((10, 7, 3), 20) == {"a": 10}


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_a_total_gives_no_cell_away_when_everybody_is_in_one(cells: int) -> None:
    told_of = []
    for sizes in product(range(14), repeat=cells):
        totals = [sum(sizes)] if sum(sizes) >= PRIVACY_FLOOR else []
        told_of.append(((*sizes, 0), apart(sizes, *totals), (*totals,)))
    assert given_away(told_of, 8) == []


def test_a_total_gives_no_cell_away_when_some_are_in_none() -> None:
    found = [(sizes, sum(sizes)) for sizes in product(range(14), repeat=3)]
    told_of = [(sizes, apart(sizes[:-1], total), (total,)) for sizes, total in found if total >= 5]
    assert given_away(told_of, 8) == []


def test_two_totals_give_no_cell_away() -> None:
    """As partners see them: how many there are, and how many of them are in a cell, where that may be told."""
    told_of = []
    for sizes in product(range(14), repeat=3):
        everybody, inside = told(sum(sizes)), None
        if everybody is not None:
            inside = told(sum(sizes[:-1]), everybody)
            totals = [total for total in (inside, everybody) if total is not None]
            told_of.append((sizes, apart(sizes[:-1], *totals), (inside, everybody)))
    assert given_away(told_of, 8) == []


def test_people_in_two_cells_give_no_cell_away() -> None:
    told_of = []
    for first, second, both, outside in product(range(9), range(9), range(9), range(14)):
        people = [str(number) for number in range(first + both + second)]
        cells = {"a": people[: first + both], "b": people[first:]}
        total = len(people) + outside
        if total >= PRIVACY_FLOOR:
            told_of.append(((first + both, second + both, outside), shown_cells(cells, total), (total,)))
    assert given_away(told_of, 8) == []


def test_the_example_for_partners_shows_the_same_cells() -> None:
    from examples.partner_consumer.figures import _shown

    for sizes in product((0, 1, 3, 4, 5, 6, 9, 10), repeat=4):
        *cells, outside = sizes
        people = [(name, f"{name}{number}") for name, many in zip("abc", cells, strict=True) for number in range(many)]
        total = len(people) + outside
        assert _shown(people, len(people), total) == apart(sizes[:-1], len(people), total), sizes
