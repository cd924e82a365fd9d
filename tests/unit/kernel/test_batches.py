"""What is told in batches: it changes by a whole batch or not at all, whoever comes and goes in which order."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, create_engine

from services.kernel.flow.batches import Batches, batched_table, told_after

SIZE = 5
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 11)), max_size=60)


def told_after_each(steps: Sequence[tuple[bool, int]], size: int = SIZE) -> tuple[list[set[str]], set[str]]:
    """Who is told of after each step, and who belongs in the end."""
    metadata = MetaData()
    batches = Batches(batched_table("batched", metadata, "set_id", "who"), size)
    engine = create_engine("sqlite://")
    belonging: set[str] = set()
    told: list[set[str]] = []
    with engine.begin() as connection:
        metadata.create_all(connection)
        for comes, number in steps:
            (batches.come if comes else batches.go)(connection, "one", str(number))
            (belonging.add if comes else belonging.discard)(str(number))
            told.append(set(connection.execute(batches.told_of("one")).scalars()))
    engine.dispose()
    return told, belonging


def changes(told: Sequence[set[str]]) -> list[int]:
    return [len(one ^ other) for one, other in zip([set(), *told], told, strict=False)]


@given(STEPS)
def test_it_changes_by_a_batch_at_least_or_not_at_all(steps: list[tuple[bool, int]]) -> None:
    told, _ = told_after_each(steps)
    assert not [change for change in changes(told) if 0 < change < SIZE]


@given(STEPS)
def test_it_is_never_a_batch_behind(steps: list[tuple[bool, int]]) -> None:
    told, belonging = told_after_each(steps)
    assert len((told[-1] if told else set()) ^ belonging) < SIZE


@given(STEPS)
def test_steps_that_are_played_again_tell_of_the_same(steps: list[tuple[bool, int]]) -> None:
    told, _ = told_after_each(steps)
    named = [(str(number), comes) for comes, number in steps]
    assert [told_after(named[:many], SIZE) for many in range(1, len(told) + 1)] == told


def test_in_batches_of_one_every_step_is_seen() -> None:
    told, _ = told_after_each([(True, number) for number in range(4)], size=1)
    assert changes(told) == [1, 1, 1, 1]
