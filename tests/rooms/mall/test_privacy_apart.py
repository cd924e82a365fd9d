"""Whom "who bought" tells of, whoever subtracts: one answer from another, of any listing, shelf and moment.

Everybody here is from Rome, so that the cell of Rome is everybody whom an answer tells of, before it is put in steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from services.contracts import floor
from services.contracts.floor import PRIVACY_FLOOR
from services.mall.queries import buyers

from .market import ANNA, CHEN, GROUP, OPERATOR, Market
from .questioning import OTHER_GROUP, ask, market_listing, person, recorded, tagged

ROD, REEL = 0, 1
ON, ELSEWHERE, NOWHERE = GROUP, OTHER_GROUP, None
A_MOMENT = timedelta(microseconds=1)
Step = tuple[int, int, UUID | None] | int
"""Somebody buys a listing through a shelf; or all that somebody bought is cancelled."""
Told = frozenset[str]


def each(*people: int, listing: int = ROD, shelf: UUID | None = ON) -> list[Step]:
    return [(one, listing, shelf) for one in people]


STORIES: dict[str, list[Step]] = {
    "one of ten is cancelled": [*each(*range(10)), 3, *each(10)],
    "five are cancelled one by one": [*each(*range(10)), 0, 1, 2, 3, 4],
    "four of five come and leave, and one who was there": [*each(*range(10)), 5, 6, 7, 8, 0],
    "somebody leaves and comes again": [*each(*range(10)), 3, *each(3, 10, 11, 12, 13, 14), 3, *each(3)],
    "one of the listing's buyers bought it elsewhere": [*each(0, 1, 2), *each(3, shelf=NOWHERE), *each(*range(4, 11))],
    "one of the shelf's buyers bought something else": [*each(0, 1, 2), *each(3, listing=REEL), *each(*range(4, 11))],
    "two listings that nearly the same people bought": [
        *each(*range(10)), *each(*range(1, 11), listing=REEL, shelf=ELSEWHERE),
    ],
    "a listing is now what another one was": [
        *each(*range(16)), *each(*range(9), 20, 21, 22, 23, 24, 25, listing=REEL, shelf=ELSEWHERE),
    ],
}  # fmt: skip


def by_chance(seed: int) -> list[Step]:
    """Whoever buys often buys both, mostly through their shelves; now and then somebody's orders are cancelled."""
    chance, steps = Random(seed), list[Step]()
    for one in range(13):
        both = [(one, listing, chance.choice((shelf, shelf, shelf, NOWHERE))) for listing, shelf in
                ((ROD, ON), (REEL, ELSEWHERE if seed % 2 else ON))]  # fmt: skip
        steps += chance.choice((both, both, both, both[:1], both[1:]))
        if chance.random() < 0.4:
            steps.append(chance.randrange(one + 1))
    return steps


class Stall:
    """Anna, who sells two listings and leads both communities, asks after each step, and of each moment."""

    def __init__(self, market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
        self.market, self.seen = market, dict[str, Told]()
        self._told, self._checkouts, self._moments = list[Told](), dict[int, list[dict[str, Any]]](), list[str]()

        def watched(cells: Mapping[str, set[str]], *totals: int) -> dict[str, int]:
            self._told.append(frozenset(cells["Rome"]))
            return floor.told_cells(cells, *totals)

        monkeypatch.setattr(buyers, "told_cells", watched)
        market.seller(ANNA)
        for group_id in (GROUP, OTHER_GROUP):
            market.found_group(CHEN, ANNA, group_id=group_id)
        tagged(market, "city", "Rome", *map(person, range(30)))
        self.listings = [market_listing(market, stock=99) for _ in (ROD, REEL)]

    def play(self, steps: Sequence[Step]) -> None:
        for number, step in enumerate(steps):
            self.market.pass_time(minutes=1)
            self._moments.append((self.market.clock.at + A_MOMENT).isoformat())
            if isinstance(step, int):
                self._cancel(step)
            else:
                self._sell(*step)
            self._ask(f"after {number}")
        for number, moment in [*enumerate(self._moments)][::3]:
            self._ask(f"as of {number}", as_of=moment)

    def _sell(self, buyer: int, listing: int, group_id: UUID | None) -> None:
        checkout, _ = recorded(self.market, self.listings[listing], 1, person(buyer), group_id)
        self._checkouts.setdefault(buyer, []).append(checkout)
        self.market.settle()

    def _cancel(self, buyer: int) -> None:
        for checkout in self._checkouts.pop(buyer, []):
            at = {"happened_at": self.market.clock.at.isoformat()}
            self.market.do("record_cancellation", OPERATOR, **checkout | at, reason="unavailable")
        self.market.settle()

    def _ask(self, when: str, **as_of: str) -> None:
        questions = [("listing_sales", {"listing_id": one}) for one in self.listings]
        questions += [("community_sales", {"group_id": str(one)}) for one in (GROUP, OTHER_GROUP)]
        for number, (name, of) in enumerate(questions):
            self._told.clear()
            self.answer = ask(self.market, name, ANNA, **of, **as_of)["buyers"]
            if self._told:
                (self.seen[f"{name} {number} {when}"],) = self._told

    @property
    def nearly(self) -> list[tuple[str, str]]:
        """Answers that are two looks at a few people."""
        return [
            (one, other) for (one, here), (other, there) in combinations(self.seen.items(), 2)
            if 0 < len(here ^ there) < PRIVACY_FLOOR
        ]  # fmt: skip


@pytest.fixture
def stall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stall]:
    with Market(tmp_path) as market:
        yield Stall(market, monkeypatch)


@pytest.mark.parametrize("story", [*STORIES, 1, 2, 3, 4])
def test_any_two_answers_tell_of_the_same_people_or_differ_by_five(stall: Stall, story: str | int) -> None:
    stall.play(STORIES[story] if isinstance(story, str) else by_chance(story))
    assert stall.seen
    assert stall.nearly == []
