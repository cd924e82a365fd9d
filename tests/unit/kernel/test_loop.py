"""The thread around the steps, and the positions that readers wait for."""

import asyncio
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from services.kernel import surface
from services.kernel.doors.operation import Actor
from services.kernel.flow.loop import LONGEST_PAUSE_SECONDS, PLENTY, RESTS, Loop
from services.kernel.flow.progress import Progress
from services.kernel.refusals import Late
from services.kernel.surface import BadPosition
from tests.support.scenario import ANNA
from tests.support.services import opened, settle

PATIENCE_SECONDS = 30.0


class Probe:
    """A step that says when it ran so often, and fails when it is told to."""

    def __init__(self, *moves: int) -> None:
        self.moves, self.ran, self.failure = list(moves), 0, ""
        self._reached = threading.Condition()

    def __call__(self) -> int:
        with self._reached:
            self.ran += 1
            self._reached.notify_all()
        if self.failure:
            raise ValueError(self.failure)
        return self.moves.pop(0) if self.moves else 0

    def wait_for(self, times: int) -> None:
        with self._reached:
            assert self._reached.wait_for(lambda: self.ran >= times, PATIENCE_SECONDS), f"ran {self.ran} times"


def test_runs_until_there_is_nothing_to_do_then_waits_to_be_woken() -> None:
    probe = Probe(1, 1, 0)
    loop = Loop("test", [probe], idle_seconds=PATIENCE_SECONDS)
    loop.start()
    probe.wait_for(3)
    loop.wake()
    probe.wait_for(4)
    loop.stop()
    assert not loop._thread.is_alive()


def test_it_rests_after_little_so_that_more_gathers_and_not_when_there_is_plenty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each look at the clock finds it so much later; so a step took so long."""
    took, rests, probe = 0.004, list[float](), Probe(1, PLENTY, 3, 0)
    monkeypatch.setattr("services.kernel.flow.loop.time", SimpleNamespace(monotonic=count(step=took).__next__))
    loop = Loop("test", [probe], idle_seconds=PATIENCE_SECONDS)
    monkeypatch.setattr(loop._stopping, "wait", lambda seconds: rests.append(seconds))
    loop.start()
    probe.wait_for(4)
    loop.stop()
    assert rests == pytest.approx([RESTS * took, RESTS * took])


def test_a_wake_up_during_a_step_is_not_lost() -> None:
    probe = Probe()
    loops: list[Loop] = []

    def waking() -> int:
        if probe.ran == 1:
            loops[0].wake()
        return 0

    loops.append(Loop("test", [probe, waking], idle_seconds=PATIENCE_SECONDS))
    loops[0].start()
    probe.wait_for(2)
    loops[0].stop()


def test_stops_before_it_was_started() -> None:
    Loop("test", []).stop()


def test_a_step_that_fails_is_told_tried_again_and_keeps_no_other_back() -> None:
    failing, sound = Probe(), Probe(3, 3)
    failing.failure = "a bug"
    loop = Loop("test", [failing, sound])
    assert [loop._step(), loop._step(), loop._step()] == [3, 3, 0]
    assert (failing.ran, sound.ran) == (3, 3)
    assert loop.stuck == "ValueError('a bug')"
    failing.failure = ""
    loop._step()
    assert loop.stuck is None


def test_pauses_grow_while_it_fails_and_end_at_thirty_seconds() -> None:
    failing = Probe()
    loop = Loop("test", [failing], idle_seconds=0.25)
    failing.failure = "a bug"
    pauses = []
    for _ in range(20):
        loop._step()
        pauses.append(loop._pause())
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    failing.failure = ""
    loop._step()
    assert loop._pause() == 0.25


def test_a_reader_waits_until_another_thread_has_come_far_enough() -> None:
    progress = Progress()

    async def waits(meanwhile: Callable[[], None]) -> bool:
        waiting = asyncio.create_task(progress.wait("mall", 3, PATIENCE_SECONDS))
        while not progress._waiters:
            await asyncio.sleep(0)
        thread = threading.Thread(target=meanwhile)
        thread.start()
        reached = await waiting
        thread.join()
        return reached

    def moves() -> None:
        progress.advance("groups", 9)
        progress.advance("mall", 2)
        progress.advance("mall", 3)

    assert asyncio.run(waits(moves))
    assert progress._waiters == []


def test_who_waits_in_vain_is_told_so_and_forgotten() -> None:
    progress = Progress()
    progress.advance("mall", 2)
    assert not asyncio.run(progress.wait("mall", 3, 0))
    assert asyncio.run(progress.wait("mall", 2, 0))
    assert progress._waiters == []


def test_positions_never_go_back() -> None:
    progress = Progress()
    progress.advance("mall", 5)
    progress.advance("mall", 3)
    assert (progress.reached("mall"), progress.reached("groups")) == (5, 0)


def test_who_waited_on_an_event_loop_that_is_gone_harms_nobody() -> None:
    progress = Progress()

    async def leaves() -> None:
        task = asyncio.create_task(progress.wait("mall", 1, PATIENCE_SECONDS))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leaves())
    progress.advance("mall", 1)
    assert progress.reached("mall") == 1


def test_a_service_reads_its_own_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "WAIT_SECONDS", PATIENCE_SECONDS)
    with opened(tmp_path) as service:
        service.start()

        async def write_and_read() -> Any:
            made = await service.do(service.by_name["open_tally"], Actor(ANNA), {"name": "seals"})
            tally_id = UUID(made["tally_id"])
            counted = await service.do(service.by_name["count"], Actor(ANNA), {"tally_id": tally_id, "note": None})
            return await service.ask(
                service.by_name["tally"], Actor(), {"tally_id": tally_id}, after=counted["position"]
            )

        found, _ = asyncio.run(write_and_read())
        assert (found["name"], found["count"]) == ("seals", 1)


@pytest.mark.parametrize(
    "after", ["tally:", "tally", "", "mall:1", "tally:-1", "tally:1.0", "tally:²", "tally:" + "9" * 16]
)
def test_a_position_that_nobody_gave_is_refused(tmp_path: Path, after: str) -> None:
    with opened(tmp_path) as service, pytest.raises(BadPosition):
        asyncio.run(service.ask(service.by_name["tally"], Actor(), {"tally_id": ANNA}, after=after))


def test_a_position_that_is_not_there_yet_is_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "WAIT_SECONDS", 0)
    with opened(tmp_path) as service:
        settle(service)
        with pytest.raises(Late) as late:
            asyncio.run(service.ask(service.by_name["tally"], Actor(), {"tally_id": ANNA}, after="tally:7"))
        assert late.value.facts == {"asked": "tally:7", "reached": "tally:0"}
