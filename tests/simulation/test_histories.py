"""Some histories, and the bugs that they have to find. Many more: ``make simulate SEEDS=2000``."""

import pytest

from .bugs import BUGS
from .histories import play
from .sales import play_sale

SEEDS = range(1, 9)
FOUND_WITHIN = 5
"""So many histories at most until a bug shows."""


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_goes_wrong_everything_comes_right(seed: int) -> None:
    history = play(seed)
    assert history.wrong == []
    assert history.deaths > 0
    assert history.facts > 100


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_found_and_its_seed_finds_it_again(bug: str) -> None:
    found = next(history for seed in range(1, FOUND_WITHIN + 1) if (history := play(seed, bug)).wrong)
    assert play(found.seed, bug) == found
    assert play(found.seed).wrong == []


def test_what_is_sold_too_often_is_found_before_anything_comes_right() -> None:
    assert [what for what in play(1, "stock").wrong if what.startswith("before it came right: ")]


def test_a_seed_gives_the_same_history_each_time() -> None:
    assert play(7) == play(7) != play(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_flash_sale_sells_out_exactly_whatever_fails(seed: int) -> None:
    sale = play_sale(seed)
    assert sale.wrong == []
    assert play_sale(seed) == sale


def test_a_sale_in_which_nobody_counts_goes_wrong() -> None:
    assert play_sale(1, "stock").wrong
