"""Whoever holds too much, or ever more, is found; whoever does not, is not."""

import os
from collections.abc import Callable

import pytest

from .held import Held, grown, held_by, in_all, largest, too_much

MANY = 40


def looks(
    files: Callable[[int], int] = lambda _: 20, threads: Callable[[int], int] = lambda _: 9
) -> list[dict[str, Held]]:
    """One process that stays as it is, and one that holds so many files and threads at each look."""
    return [
        {"calm": Held(90.0, 30, 8), "other": Held(100.0 + number, files(number), threads(number))}
        for number in range(MANY)
    ]


def test_what_this_process_holds_is_seen() -> None:
    before = held_by(os.getpid())
    with open(os.devnull):
        during = held_by(os.getpid())
    assert during.files == before.files + 1
    assert before.threads >= 1
    assert before.memory_mb > 1


@pytest.mark.parametrize("files", [lambda _: 20, lambda number: 20 + number % 7, lambda number: min(20 + number, 28)])
def test_who_stays_or_swings_or_fills_a_pool_at_first_does_not_grow(files: Callable[[int], int]) -> None:
    assert list(grown(looks(files))) == []


@pytest.mark.parametrize("what", ["files", "threads"])
def test_who_holds_ever_more_is_found(what: str) -> None:
    found = list(grown(looks(**{what: lambda number: 20 + number // 4})))
    assert found == [f"other had 23 {what}, and 28 in the end"]


def test_who_holds_too_much_memory_is_found_once() -> None:
    assert list(too_much(looks(), 130, "in use")) == ["other held 139 MB in use, 130 at most are promised"]
    assert list(too_much(looks(), 139, "in use")) == []


def test_the_largest_and_the_sum_are_told() -> None:
    assert largest(looks()) == "139 MB (other)"
    assert in_all(looks()[0]) == (190.0, 50, 17)
