"""What a reader hears through its queue: what follows is taken in, what is missing is pulled, nothing is waited for."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from services.contracts.envelope import Envelope
from services.kernel.flow import intake
from services.kernel.flow import stream as stream_module
from services.kernel.flow.asking import Asking
from services.kernel.flow.deliveries import sorted_out
from services.kernel.flow.outbox import Page
from services.kernel.flow.reader_queue import Received
from services.kernel.flow.stream import FARTHEST_JUMP, SILENCE_SECONDS, Noted, Stream
from services.kernel.flow.wire import Delivery, Heard, Wired, message, watermark
from services.kernel.service import Service
from tests.support.scenario import NOON
from tests.support.spoken import Listener, SpokenLog, intake_of, parked, reacted


class AskedAtOnce(Asking):
    """Answers in the same thread, when the answer is looked for."""

    def __init__(self, log: SpokenLog) -> None:
        super().__init__(log)
        self.log, self.question = log, -1

    def ask(self, after: int) -> None:
        self.question = after

    def answer(self) -> Page | Exception | None:
        try:
            return self.log.messages(self.question, intake.BATCH)
        except Exception as failure:  # noqa: BLE001
            return failure


class Time:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Reader:
    """A stream over the log, with what a broker would bring."""

    def __init__(self, service: Service, log: SpokenLog) -> None:
        self.service, self.log, self.time = service, log, Time()
        self.stream = Stream(intake_of(service).taking_in, AskedAtOnce(log), service.clock.now, self.time)

    def hear(self, *heard: tuple[int, int] | tuple[int, int, Envelope | None]) -> None:
        """Deliveries as (previous, position): the message of the log that stands there; None is a watermark."""
        self.stream.hear([(self._heard(*one), Noted(f"delivery {one[1]}", "a.type")) for one in heard])

    def deliver(self, *wired: tuple[Wired, dict[str, Any]]) -> None:
        """Raw deliveries, each with what is changed about it."""
        batch = [received(one, **changes) for one, changes in wired]
        came = sorted_out(batch, {"tally": self.stream}, NOON)
        self.stream.taking_in.set_aside(came.poison)
        for _, position, noted in came.noted:
            self.stream.note(position, noted)
        for heard in came.heard.values():
            self.stream.hear(heard)

    def work(self, most: int = 30) -> None:
        """Turn until nothing is asked and nothing pulled."""
        for _ in range(most):
            self.stream.turn()

    def pass_time(self, seconds: float) -> None:
        self.time.seconds += seconds

    def _heard(self, previous: int, position: int, envelope: Envelope | str | None = "") -> Heard:
        if envelope == "":
            envelope = next(one for one in self.log.said if one.position == position)
        return Heard("tally", position, previous, envelope)  # type: ignore[arg-type]


def received(wired: Wired, **changes: Any) -> Received:
    """A delivery from the queue."""
    parts = {"exchange": "tally.events", "content_type": "application/json", "content_encoding": "utf-8",
             "headers": dict(wired.headers), "body": wired.body} | changes  # fmt: skip
    is_decodable = parts.pop("is_decodable", True)
    return Received(Delivery(**parts), f"digest of {sorted(changes)}{wired.message_id}", is_decodable)


@pytest.fixture
def log() -> SpokenLog:
    log = SpokenLog()
    log.say("ann", "bo", "ann")
    return log


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def reader(tmp_path: Path, log: SpokenLog, listener: Listener) -> Iterator[Reader]:
    """Has pulled what there was: three messages."""
    with listener.opened(tmp_path, log) as service:
        reader = Reader(service, log)
        reader.work()
        assert reader.stream.position == 3
        log.asked = 0
        yield reader


def taken(reader: Reader) -> list[int]:
    return [int(name.partition(":")[2]) for name in reacted(reader.service)]


def test_takes_in_what_follows_without_asking_anybody(reader: Reader, log: SpokenLog) -> None:
    log.say("cem", "dee")
    log.skip(3)
    log.say("eve")
    reader.hear((3, 4), (4, 5), (5, 8, None), (8, 9))
    assert (taken(reader), reader.stream.position, log.asked) == ([1, 2, 3, 4, 5, 9], 9, 0)


def test_drops_what_it_has_seen_in_whatever_order_it_comes_again(reader: Reader, log: SpokenLog) -> None:
    log.say("cem", "dee")
    reader.hear((3, 4), (3, 4), (2, 3), (4, 5), (3, 4), (4, 5))
    reader.hear((0, 1), (4, 5))
    assert (taken(reader), log.asked) == ([1, 2, 3, 4, 5], 0)


def test_pulls_what_is_missing_and_goes_on(reader: Reader, log: SpokenLog) -> None:
    log.say("cem", "dee", "eve", "fay")
    reader.hear((4, 5), (5, 6))
    assert reader.stream.position == 3
    reader.work()
    assert (taken(reader), log.asked) == ([1, 2, 3, 4, 5, 6, 7], 1)
    reader.hear((6, 7))
    log.say("gus")
    reader.hear((7, 8))
    assert (taken(reader)[-1], log.asked) == (8, 1), "after the gap it listens again"


def test_a_watermark_shows_a_gap_too(reader: Reader, log: SpokenLog) -> None:
    log.say("cem")
    log.skip(2)
    reader.hear((4, 6, None))
    reader.work()
    assert (taken(reader), reader.stream.position) == ([1, 2, 3, 4], 6)


def test_asks_a_source_that_was_silent_for_a_while(reader: Reader, log: SpokenLog) -> None:
    log.say("cem")
    reader.pass_time(SILENCE_SECONDS / 2)
    reader.work()
    assert (log.asked, reader.stream.position) == (0, 3)
    reader.pass_time(SILENCE_SECONDS)
    reader.work()
    assert (log.asked, reader.stream.position) == (1, 4)
    reader.pass_time(SILENCE_SECONDS / 2)
    reader.hear((3, 4))
    reader.pass_time(SILENCE_SECONDS * 0.9)
    reader.work()
    assert log.asked == 1, "whatever it says is a sign of life"


def test_a_gap_whose_source_does_not_answer_is_tried_with_growing_pauses(reader: Reader, log: SpokenLog) -> None:
    log.silence = ConnectionError("nobody there")
    log.say("cem", "dee")
    reader.hear((4, 5))
    for _ in range(200):
        reader.stream.turn()
        reader.pass_time(0.1)
    assert 5 <= log.asked <= 10
    assert "ConnectionError" in reader.stream.trouble
    log.silence = None
    reader.pass_time(10)
    reader.work()
    assert (taken(reader), reader.stream.trouble) == ([1, 2, 3, 4, 5], "")


def test_what_follows_is_taken_in_though_the_source_cannot_be_asked(reader: Reader, log: SpokenLog) -> None:
    """Its door may be closed while its relay speaks."""
    log.silence = ConnectionError("nobody there")
    reader.stream.pull()
    log.say("cem", "dee")
    for previous in (3, 4):
        reader.stream.turn()
        reader.hear((previous, previous + 1))
    assert taken(reader) == [1, 2, 3, 4, 5]
    log.silence = None
    reader.pass_time(10)
    reader.work()
    assert (reader.stream.trouble, reader.stream.position) == ("", 5)


def test_a_new_reader_takes_in_an_old_log_page_by_page(
    tmp_path: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH", 5)
    old = SpokenLog()
    for _ in range(10):
        old.say("ann", "bo")
        old.skip()
    with listener.opened(tmp_path, old) as service:
        reader = Reader(service, old)
        reader.hear((29, 30, None))
        reader.work()
        assert (reader.stream.position, old.asked) == (30, 6)
        assert taken(reader) == [one.position for one in old.said]


def test_what_is_said_while_it_pulls_is_not_lost(reader: Reader, log: SpokenLog) -> None:
    """The answer was made before the last message was; it is noted, so it is asked for again."""
    log.say("cem", "dee")
    reader.hear((4, 5))
    reader.stream.turn()  # asked
    page = log.messages(3)
    reader.stream._asking.answer = lambda: page  # type: ignore[method-assign]
    log.say("eve")
    reader.hear((5, 6))
    reader.stream.turn()
    del reader.stream._asking.answer  # type: ignore[method-assign]
    assert reader.stream.position == 5
    reader.work()
    assert taken(reader) == [1, 2, 3, 4, 5, 6]


def test_what_was_asked_before_the_queue_was_there_is_asked_again(reader: Reader, log: SpokenLog) -> None:
    reader.stream.pull()
    reader.stream.turn()
    reader.stream.pull()  # connected meanwhile
    page = log.messages(3)
    reader.stream._asking.answer = lambda: page  # type: ignore[method-assign]
    log.say("cem")
    reader.stream.turn()
    del reader.stream._asking.answer  # type: ignore[method-assign]
    reader.work()
    assert taken(reader) == [1, 2, 3, 4]


def test_a_failing_message_keeps_nothing_back_for_long(reader: Reader, log: SpokenLog, listener: Listener) -> None:
    log.say("cem", "dee", "eve")
    listener.reactions[5] = lambda: ValueError()
    reader.hear((3, 4), (4, 5), (5, 6))
    for _ in range(40):
        reader.stream.turn()
        reader.pass_time(0.05)
    assert (taken(reader), parked(reader.service)) == ([1, 2, 3, 4, 6], [("tally:5", "reactions")])


def test_a_database_that_is_away_costs_nothing_but_time(reader: Reader, log: SpokenLog, listener: Listener) -> None:
    log.say("cem", "dee")
    listener.views[5] = lambda: OperationalError("away")
    reader.hear((3, 4), (4, 5))
    for _ in range(100):
        reader.stream.turn()
        reader.pass_time(1)
    assert (reader.stream.position, parked(reader.service)) == (3, [])
    assert "OperationalError" in reader.stream.trouble
    listener.views.clear()
    reader.pass_time(10)
    reader.work()
    assert taken(reader) == [1, 2, 3, 4, 5]


def test_a_position_that_the_log_does_not_have_is_parked_and_not_waited_for(reader: Reader, log: SpokenLog) -> None:
    log.say("cem")
    reader.hear((3, 4), (90, 99, log.said[-1]))
    reader.work()
    (row,) = reader.service.recorder.parked(10)
    assert (row.name, row.stage, row.subject, row.position) == ("delivery 99", "unreadable", "", 99)
    assert row.cause == "The log of tally has no position 99: it is forged, or of another history."
    log.say("dee")
    asked = log.asked
    reader.hear((4, 5))
    assert (taken(reader), log.asked) == ([1, 2, 3, 4, 5], asked)


def test_a_stray_is_only_what_was_spoken_of_before_the_log_was_read_to_its_end(reader: Reader, log: SpokenLog) -> None:
    reader.hear((90, 96, log.said[-1]))
    reader.stream.turn()
    reader.hear((96, 99, log.said[-1]))
    reader.stream.turn()
    assert [name for name, _ in parked(reader.service)] == ["delivery 96"]
    reader.work()
    assert [name for name, _ in parked(reader.service)] == ["delivery 96", "delivery 99"]


WRONG: dict[str, dict[str, Any]] = {
    "no JSON": {"body": b"{"},
    "a wrong content type": {"content_type": "text/plain"},
    "a body of 10 MB": {"body": b'{"a":"' + b"x" * 10_000_000 + b'"}'},
    "undecodable": {"is_decodable": False, "headers": {}, "content_type": None},
    "no headers": {"headers": None},
    "another exchange": {"exchange": "groups.events"},
}


def test_poison_is_parked_once_each_and_what_it_stood_for_is_read_from_the_source(
    reader: Reader, log: SpokenLog
) -> None:
    spoken = [log.say("cem") for _ in WRONG]
    for envelope, changes in zip(spoken, WRONG.values(), strict=True):
        reader.deliver(*[(message(envelope, envelope.position - 1), changes)] * 2)
    after = log.say("dee")
    reader.deliver((message(after, after.position - 1), {}))
    reader.work()
    rows = reader.service.recorder.parked(100)
    assert sorted(row.cause for row in rows) == [
        "It came through another exchange than that of the source it names.",
        "It has no headers, so nothing says what it is.",
        "Its body has 10000008 bytes; a message has 1000000 at most.",
        "Its body is not JSON.",
        "Its content type is not exactly application/json.",
        "What stands around its body cannot be decoded.",
    ]
    assert {(row.stage, row.subject, row.envelope) for row in rows} == {("unreadable", "", b"")}
    assert all(row.name.startswith("unreadable:") for row in rows)
    assert taken(reader) == [1, 2, 3, *(one.position for one in spoken), after.position]


def test_a_forged_position_in_poison_is_not_waited_for(reader: Reader, log: SpokenLog) -> None:
    forged = message(log.said[-1], 0)
    headers = forged.headers | {"ce-sequence": "99"}
    reader.deliver((forged, {"headers": headers}))
    reader.work()
    (row,) = reader.service.recorder.parked(10)
    assert (row.position, row.cause) == (99, "Its header ce-id does not say the same as ce-source and ce-sequence.")
    log.say("cem")
    reader.hear((3, 4))
    assert taken(reader) == [1, 2, 3, 4]


def doubtful(envelope: Envelope, **changes: Any) -> Envelope:
    parts = {name: getattr(envelope, name) for name in envelope.__dataclass_fields__}
    return Envelope(**parts | changes)


@pytest.mark.parametrize(
    "changes", [{"data": {}}, {"type": "agora.tally.person_counted.v9"}, {"type": "agora.mall.order_paid.v9"}]
)
def test_what_only_a_stranger_says_is_poison(reader: Reader, log: SpokenLog, changes: dict[str, Any]) -> None:
    envelope = log.say("cem")
    reader.deliver((message(doubtful(envelope, **changes), 3), {}))
    reader.work()
    assert taken(reader) == [1, 2, 3, 4]
    (row,) = reader.service.recorder.parked(10)
    assert (row.stage, row.source, row.position, row.subject) == ("unreadable", "tally", 4, "")


def test_what_the_source_says_too_is_parked_as_its_message(reader: Reader, log: SpokenLog) -> None:
    envelope = log.say("cem", type="agora.tally.person_counted.v9")
    log.say("cem", "dee")
    reader.deliver((message(envelope, 3), {}))
    reader.work()
    assert parked(reader.service) == [("tally:4", "unreadable"), ("tally:5", "behind")]
    reader.deliver((message(envelope, 3), {}))
    assert len(parked(reader.service)) == 2, "what was seen is seen"


def test_of_a_log_that_it_does_not_read_nothing_is_taken(reader: Reader, log: SpokenLog) -> None:
    part = doubtful(log.said[-1], source="tally/3", position=9)
    reader.deliver((message(part, 8), {}), (watermark("tally", 9, 9), {"exchange": "mall.events"}))
    rows = reader.service.recorder.parked(10)
    assert [row.cause for row in rows] == [
        "It came through another exchange than that of the source it names.",
        "It is of the log tally/3, which this reader does not read.",
    ]


def test_what_is_noted_has_a_bound(reader: Reader, log: SpokenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "MOST_NOTED", 3)
    log.silence = ConnectionError()
    heard: Sequence[tuple[int, int, Envelope]] = [(at - 1, at, log.said[-1]) for at in range(5, 50)]
    reader.hear(*heard)
    assert len(reader.stream._noted) == 3
    assert reader.stream._goal == 49


@pytest.mark.parametrize("previous", [0, 3])
def test_a_forged_watermark_does_not_move_a_reader_beyond_the_log(
    reader: Reader, log: SpokenLog, previous: int
) -> None:
    forged = 3 + FARTHEST_JUMP + 1
    reader.hear((previous, forged, None))
    assert reader.stream.position == 3
    reader.work()
    log.say("cem")
    reader.hear((3, 4))
    reader.work()
    assert (taken(reader), reader.stream.position) == ([1, 2, 3, 4], 4)
    assert parked(reader.service) == [(f"delivery {forged}", "unreadable")]


def test_a_log_that_grew_far_unsaid_is_read_itself(reader: Reader, log: SpokenLog) -> None:
    log.skip(FARTHEST_JUMP + 1)
    reader.hear((3, log.head, None))
    reader.work(200)
    assert (reader.stream.position, reader.stream.trouble) == (log.head, "")
    assert parked(reader.service) == []


def test_a_reader_that_is_beyond_the_end_of_the_log_says_so(reader: Reader, log: SpokenLog) -> None:
    reader.hear((3, 9, None))
    reader.pass_time(SILENCE_SECONDS + 1)
    reader.work()
    assert "ends at 3, and this reader is at 9" in reader.stream.trouble
    log.skip(6)
    reader.pass_time(SILENCE_SECONDS + 1)
    reader.work()
    assert reader.stream.trouble == ""


def test_also_when_the_log_is_empty(reader: Reader, log: SpokenLog) -> None:
    log.head, log.said = 0, []
    reader.stream.pull()
    reader.work()
    assert "ends at 0" in reader.stream.trouble


def test_what_a_silence_hid_is_told_apart_from_silence(reader: Reader, log: SpokenLog) -> None:
    reader.pass_time(SILENCE_SECONDS + 1)
    reader.work()
    assert not reader.stream.has_missed
    log.say("cem")
    reader.pass_time(SILENCE_SECONDS + 1)
    reader.work()
    assert reader.stream.has_missed
