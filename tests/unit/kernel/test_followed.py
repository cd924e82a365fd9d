"""What one message comes from and leads to can be followed in the logs: a line each, with the correlation id."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.kernel.flow import intake
from services.kernel.flow.projection import Place
from services.kernel.flow.relay import Relay
from services.kernel.store.sqlite import SQLiteRecorder
from tests.support import neighbours
from tests.support.letterbox import SOURCE, Letterbox, LetterboxBroken, MemoryLog, envelope
from tests.support.neighbours import PersonCounted
from tests.support.spoken import Listener, SpokenLog, intake_of, listen, retrying, somebody
from tests.support.tally import Tallies

Line = MutableMapping[str, Any]


@pytest.fixture
def log() -> SpokenLog:
    log = SpokenLog()
    log.say("ann", "bo", "cem")
    return log


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Line]]:
    monkeypatch.setattr(intake, "pause", lambda _seconds: None)
    with capture_logs() as lines:
        yield lines


def about(event: str, lines: list[Line]) -> list[Line]:
    """The lines that say this."""
    return [line for line in lines if line["event"] == event]


def test_every_message_that_is_told_is_a_line(tmp_path: Path, lines: list[Line]) -> None:
    recorder = SQLiteRecorder(tmp_path / "facts.db")
    letterbox = Letterbox(breaks_at=1)
    relay = Relay(SOURCE, MemoryLog(3, {1, 3}), recorder, letterbox)
    with pytest.raises(LetterboxBroken):
        relay.step()
    assert about("told", lines) == [], "nobody has it yet"
    while relay.step():
        pass
    recorder.close()
    told = envelope(3)
    assert [line["message"] for line in about("told", lines)] == ["mall:1", "mall:3"]
    assert about("told", lines)[1] == {
        "event": "told", "log_level": "info", "service": "mall", "message": "mall:3", "type": told.type,
        "subject": told.subject, "correlation_id": told.correlation_id,
    }  # fmt: skip


def test_every_reaction_that_made_a_fact_is_a_line_and_no_other(
    tmp_path: Path, log: SpokenLog, lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    count_along = neighbours.count_along

    def ignore_bo(application: Tallies, message: PersonCounted, place: Place) -> None:
        if message.value != "bo":
            count_along(application, message, place)

    monkeypatch.setattr(neighbours, "count_along", ignore_bo)
    with Listener().opened(tmp_path, log) as echo:
        listen(echo)
    assert [line["message"] for line in about("reacted", lines)] == ["tally:1", "tally:3"]
    said = log.said[2]
    assert about("reacted", lines)[1] == {
        "event": "reacted", "log_level": "info", "service": "echo", "message": "tally:3", "type": said.type,
        "subject": str(somebody("cem")), "correlation_id": said.correlation_id, "position": "echo:3",
    }  # fmt: skip
    assert about("kept", lines) == []


def test_what_is_reacted_to_at_last_is_a_line_then(tmp_path: Path, log: SpokenLog, lines: list[Line]) -> None:
    listener = Listener()
    listener.reactions[1] = ValueError
    with listener.opened(tmp_path, log) as echo:
        listen(echo)
        assert [line["message"] for line in about("reacted", lines)] == ["tally:2", "tally:3"]
        listener.reactions.clear()
        retrying(echo).retry("tally:1")
    assert [line["message"] for line in about("reacted", lines)] == ["tally:2", "tally:3", "tally:1"]


def test_every_message_that_is_kept_is_a_line(tmp_path: Path, log: SpokenLog, lines: list[Line]) -> None:
    with Listener(keeps_messages=True).opened(tmp_path, log) as echo:
        listen(echo)
        assert intake_of(echo).position == 3
    assert [(line["message"], line["correlation_id"]) for line in about("kept", lines)] == [
        (said.id, said.correlation_id) for said in log.said
    ]
