"""The privacy floor: which numbers of people may be told, so that nobody can be singled out.

It is the same rule wherever figures about people leave the platform, it is no setting, and nothing in it is drawn
by chance: asking again averages nothing out. docs/privacy.md says what it protects and what it does not.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

PRIVACY_FLOOR = 5
"""No number of people below it is told, neither directly nor as what is missing to a sum."""
_MOST = PRIVACY_FLOOR - 1


def told(people: int, *totals: int) -> int | None:
    """A number of people, or None: when it is below the floor, or it is a part of totals that are told too and the
    rest of one of them would be below the floor."""
    if people < PRIVACY_FLOOR or any(_tells(total - people) for total in totals):
        return None
    return people


def in_steps(people: int) -> int:
    """A number of people as answers tell it that can be laid side by side: down to the last full five.

    Two such numbers are equal or at least five apart, whichever two questions they answer.
    """
    return people - people % PRIVACY_FLOOR


def are_apart(one: int, other: int, shared: int) -> bool:
    """Whether two sets of people, of these sizes and with so many in both, may both be broken down.

    They may when they are the same or differ in five people at least: otherwise what is told of one, less what is
    told of the other, would be told of those few alone.
    """
    return not _tells(one + other - 2 * shared)


def shown_cells(cells: Mapping[str, Collection[str]], *totals: int) -> dict[str, int]:
    """Value -> number of people, of those cells of one breakdown that may be shown beside these totals.

    A cell below the floor is left out. So that it cannot be had as what is missing to a total, the smallest cell
    above the floor is left out too. Whoever knows this rule must not be able to run it backwards either: what is
    missing always fits several numbers in each cell that is left out, and where it would not, no cell is shown.
    Somebody may be in several cells: the people who are in none, and what the sum is short of, must both say nothing.
    """
    everybody = {value: frozenset(people) for value, people in cells.items() if people}
    large = [value for value, people in everybody.items() if len(people) >= PRIVACY_FLOOR]
    ranked = sorted(large, key=lambda value: (len(everybody[value]), value))
    breakdown = _Breakdown(everybody, ranked)
    for dropped in range(len(ranked)):
        if all(breakdown.hides(dropped, total) for total in totals):
            return {value: len(everybody[value]) for value in ranked[dropped:]}
    return {}


def told_cells(cells: Mapping[str, Collection[str]], *totals: int) -> dict[str, int]:
    """The cells of ``shown_cells``, each in steps."""
    return {value: in_steps(people) for value, people in shown_cells(cells, *totals).items()}


@dataclass(frozen=True, slots=True)
class _Breakdown:
    """Cells that have somebody, and those not below the floor from the smallest on."""

    cells: Mapping[str, frozenset[str]]
    ranked: Sequence[str]

    def hides(self, dropped: int, total: int) -> bool:
        """Whether a total tells nothing of what is left out, once so many of the smallest large cells are as well."""
        shown = [self.cells[value] for value in self.ranked[dropped:]]
        missing = total - sum(map(len, shown))
        if _tells(missing) or _tells(total - len(frozenset().union(*shown))):
            return False
        if missing <= 0:
            return True  # the cells overlap, or there is nothing else
        outside = total - len(frozenset().union(*self.cells.values()))
        parts = len(self.cells) - len(self.ranked) + (outside > 0)
        if dropped == 0:
            return outside >= PRIVACY_FLOOR or _fits_several(missing, parts)
        if dropped == 1:
            return self._hides_one(missing, parts, outside)
        return outside >= PRIVACY_FLOOR

    def _hides_one(self, missing: int, parts: int, outside: int) -> bool:
        """The same when the smallest alone was dropped: how large it is, is known from the next one and the rest."""
        smallest, following = (len(self.cells[value]) for value in self.ranked[:2])
        before = missing - smallest
        if not _tells(before):
            return before <= 0 or outside >= PRIVACY_FLOOR or _fits_several(before, parts)
        largest = following if self.ranked[0] < self.ranked[1] else following - 1  # of equal ones the first is dropped
        return max(1, parts, missing - largest) < min(_MOST, missing - PRIVACY_FLOOR)


def _fits_several(people: int, parts: int) -> bool:
    """Whether so many can be made up in several ways of parts that are all below the floor: all but the ends can."""
    return people not in {parts, parts + 1, _MOST * parts - 1, _MOST * parts}


def _tells(missing: int) -> bool:
    return 0 < missing < PRIVACY_FLOOR
