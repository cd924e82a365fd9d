"""The formula of suitability: what adds to the score, what takes from it, what it never uses."""

from dataclasses import replace

from services.contracts.likeness import is_addressable, likeness, overlap, tag_key, weights
from services.mall.queries.suiting import SUITS_FROM, Figures, verdict

ROD = Figures(
    tags=frozenset({"fishing", "outdoors"}), topics=frozenset({"fishing", "outdoors"}),
    weight=weights({"fishing": 1, "outdoors": 5}, 10), having={"fishing": 1, "outdoors": 5}, communities=10,
    audience=None, carriers={}, units=0, returned=0,
)  # fmt: skip


def score(**changes: object) -> float:
    return float(verdict(replace(ROD, **changes))["score"])  # type: ignore[arg-type]


def test_all_tags_shared_and_nothing_else_known_is_sixty() -> None:
    told = verdict(ROD)
    assert (told["score"], told["suits"], told["by_tags_alone"]) == (60.0, True, True)


def test_a_rare_tag_shared_says_more_than_a_common_one() -> None:
    assert score(topics=frozenset({"fishing"})) > score(topics=frozenset({"outdoors"})) > 0
    assert score(topics=frozenset({"chess"})) == 0


def test_everything_together_is_a_hundred_at_most() -> None:
    best = score(audience=100, carriers={"fishing": 100, "outdoors": 100}, units=10**6)
    assert 99 < best <= 100


def test_sales_alone_never_suit() -> None:
    assert score(topics=frozenset(), units=10**9) < SUITS_FROM


def test_returns_take_from_it_and_never_below_nothing() -> None:
    assert score(units=20, returned=10) < score(units=20)
    assert score(units=20, returned=20) < score()
    assert score(topics=frozenset(), units=5, returned=5) == 0


def test_the_reasons_add_up_to_the_score() -> None:
    told = verdict(replace(ROD, audience=50, carriers={"fishing": 20}, units=8, returned=2))
    assert [reason["kind"] for reason in told["reasons"]] == ["topics", "people", "sales", "returns"]
    assert abs(sum(reason["points"] for reason in told["reasons"]) - told["score"]) < 0.2


def test_likeness_is_the_same_both_ways_and_overlap_is_not() -> None:
    weight = weights({"a": 1, "b": 1, "c": 1}, 3)
    assert likeness("ab", "bc", weight) == likeness("bc", "ab", weight)
    assert overlap("a", "ab", weight) == 1 != overlap("ab", "a", weight)
    assert likeness((), (), weight) == overlap((), "a", weight) == 0


def test_tags_are_compared_without_case_and_protected_kinds_not_at_all() -> None:
    assert tag_key("  Fly   FISHING ") == "fly fishing"
    assert is_addressable("interest")
    assert not any(map(is_addressable, ("health", "Religion", "political_party", "sexual-orientation", "race")))
