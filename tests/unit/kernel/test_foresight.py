"""What decisions that have gathered look for is looked for at once; whatever is wrong with that harms nobody."""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.kernel.domain import derived_id
from services.kernel.store.command import Answer, Command
from services.kernel.store.executor import Executor
from services.kernel.store.keys import KeyStore
from services.kernel.store.recorder import Since
from tests.support import tally
from tests.support.scenario import ANNA
from tests.support.services import ByHand, command, counting, noting, opening
from tests.support.tally import Tallies, Tally

NAMES = ("one", "two", "three")


@pytest.fixture
def gathering(ours: ByHand) -> Iterator[Executor]:
    """An executor whose decisions gather for a thread, over a store of this test."""
    made = Executor(ours.store, tally.due, in_thread=True)
    made.commits.start("gathering")
    yield made
    made.close()


class Asked:
    """What the store was asked for: everything at once, and one after the other."""

    def __init__(self, ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at_once: list[tuple[set[UUID], set[UUID]]] = []
        self.alone: list[UUID] = []
        news, one_command, history = ours.recorder.news, ours.recorder.command, ours.recorder.history

        def all_at_once(
            commands: Collection[UUID], known: Mapping[UUID, int], most: int
        ) -> tuple[set[UUID], dict[UUID, Since]]:
            self.at_once.append((set(commands), set(known)))
            with monkeypatch.context() as unnoted:
                unnoted.setattr(ours.recorder, "command", one_command)
                return news(commands, known, most)

        def noted(one: UUID) -> object:
            self.alone.append(one)
            return one_command(one)

        def noted_history(one: UUID, stamp: str) -> object:
            self.alone.append(one)
            return history(one, stamp)

        monkeypatch.setattr(ours.recorder, "news", all_at_once)
        monkeypatch.setattr(ours.recorder, "command", noted)
        monkeypatch.setattr(ours.recorder, "history", noted_history)


@pytest.fixture
def asked(ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(ours, monkeypatch)


def looking(tally_id: UUID) -> Command:
    """Whether there is such a tally, and if not, one is begun under that very id."""

    def decide(tallies: Tallies) -> dict[str, object]:
        found = tallies.unit.find(Tally, tally_id)
        if found is None:
            tallies.unit.add(Tally(tally_id=tally_id, name=str(tally_id)))
        return {"was_there": found is not None}

    return command(decide, about=frozenset({tally_id}))


def all_of(executor: Executor, commands: list[Command]) -> list[object]:
    """Their outcomes, when the first is decided while all the others gather."""

    async def gather() -> list[object]:
        return await asyncio.gather(*map(executor.execute, commands), return_exceptions=True)

    return asyncio.run(gather())


def bodies(outcomes: list[object]) -> list[object]:
    assert all(isinstance(one, Answer) for one in outcomes), outcomes
    return [one.body for one in outcomes if isinstance(one, Answer)]


def test_many_things_are_looked_for_at_once(gathering: Executor, asked: Asked) -> None:
    ids = [uuid4() for _ in range(12)]
    assert bodies(all_of(gathering, [looking(one) for one in ids])) == [{"was_there": False}] * 12
    looked_for = set[UUID]().union(*(streams for _, streams in asked.at_once))
    assert len(set(ids) & looked_for) >= 10, "the first may have been decided before others had gathered"
    assert not looked_for & set(asked.alone)


def test_commands_that_may_have_been_carried_out_are_looked_for_at_once(gathering: Executor, asked: Asked) -> None:
    commands = [opening(str(number)) for number in range(12)]
    first = bodies(all_of(gathering, commands))
    at_once = set[UUID]().union(*(ids for ids, _ in asked.at_once))
    assert len(at_once) >= 10
    assert not at_once & set(asked.alone)
    assert str(bodies(all_of(gathering, commands))) == str(first).replace("UUID(", "").replace(")", ""), (
        "now they were, and are not carried out again"
    )


def test_a_thing_that_is_there_is_found(gathering: Executor, ours: ByHand) -> None:
    begun = [ours.open_tally(name) for name in NAMES]
    assert bodies(all_of(gathering, [looking(one) for one in begun])) == [{"was_there": True}] * 3


def test_what_another_process_begins_after_the_look_is_found_when_it_is_stored(
    gathering: Executor, theirs: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = {name: opening(name) for name in NAMES}
    ids = {name: derived_id(one.context.command_id, "tally") for name, one in begun.items()}
    look = gathering.foresight.look

    def late(commands: list[Command]) -> None:
        look(commands)
        if commands and commands[0].about:
            for name in [name for name, one in ids.items() if any(one in each.about for each in commands)]:
                theirs.carry_out(begun[name])

    monkeypatch.setattr(gathering._deciding, "_look_ahead", late)
    assert bodies(all_of(gathering, [looking(one) for one in ids.values()])) == [{"was_there": True}] * 3


def test_a_command_that_another_process_carries_out_after_the_look_is_not_carried_out_again(
    gathering: Executor, theirs: ByHand, ours: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands, look, done = [opening(name) for name in NAMES], gathering.foresight.look, set[UUID]()

    def late(gathered: list[Command]) -> None:
        look(gathered)
        for one in gathered:
            if one.context.command_id not in done:
                done.add(one.context.command_id)
                theirs.carry_out(one)

    monkeypatch.setattr(gathering._deciding, "_look_ahead", late)
    outcomes = all_of(gathering, commands)
    assert [one.repeated for one in outcomes if isinstance(one, Answer)] == [True] * 3, outcomes
    assert ours.kinds() == ["Opened"] * 3


def test_those_whose_batch_failed_are_looked_ahead_for_again(
    gathering: Executor, theirs: ByHand, ours: ByHand, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallies, look, moved = [ours.open_tally(name) for name in NAMES], gathering.foresight.look, set[UUID]()

    def late(commands: list[Command]) -> None:
        look(commands)
        for tally_id in set[UUID]().union(*(one.about for one in commands)) - moved:
            moved.add(tally_id)
            theirs.carry_out(counting(tally_id))

    monkeypatch.setattr(gathering._deciding, "_look_ahead", late)
    outcomes = all_of(gathering, [replace(counting(one), about=frozenset({one})) for one in tallies])
    assert [one["count"] for one in bodies(outcomes)] == [2, 2, 2]  # type: ignore[index]
    assert not set(tallies) & set(asked.alone)


def test_a_look_that_fails_harms_nobody(gathering: Executor, ours: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(ours.recorder, "news", failing)
    assert bodies(all_of(gathering, [looking(uuid4()) for _ in NAMES])) == [{"was_there": False}] * 3


def test_keys_of_those_who_act_are_looked_for_at_once(
    gathering: Executor, ours: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    tally_id, fetched, fetch = ours.open_tally("one"), list[set[str]](), KeyStore.fetch

    def noted(self: KeyStore, people: set[str]) -> None:
        fetched.append(people)
        fetch(self, people)

    monkeypatch.setattr(KeyStore, "fetch", noted)
    outcomes = all_of(gathering, [noting(tally_id) for _ in range(12)])
    assert len(bodies(outcomes)) == 12
    assert fetched
    assert set[str]().union(*fetched) == {str(ANNA)}


def test_what_is_on_its_way_to_the_disk_is_not_taken_for_missing(ours: ByHand) -> None:
    begun = opening("one")
    under_way = ours.decide(begun)
    tally_id = derived_id(begun.context.command_id, "tally")
    ours.executor.foresight.look([looking(tally_id), looking(uuid4())])
    assert tally_id not in ours.executor.live.absent
    ours.finish(under_way)


def test_where_only_one_thing_would_be_looked_for_nobody_looks_ahead(ours: ByHand, asked: Asked) -> None:
    ours.executor.foresight.look([replace(looking(uuid4()), is_new=True)])
    ours.executor.foresight.look([opening("one")])
    assert asked.at_once == []
    ours.executor.foresight.look([looking(uuid4())])
    assert len(asked.at_once) == 1, "whether it was carried out, and whether the thing is there"
