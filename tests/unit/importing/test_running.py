"""Carrying out the plan: in turn where it must be, at once where it may be, and told apart afterwards."""

import asyncio

import pytest

from services.importing.caller import Command, Said
from services.importing.olist.closing import Accepted
from services.importing.olist.taking_in import take_in
from services.importing.running import Chain, Phase, Tally, run
from services.kernel.refusals import Unready

from .sets import Played, books_of, figures_of, mess, no_watch


def command(key: str) -> Command:
    return Command("mall", "record_sale", {"orders": []}, key)


def phase(name: str, *chains: Chain) -> Phase:
    return Phase(name, iter(chains), len(chains))


def carried_out(platform: Played, *phases: Phase) -> Tally:
    return asyncio.run(run(platform, phases, no_watch, Accepted()))


def test_a_phase_begins_when_the_one_before_can_be_read() -> None:
    platform = Played()
    carried_out(platform, phase("one", [command("a")], [command("b")]), phase("two", [command("c")]))
    assert platform.caught_up == [2, 3]
    assert platform.told[-1].key == "c"


def test_a_chain_ends_where_it_is_refused_and_the_others_go_on() -> None:
    platform = Played(refuses=lambda one: Said("mall.sold_out", "No.") if one.key == "b" else None)
    tally = carried_out(platform, phase("one", [command("a"), command("b"), command("c")], [command("d")]))
    assert sorted(one.key for one in platform.told) == ["a", "d"]
    assert [(one.command.key, one.said.code) for one in tally.refused] == [("b", "mall.sold_out")]


def test_what_nothing_gets_past_ends_the_import() -> None:
    def refuses(one: Command) -> Said | None:
        if one.key == "b":
            raise Unready()
        return None

    with pytest.raises(Unready):
        carried_out(Played(refuses=refuses), phase("one", [command("a"), command("b")], [command("c")]))


def test_no_more_commands_are_under_way_than_the_platform_is_asked_to_take() -> None:
    under_way: list[int] = []

    class Counting(Played):
        now = 0

        async def do(self, command: Command) -> int | Said:
            self.now += 1
            under_way.append(self.now)
            await asyncio.sleep(0)
            self.now -= 1
            return await super().do(command)

    carried_out(Counting(at_once=3), phase("one", *([command(str(number))] for number in range(50))))
    assert max(under_way) == 3


def test_a_second_run_finds_everything_known() -> None:
    judged = mess()
    platform = Played(books=books_of(judged), figures=figures_of(judged))
    first = asyncio.run(take_in(judged, platform, no_watch))
    second = asyncio.run(take_in(judged, platform, no_watch))
    assert (first.tally.known.total(), second.tally.new.total()) == (0, 0)
    assert first.tally.new.total() == second.tally.known.total() == len(platform.positions)


def test_a_run_that_broke_off_is_finished_by_the_next() -> None:
    judged = mess()
    for stop_after in (1, 20, 60):
        platform = Played(books=books_of(judged), figures=figures_of(judged))
        _let_die(platform, stop_after)
        with pytest.raises(Unready):
            asyncio.run(take_in(judged, platform, no_watch))
        platform.refuses = lambda _command: None
        closing = asyncio.run(take_in(judged, platform, no_watch))
        assert closing.tally.known.total() == stop_after
        assert closing.unmet == []


def _let_die(platform: Played, after: int) -> None:
    def refuses(_command: Command) -> Said | None:
        if len(platform.positions) >= after:
            raise Unready()
        return None

    platform.refuses = refuses
