"""Whatever a stranger publishes is parked with its cause, and the next message is handled."""

from dataclasses import replace
from typing import Any

import pytest
from amqp.method_framing import frame_handler  # type: ignore[import-untyped]

from services.kernel.flow import wire
from services.kernel.flow.reader_queue import ReaderQueue, queue_of
from services.kernel.service import Service
from tests.support.broker_reader import Speaker, drive, listening, settled
from tests.support.raw_messages import AS_IT_IS, BOMBS, Raw, publish_raw
from tests.support.spoken import Listener, SpokenLog, parked, reacted, retrying

FORGED = SpokenLog().say("somebody")


def forged(body: bytes = b"{}", **headers: str) -> wire.Wired:
    """A message of nobody's, in the best of forms but for what is changed."""
    wired = wire.message(replace(FORGED, position=900), 899)
    return replace(wired, headers=wired.headers | {f"ce-{name}": value for name, value in headers.items()}, body=body)


POISON: dict[str, wire.Wired] = {
    "bad JSON": forged(b"[1"),
    "a body of 10 MB": forged(b'"' + b"x" * 10_000_000 + b'"'),
    "an unknown version": forged(type="agora.tally.person_counted.v9"),
    "another version of CloudEvents": forged(specversion="0.3"),
    "a position beyond all positions": forged(sequence="9" * 30),
}


def test_poison_is_parked_one_row_each_and_the_next_message_is_handled(
    echo: Service, url: str, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        opened: list[ReaderQueue] = []
        monkeypatch.setattr(ReaderQueue, "_open", opened.append)
        for bomb in BOMBS.values():
            publish_raw(url, "tally.events", "order_paid", bomb)
        publish_raw(url, "tally.events", b"\xff\xfe", Raw(AS_IT_IS))
        publish_raw(url, "", queue_of("echo"), Raw(AS_IT_IS, b"not through an exchange"))
        speaker.publish(*POISON.values())
        speaker.say("ann")
        drive(lambda: reacted(echo) == ["tally:1"], intake)
        drive(settled(intake), intake)
        rows = echo.recorder.parked(100)
        assert len(rows) == len(BOMBS) + 2 + len(POISON)
        assert {(row.stage, row.subject, row.envelope) for row in rows} == {("unreadable", "", b"")}
        causes = [row.cause for row in rows]
        assert all(causes)
        assert causes.count("What stands around its body cannot be decoded.") == 3
        assert opened == [], "one connection has survived all of it"


def test_a_wrong_content_type_is_poison_and_what_it_stood_for_is_handled(
    echo: Service, url: str, log: SpokenLog
) -> None:
    envelope = log.say("ann")
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        second = log.say("bo")
        publish_raw(
            url, "tally.events", "person_counted", Raw.of(wire.message(second, 1), "application/cloudevents+json")
        )
        drive(lambda: reacted(echo) == [envelope.id, second.id], intake)
        drive(lambda: len(parked(echo)) == 1, intake)
        assert echo.recorder.parked(1)[0].cause == "Its content type is not exactly application/json."


def test_without_tolerant_frames_such_a_message_ends_the_connection_again_and_again(
    echo: Service, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.flow.reader_queue.tolerant_frames", frame_handler)
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        publish_raw(url, "tally.events", "order_paid", BOMBS["a time beyond the calendar"])
        for _ in range(3):
            drive(lambda: intake._lost.startswith(("OverflowError", "ValueError", "OSError")), intake)
            intake._lost = ""


@pytest.mark.parametrize("stage", ["views", "reactions"])
def test_later_messages_of_a_parked_subject_wait_behind_it_in_order(
    echo: Service, url: str, speaker: Speaker, listener: Listener, stage: str
) -> None:
    failing: dict[int, Any] = getattr(listener, stage)
    failing[2] = lambda: ValueError("a bug")
    with listening(echo, url) as intake:
        drive(settled(intake), intake)
        speaker.say("ann", "bo", "ann", "bo", "cem")
        drive(lambda: reacted(echo) == ["tally:1", "tally:3", "tally:5"], intake)
        speaker.say("bo")
        drive(lambda: len(parked(echo)) == 3, intake)
        failing.clear()
        assert [one.name for one in retrying(echo).retry("tally:2")] == ["tally:2", "tally:4", "tally:6"]
        speaker.say("bo")
        drive(lambda: reacted(echo)[-1] == "tally:7", intake)
        assert [name for name in reacted(echo) if name in ("tally:2", "tally:4", "tally:6", "tally:7")] == [
            "tally:2", "tally:4", "tally:6", "tally:7",
        ]  # fmt: skip
        assert sorted(listener.positions(echo)) == [1, 2, 3, 4, 5, 6, 7]
