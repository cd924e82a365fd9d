"""The privacy floor: which numbers of people may be told, so that nobody can be singled out.

It is the same rule wherever figures about people leave the platform, it is no setting, and nothing in it is drawn
by chance: asking again averages nothing out. docs/privacy.md says what it protects and what it does not.
"""

from collections import Counter
from collections.abc import Collection, Mapping

PRIVACY_FLOOR = 5
"""No number of people below it is told, neither directly nor as what is missing to a sum."""


def told(people: int, *totals: int) -> int | None:
    """A number of people, or None: when it is below the floor, or it is a part of totals that are told too and the
    rest of one of them would be below the floor."""
    if people < PRIVACY_FLOOR or any(_tells(total - people) for total in totals):
        return None
    return people


def shown_cells(cells: Mapping[str, Collection[str]], *totals: int) -> dict[str, int]:
    """Value -> number of people, of those cells of one breakdown that may be shown beside these totals.

    A cell below the floor is left out. So that it cannot be had as what is missing to a total, the smallest cells
    above the floor are left out too, until what is missing is nothing or not below the floor. Somebody may be in
    several cells: the people who are in none, and what the sum is short of, must both say nothing.
    """
    kept = {value: set(people) for value, people in cells.items() if len(people) >= PRIVACY_FLOOR}
    times = Counter(one for people in kept.values() for one in people)
    together = times.total()
    for value in sorted(kept, key=lambda one: (len(kept[one]), one)):
        if not any(_tells(total - len(times)) or _tells(total - together) for total in totals):
            break
        together -= len(kept[value])
        for one in kept.pop(value):
            times[one] -= 1
            if not times[one]:
                del times[one]
    return {value: len(people) for value, people in kept.items()}


def _tells(missing: int) -> bool:
    return 0 < missing < PRIVACY_FLOOR
