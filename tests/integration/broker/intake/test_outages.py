"""The intake while connections break, sources cannot be asked, the database is away, processes die."""

from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from services.kernel.flow import wire
from services.kernel.flow.broker_intake import BrokerIntake
from services.kernel.flow.reader_queue import ReaderQueue
from services.kernel.refusals import Unready
from services.kernel.service import Service
from tests.support.broker_reader import Speaker, drive, everything, listening, settled, waiting
from tests.support.crashing import Crash, CrashAt
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.spoken import Listener, SpokenLog, parked, reacted
from tests.support.tcp_proxy import TcpProxy

HEARTBEAT_SECONDS = 2


def test_messages_that_were_not_acknowledged_come_again_and_are_dropped(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, through = TcpProxy.before(url)
    with proxy, listening(echo, through) as intake:
        drive(settled(intake), intake)
        acknowledge = ReaderQueue.acknowledge

        def cut_before(queue: ReaderQueue) -> None:
            monkeypatch.setattr(ReaderQueue, "acknowledge", acknowledge)
            proxy.cut()
            acknowledge(queue)

        monkeypatch.setattr(ReaderQueue, "acknowledge", cut_before)
        speaker.say("ann", "bo", "cem")
        drive(lambda: len(reacted(echo)) == 3, intake)
        speaker.say("dee")
        drive(lambda: len(reacted(echo)) == 4 and not intake.trouble, intake)
        assert reacted(echo) == everything(log)
        drive(lambda: waiting(url) == 0, intake)


def test_a_broker_that_throws_everybody_out_is_joined_again(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker, rabbitmq_server: RabbitServer
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        speaker.say("ann")
        speaker.close()
        rabbitmq_server.close_connections()
        speaker.say("bo")
        drive(lambda: len(reacted(echo)) == 2, intake)
        assert reacted(echo) == everything(log)


def test_a_connection_over_which_nothing_comes_is_dropped_after_two_heartbeats(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker
) -> None:
    """Nobody says that it is dead: the wire stays connected and is silent."""
    proxy, through = TcpProxy.before(url)
    with proxy, listening(echo, through, heartbeat_seconds=HEARTBEAT_SECONDS) as intake:
        drive(settled(intake), intake)
        log.silence = ConnectionError("nor can it be asked")
        proxy.stall()
        speaker.say("ann")
        drive(lambda: intake.trouble, intake)
        proxy.cut()
        proxy.flow()
        log.silence = None
        drive(lambda: reacted(echo) == ["tally:1"], intake)


def test_of_two_workers_one_listens_and_the_other_takes_over(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker
) -> None:
    with ExitStack() as second_held:
        with listening(echo, url) as first:
            drive(settled(first), first)
            echo.hear([log])
            second = second_held.enter_context(listening(echo, url))
            drive(settled(second), second)
            speaker.say("ann", "bo")
            drive(lambda: len(reacted(echo)) == 2, first, second)
        speaker.say("cem")
        drive(lambda: len(reacted(echo)) == 3, second)
    assert reacted(echo) == everything(log)


def test_a_source_that_cannot_be_asked_keeps_the_others_waiting_for_nothing(
    tmp_path: Path, url: str, log: SpokenLog, speaker: Speaker, listener: Listener
) -> None:
    other_log = SpokenLog("groups")
    with (
        closing(Speaker(url, other_log)) as other,
        listener.opened(tmp_path / "both", log, other_log) as service,
        listening(service, url) as intake,
    ):
        drive(settled(intake), intake)
        log.silence = ConnectionError("nobody there")
        speaker.say("ann", is_lost=True)
        for _ in range(20):
            speaker.say("ann")
            other.say("bo")
        drive(lambda: len(reacted(service)) == 20, intake)
        assert reacted(service) == everything(other_log)
        assert waiting(url) == 0, "nothing is kept at the broker"
        log.silence = None
        drive(lambda: len(reacted(service)) == 41, intake)
        assert [one for one in reacted(service) if one.startswith("tally")] == everything(log)


def test_a_database_that_is_away_parks_nothing_and_loses_nothing(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("the database is away")

    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        with monkeypatch.context() as outage:
            outage.setattr(echo.recorder, "append", away)
            speaker.say("ann", "bo")
            speaker.publish(wire.Wired("order_paid", "x", {}, b"{"))
            drive(lambda: intake.trouble, forgiving(intake))
            for _ in range(10):
                with suppress(Unready):
                    intake.step()
        assert (parked(echo), reacted(echo)) == ([], [])
        drive(lambda: len(reacted(echo)) == 2 and len(parked(echo)) == 1, intake)
        assert reacted(echo) == everything(log)


def test_a_crash_between_any_two_steps_changes_nothing(
    tmp_path: Path, url: str, log: SpokenLog, speaker: Speaker, listener: Listener
) -> None:
    listener.reactions[2] = lambda: ValueError("a bug")
    for number in range(1, 60):
        crash, directory = CrashAt(number), tmp_path / str(number)
        with listener.opened(directory, log) as echo:
            crash.install(echo)
            live_with(crash, echo, url, speaker, is_first=number == 1)
        if not crash.happened:
            break
        with listener.opened(directory, log) as echo, listening(echo, url) as intake:
            drive(lambda: intake.streams["tally"].position == 4, intake)
            assert reacted(echo) == ["tally:1", "tally:4"], crash.places
            assert listener.positions(echo) == [1, 2, 3, 4], crash.places
            assert parked(echo) == [("tally:2", "reactions"), ("tally:3", "reactions behind")], crash.places
    assert number > 8


def test_without_the_stored_position_what_comes_again_has_its_effect_again(
    echo: Service, url: str, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.store.sqlite_append._store_tracking", lambda *_: None)
    speaker.say("ann")
    for expected in (["tally:1"], ["tally:1", "tally:1"]):
        with listening(echo, url) as intake:
            drive(partial(_has_reacted, echo, expected), intake)


def _has_reacted(service: Service, expected: list[str]) -> bool:
    return reacted(service) == expected


def forgiving(intake: BrokerIntake) -> Any:
    """Steps whose failure passes by itself, as the loop around them takes it."""

    class Forgiving:
        trouble = property(lambda self: intake.trouble)

        def step(self) -> int:
            with suppress(Unready):
                return intake.step()
            return 0

    return Forgiving()


def live_with(crash: CrashAt, echo: Service, url: str, speaker: Speaker, *, is_first: bool) -> None:
    """Hear four messages, unless the process dies; a stream keeps what it raises to itself."""
    with listening(echo, url) as intake:
        if is_first:
            speaker.say("ann", "bo", "bo", "ann")

        def is_over() -> bool:
            return crash.happened or intake.streams["tally"].position == 4

        with suppress(Crash):
            drive(is_over, intake)
