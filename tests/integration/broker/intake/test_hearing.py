"""The intake on a real broker: everything is taken in once and in order, whatever the queue lacks."""

import pytest

from services.kernel.flow import stream as stream_module
from services.kernel.flow import wire
from services.kernel.flow.reader_queue import queue_of
from services.kernel.service import Service
from tests.support.at_broker import channel_at
from tests.support.broker_reader import Speaker, drive, everything, listening, settled, waiting
from tests.support.servers.rabbitmq import RabbitServer
from tests.support.spoken import Listener, SpokenLog, reacted


def test_takes_in_what_is_said_in_order_without_asking(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker, listener: Listener
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        asked = log.asked
        speaker.say(*["ann", "bo"] * 20)
        drive(lambda: len(reacted(echo)) == 40, intake)
        assert (reacted(echo), log.asked) == (everything(log), asked)
        assert listener.positions(echo) == list(range(1, 41))
    assert waiting(url) == 0, "what was taken in is acknowledged"


def test_whoever_starts_first_the_other_finds_what_it_needs(echo: Service, url: str, speaker: Speaker) -> None:
    """The exchange is declared by both, the queue by its reader; what was said before that is pulled."""
    speaker.say("ann")
    with listening(echo, url) as intake:
        drive(lambda: reacted(echo) == ["tally:1"], intake)
    speaker.say("bo")
    with listening(echo, url) as intake:
        drive(lambda: reacted(echo) == ["tally:1", "tally:2"], intake)


def test_its_queue_is_durable_and_replicated_with_one_active_consumer(
    echo: Service, url: str, rabbitmq_server: RabbitServer
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        vhost = url.rpartition("/")[2]
        told = rabbitmq_server.ctl("-q", "list_queues", "-p", vhost, "name", "type", "durable", "arguments")
        bound = rabbitmq_server.ctl(
            "-q", "list_bindings", "-p", vhost, "source_name", "destination_name", "routing_key"
        )
    assert "echo.intake\tquorum\ttrue" in told
    assert '{"x-single-active-consumer",true}' in told
    assert "tally.events\techo.intake\t#" in bound


def test_duplicates_have_no_effect(echo: Service, url: str, log: SpokenLog, speaker: Speaker) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        envelopes = [log.say("ann") for _ in range(5)]
        wired = [wire.message(one, one.position - 1) for one in envelopes]
        speaker.publish(*wired, *wired[1:3], *wired, wired[0])
        drive(lambda: len(reacted(echo)) == 5 and waiting(url) == 0, intake)
        assert reacted(echo) == everything(log)


def test_a_gap_is_closed_by_pulling_and_later_messages_follow(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        speaker.say("ann", is_lost=True)
        speaker.say("bo", "ann")
        speaker.say("cem", "ann", is_lost=True)
        speaker.say("bo")
        drive(lambda: len(reacted(echo)) == 6, intake)
        assert reacted(echo) == everything(log)
        drive(settled(intake), intake)
        asked = log.asked
        speaker.say("dee")
        drive(lambda: len(reacted(echo)) == 7, intake)
        assert log.asked == asked


def test_a_source_that_falls_silent_right_after_a_gap_is_asked(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        speaker.say("ann")
        drive(lambda: len(reacted(echo)) == 1, intake)
        speaker.say("bo", "cem", is_lost=True)
        for _ in range(3):
            intake.step()
        assert len(reacted(echo)) == 1, "nobody has said anything"
        monkeypatch.setattr(stream_module, "SILENCE_SECONDS", 0.1)
        drive(lambda: reacted(echo) == everything(log), intake)


def test_a_new_reader_takes_in_an_old_log(echo: Service, url: str, log: SpokenLog, speaker: Speaker) -> None:
    log.skip(700)
    log.say(*["ann"] * 30)
    log.skip(700)
    speaker._previous = 730
    with listening(echo, url) as intake:
        speaker.say("bo")
        drive(lambda: len(reacted(echo)) == 31, intake)
        assert reacted(echo) == everything(log)


def test_a_queue_that_is_deleted_is_made_again_and_nothing_is_missed(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        speaker.say("ann")
        drive(lambda: len(reacted(echo)) == 1, intake)
        with channel_at(url) as channel:
            channel.queue_delete(queue_of("echo"))
        speaker.say("bo", "cem")  # to nobody
        drive(lambda: len(reacted(echo)) == 3, intake)
        drive(settled(intake), intake)
        speaker.say("dee")
        drive(lambda: len(reacted(echo)) == 4, intake)
        assert reacted(echo) == everything(log)


def test_a_reader_that_was_away_finds_in_its_queue_what_was_said(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
    speaker.say(*["ann"] * 20)
    log.silence = ConnectionError("nobody serves the log")
    with listening(echo, url) as intake:
        for _ in range(3):
            intake.step()
        log.silence = None
        drive(lambda: len(reacted(echo)) == 20, intake)
        assert reacted(echo) == everything(log)


def test_an_exchange_that_was_deleted_and_made_again_is_heard_again(
    echo: Service, url: str, log: SpokenLog, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took the binding of the queue with it, and the connection stands: only the silence tells."""
    monkeypatch.setattr(stream_module, "SILENCE_SECONDS", 0.2)
    with listening(echo, url) as intake:
        speaker.say("ann")
        drive(lambda: reacted(echo) == everything(log), intake)
        with channel_at(url) as channel:
            channel.exchange_delete("tally.events")
            channel.exchange_declare("tally.events", "topic", durable=True)
        speaker.say("bo")
        drive(lambda: reacted(echo) == everything(log), intake)
        drive(lambda: not any(stream.has_missed for stream in intake.streams.values()), intake)
        monkeypatch.setattr(stream_module, "SILENCE_SECONDS", 3600.0)
        speaker.say("cem")
        drive(lambda: reacted(echo) == everything(log), intake)
