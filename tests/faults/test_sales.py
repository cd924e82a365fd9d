"""A sale that sells too much, or too little, or tells people something else, is found; one that does not, is not."""

import pytest

from .journal import Asked
from .sales import ASK_AGAIN, SOLD_OUT, Sale, wrongs_of

PIECES = 2
SALE = Sale("rod", PIECES)


def answers(won: int, *codes: str) -> list[Asked]:
    """So many buyers have a piece, and the next ones are refused with these codes; somebody else buys elsewhere."""
    people = iter(map(str, SALE.buyers))
    winners = [Asked(f"w{number}", "mall", "open_checkout", next(people), position=number + 1) for number in range(won)]
    losers = [
        Asked(f"l{number}", "mall", "open_checkout", next(people), code=code) for number, code in enumerate(codes)
    ]
    return [*winners, *losers, Asked("other", "mall", "open_checkout", "somebody else", position=9)]


def test_one_that_sells_out_exactly_is_well() -> None:
    assert list(wrongs_of(SALE, answers(PIECES, SOLD_OUT, ASK_AGAIN), (PIECES, 0))) == []


@pytest.mark.parametrize("won", [PIECES - 1, PIECES + 1])
def test_too_few_or_too_many_winners_are_found(won: int) -> None:
    (found,) = wrongs_of(SALE, answers(won, SOLD_OUT), (PIECES, 0))
    assert found == f"{won} people were told that they have one of 2 pieces of rod"


def test_another_reason_than_that_nothing_is_left_is_found() -> None:
    (found,) = wrongs_of(SALE, answers(PIECES, "mall.listing_unknown"), (PIECES, 0))
    assert found == "in the sale of rod people were told ['mall.listing_unknown']"


@pytest.mark.parametrize(("sold", "left"), [(1, 1), (1, 0), (3, -1), (2, 1)])
def test_a_listing_that_says_otherwise_is_found(sold: int, left: int) -> None:
    (found,) = wrongs_of(SALE, answers(PIECES, SOLD_OUT), (sold, left))
    assert found == f"of 2 pieces of rod, {sold} are sold in the end, and {left} are left"
